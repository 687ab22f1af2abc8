import { describe, expect, it } from "vitest";
import type { ResourceSettings, Strategy } from "../../src/config/index.js";
import type { ResourceState } from "../../src/engine/index.js";
import type { DecisionDocument, Sample } from "../../src/model/index.js";
import {
  configuration,
  container,
  cpu,
  decisionFor,
  effective,
  historyOf,
  inventory,
  mebibyte,
  memory,
  now,
  rulesOf,
  sample,
} from "./fixtures.js";

/** Readings of cores in use, a minute apart, the last one the inventory's own. */
function cores(
  uses: readonly (number | null)[],
  settings: Partial<ResourceSettings>,
  given: { readonly from?: number; readonly state?: ResourceState; readonly more?: Partial<Sample> } = {},
): DecisionDocument {
  const from = given.from ?? 4;
  const share = (use: number | null) => (use === null ? null : use / from);
  const samples = uses.map((use, index) =>
    sample((uses.length - 1 - index) * 60, { cpu: share(use), cores: from, ...given.more }),
  );
  return decisionFor({
    inventory: inventory({
      containers: [
        container({ cpu: share(uses.at(-1) ?? null), cores: from, configuration: configuration({ cores: from }) }),
      ],
    }),
    history: historyOf(101, { stepSeconds: 60, samples }),
    state: { version: 1, containers: { 101: { cores: given.state ?? {} } } },
    settings: effective({ cpu: cpu({ min: 1, max: 16, ...settings }) }),
  });
}

/** The same for MiB of memory. */
function mebibytes(uses: readonly number[], settings: Partial<ResourceSettings>, limit = 1024): DecisionDocument {
  const samples = uses.map((use, index) =>
    sample((uses.length - 1 - index) * 60, { memory: use * mebibyte, memoryLimit: limit * mebibyte }),
  );
  return decisionFor({
    inventory: inventory({
      containers: [
        container({
          memory: (uses.at(-1) ?? 0) * mebibyte,
          memoryLimit: limit * mebibyte,
          configuration: configuration({ memory: limit }),
        }),
      ],
    }),
    history: historyOf(101, { stepSeconds: 60, samples }),
    settings: effective({ memory: memory(settings) }),
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const target: Strategy = { kind: "target", target: 0.5, tolerance: 0.1 };
const text = (decision: DecisionDocument, place = 0): string => decision.reasons[place]?.text ?? "";

describe("an estimate for target", () => {
  const estimate = (of: ResourceSettings["estimate"]["of"], ignoreSpikes = false) => ({
    strategy: target,
    estimate: { of, overSeconds: 900, ignoreSpikes },
  });

  it("is the newest reading unless the file says otherwise", () => {
    expect(cores([...times(14, 1), 4], { strategy: target })).toMatchObject({ to: 8 });
    expect(cores([...times(14, 1), 4], estimate("last"))).toMatchObject({ to: 8 });
  });

  it("is the mean over its window, and says so", () => {
    // 14 × 1 and 1 × 4 are 1.2 on average
    const decision = cores([...times(14, 1), 4], estimate("mean"));
    expect(decision).toMatchObject({ action: "scale-down", to: 3, uncapped: 3 });
    expect(text(decision)).toBe(
      "mean of the last 15m: 30 % of 4 cores is 1.2 in use; at 50 % that takes 3 (2.4, rounded up)",
    );
  });

  it("is a percentile of its window", () => {
    const uses = [3, 3, ...times(13, 1)];
    expect(cores(uses, estimate("p50"))).toMatchObject({ to: 2 });
    const decision = cores(uses, estimate("p90"));
    expect(decision).toMatchObject({ to: 6 });
    expect(text(decision)).toBe("90th percentile of the last 15m: 75 % of 4 cores is 3 in use; at 50 % that takes 6");
    expect(cores([3, ...times(14, 1)], estimate("p90"))).toMatchObject({ to: 2 });
  });

  it("sets spikes aside, but not what lasts", () => {
    const calm = [1, 1.1, 1, 1.05, 1, 1.1, 1, 1, 1.1, 1, 1, 1.1, 1];
    const spike = cores([...calm, 1, 4], estimate("last", true));
    expect(spike).toMatchObject({ action: "scale-down" });
    expect(text(spike)).toMatch(/^a spike aside, /u);
    expect(cores([...calm.slice(1), 4, 4, 4], estimate("last", true))).toMatchObject({ action: "scale-up", to: 8 });
  });

  it("holds until four fifths of its window are there", () => {
    const decision = cores(times(11, 1), estimate("mean"));
    expect(decision).toMatchObject({ action: "hold", uncapped: null });
    expect(rulesOf(decision)).toEqual(["insufficient-data"]);
    expect(cores(times(12, 1), estimate("mean")).action).toBe("scale-down");
    // One reading at the beginning and one at the end do not cover the time between.
    expect(rulesOf(cores([1, ...times(13, null), 1], estimate("mean")))).toEqual(["insufficient-data"]);
  });
});

describe("a percentile with a half-life", () => {
  const strategy = { kind: "percentile", of: 0.9, overSeconds: 7200, margin: 0, halfLifeSeconds: 1200 } as const;

  it("forgets what was long ago", () => {
    // An hour at 6 cores, then one at 1: three half-lives later the first hour weighs an eighth of the second.
    const uses = [...times(60, 6), ...times(60, 1)];
    expect(cores(uses, { strategy: { ...strategy, halfLifeSeconds: null } }, { from: 8 })).toMatchObject({ to: 6 });
    expect(cores(uses, { strategy: { ...strategy, of: 0.85 } }, { from: 8 })).toMatchObject({ to: 2 });
    const decision = cores(uses, { strategy: { ...strategy, of: 0.95 } }, { from: 8 });
    expect(decision).toMatchObject({ to: 7 });
    expect(text(decision)).toMatch(
      /^95 % of the time in the last 2h, half as much for each 20m ago, at most 6\.\d+ was in use/u,
    );
  });

  it("needs four fifths of the weight of a full window, not of its time", () => {
    // 2.4 half-lives have 81 % of the weight of six.
    expect(cores(times(49, 1), { strategy }).action).toBe("scale-down");
    expect(rulesOf(cores(times(44, 1), { strategy }))).toEqual(["insufficient-data"]);
  });
});

describe("stabilisation", () => {
  const stabilised = (upSeconds: number, downSeconds: number) => ({ stabilisation: { upSeconds, downSeconds } });

  it("shrinks no further than the most of its window needs", () => {
    // 2 of 8 cores in use take 4, but 5 minutes ago it were 3
    const uses = [...times(5, 2), 3, ...times(4, 2)];
    const decision = cores(uses, { strategy: target, ...stabilised(0, 300) }, { from: 8 });
    expect(decision).toMatchObject({ action: "scale-down", from: 8, to: 6, uncapped: 4 });
    expect(rulesOf(decision)).toEqual(["target", "stabilisation"]);
    expect(text(decision, 1)).toBe("within the last 5m up to 3 cores were in use, which takes 6");
    expect(cores([...uses, 2], { strategy: target, ...stabilised(0, 300) }, { from: 8 })).toMatchObject({ to: 4 });
  });

  it("grows no further than the least of its window wants", () => {
    const uses = [...times(5, 4), 3, 4];
    const decision = cores(uses, { strategy: target, ...stabilised(180, 0) });
    expect(decision).toMatchObject({ action: "scale-up", to: 6, uncapped: 8 });
    expect(text(decision, 1)).toBe("within the last 3m only 3 cores were in use, which takes no more than 6");
    expect(cores([...times(6, 4), 2, 4], { strategy: target, ...stabilised(180, 0) })).toMatchObject({
      action: "blocked",
      to: 4,
      uncapped: 8,
    });
  });

  it("lets each direction alone that has no window", () => {
    expect(cores([...times(9, 1), 4], { strategy: target, ...stabilised(0, 600) })).toMatchObject({ to: 8 });
    expect(cores([...times(9, 4), 1], { strategy: target, ...stabilised(600, 0) })).toMatchObject({ to: 2 });
  });

  it("is a longer `for` where thresholds decide", () => {
    const quiet = [2, ...times(20, 0.4)];
    expect(cores(quiet, {})).toMatchObject({ action: "scale-down", to: 3 });
    const decision = cores(quiet, stabilised(0, 1800));
    expect(decision).toMatchObject({ action: "blocked", to: 4 });
    expect(rulesOf(decision)).toEqual(["below", "insufficient-data"]);
    expect(text(decision, 1)).toBe(
      "only 21 of 30 readings of the last 30m are there, over which shrinking is stabilised",
    );
    expect(rulesOf(cores([2, ...times(29, 0.4)], stabilised(0, 1800)))).toEqual(["below", "stabilisation"]);
  });

  it("takes the estimates of its window where target goes by them", () => {
    const estimate = { of: "p50", overSeconds: 300, ignoreSpikes: false } as const;
    const uses = [...times(10, 3), ...times(6, 1)];
    // Five minutes ago the median of five minutes was still 3.
    const decision = cores(uses, { strategy: target, estimate, ...stabilised(0, 300) }, { from: 8 });
    expect(decision).toMatchObject({ to: 6, uncapped: 2 });
  });

  it("takes both ends of its window where a percentile decides", () => {
    const strategy = { kind: "percentile", of: 0.9, overSeconds: 600, margin: 0, halfLifeSeconds: null } as const;
    const uses = [...times(10, 5), ...times(10, 1)];
    expect(cores(uses, { strategy }, { from: 8 })).toMatchObject({ to: 1 });
    expect(cores(uses, { strategy, ...stabilised(0, 300) }, { from: 8 })).toMatchObject({ to: 5, uncapped: 1 });
  });

  it("does not keep a size outside its bounds", () => {
    expect(cores([6, 1], { strategy: target, max: 4, ...stabilised(0, 600) }, { from: 8 })).toMatchObject({ to: 4 });
  });
});

describe("a forecast", () => {
  const forecast = { withinSeconds: 2400, overSeconds: 1800 };
  /** Memory that grows by so many MiB a minute, to `end` now. */
  const leak = (end: number, perMinute: number, count = 30) =>
    Array.from({ length: count }, (_, index) => end - (count - 1 - index) * perMinute);

  it("grows ahead of a leak, by what will be in use then", () => {
    // 800 of 1024 MiB, 8 a minute: full in 28 minutes; in 40 it will be 1120, of which 85 % are 1318
    const decision = mebibytes(leak(800, 8), { forecast });
    expect(decision).toMatchObject({ action: "scale-up", from: 1024, uncapped: 1536, to: 1536 });
    expect(rulesOf(decision)).toEqual(["forecast", "thresholds"]);
    expect(text(decision)).toBe(
      "78.1 % of 1024 MiB, and growing by 480 MiB an hour: full in 28m, which is within 40m; 1536 puts that off",
    );
    expect(mebibytes(leak(800, 8), {}).action).toBe("hold");
  });

  it("says how sure it is", () => {
    const noisy = leak(800, 8).map((use, index) => use + ((index * 37) % 23) - 11);
    const decision = mebibytes(noisy, { forecast });
    expect(text(decision)).toMatch(/full in 2\dm \(2\dm to [23]\dm\), which is within 40m/u);
  });

  it("waits while there is time, and where nothing grows", () => {
    expect(mebibytes(leak(800, 4), { forecast }).action).toBe("hold");
    expect(mebibytes(times(30, 800), { forecast }).action).toBe("hold");
    expect(mebibytes(leak(800, -8), { forecast }).action).toBe("hold");
    expect(mebibytes([...times(14, 400), ...times(16, 800)], { forecast }).action).toBe("hold");
  });

  it("keeps a shrink from being met at once", () => {
    // 1200 of 4096 MiB at 16 a minute: in 40 minutes 1840
    const strategy = { kind: "target", target: 0.9, tolerance: 0 } as const;
    const plain = mebibytes(leak(1200, 16), { strategy, headroom: 0 }, 4096);
    expect(plain).toMatchObject({ action: "scale-down", to: 1344 });
    const decision = mebibytes(leak(1200, 16), { strategy, forecast, headroom: 0 }, 4096);
    expect(decision).toMatchObject({ action: "scale-down", to: 2048, uncapped: 1344 });
    expect(rulesOf(decision)).toEqual(["target", "forecast"]);
    expect(text(decision, 1)).toContain("1344 MiB would be full in 9m");
  });

  it("says where readings are too few to know a trend, and decides without it", () => {
    const decision = mebibytes(leak(800, 8, 20), { forecast });
    expect(rulesOf(decision)).toEqual(["thresholds", "forecast"]);
    expect(text(decision, 1)).toBe("the trend of the last 30m is not known: readings cover 20m of it");
  });

  it("obeys the limits of any growth", () => {
    expect(mebibytes(leak(800, 8), { forecast, max: 1024 })).toMatchObject({ action: "blocked", uncapped: 1536 });
    const strategy = { kind: "target", target: 0.9, tolerance: 0.2 } as const;
    expect(mebibytes(leak(800, 16), { strategy, forecast, maxStep: 128 })).toMatchObject({ to: 1152 });
  });
});

describe("pressure", () => {
  const strategy: Strategy = {
    kind: "thresholds",
    up: { threshold: 0.8, forSeconds: 120, step: 1, maxStep: 2, pressure: 0.2 },
    down: { threshold: 0.25, forSeconds: 300, step: 1, maxStep: 1 },
  };
  const pressed = (pressureCpu: number) => ({ more: { pressureCpu } });

  it("counts like `above`, whatever is in use", () => {
    const decision = cores(times(5, 2), { strategy }, pressed(0.3));
    expect(decision).toMatchObject({ action: "scale-up", to: 5, uncapped: 5 });
    expect(rulesOf(decision)).toEqual(["pressure"]);
    expect(text(decision)).toBe(
      "tasks waited for a CPU 30 % of the time, at or above 20 % for 2m; a step takes it to 5",
    );
    expect(cores(times(5, 2), { strategy }, pressed(0.19)).action).toBe("hold");
  });

  it("must last as long, together with usage", () => {
    const samples = (waits: readonly number[], use: number) =>
      waits.map((pressureCpu, index) =>
        sample((waits.length - 1 - index) * 60, { cpu: (index === 0 ? 3.6 : use) / 4, pressureCpu }),
      );
    const decide = (waits: readonly number[], use: number) =>
      decisionFor({
        inventory: inventory({ containers: [container({ cpu: use / 4 })] }),
        history: historyOf(101, { stepSeconds: 60, samples: samples(waits, use) }),
        settings: effective({ cpu: cpu({ strategy }) }),
      });
    // 90 % in use a minute ago, now no more than half, but tasks wait.
    expect(decide([0, 0.5], 2)).toMatchObject({ action: "scale-up" });
    const open = decide([0.5, 0, 0.5], 2);
    expect(open.action).toBe("hold");
    expect(text(open)).toBe(
      "tasks waited for a CPU 50 % of the time, at or above 20 %, but was not 1m ago; it takes 2m",
    );
  });

  it("keeps a shrink back", () => {
    expect(cores(times(6, 0.4), { strategy })).toMatchObject({ action: "scale-down" });
    const samples = Array.from({ length: 6 }, (_, index) =>
      sample((5 - index) * 60, { cpu: 0.1, pressureCpu: index === 2 ? 0.4 : 0 }),
    );
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.1 })] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      settings: effective({ cpu: cpu({ strategy }) }),
    });
    expect(decision.action).toBe("hold");
  });

  it("is nothing where there is none, and where it can't be", () => {
    expect(cores(times(5, 2), { strategy }).action).toBe("hold");
    expect(cores(times(5, 2), { strategy }, pressed(Number.NaN)).action).toBe("hold");
  });

  it("is read from the inventory where nothing was recorded", () => {
    const pressure = { cpuSome: 30, memorySome: null, memoryFull: null, ioSome: null, ioFull: null };
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.5, pressure })] }),
      settings: effective({ cpu: cpu({ strategy: { ...strategy, up: { ...strategy.up!, forSeconds: 0 } } }) }),
    });
    expect(rulesOf(decision)).toEqual(["pressure"]);
  });
});

describe("at its minimum", () => {
  const off = { atMinimum: true, min: 2 };

  it("goes down in one, without `for` and `maxStep`, as far as what is in use lets", () => {
    const idle = cores([1], off, { from: 8 });
    expect(idle).toMatchObject({ action: "scale-down", to: 2, uncapped: 2 });
    expect(text(idle)).toBe("it is to be at its minimum of 2 cores");
    // 3 in use at 80 % take 4
    const busy = cores([3], off, { from: 8 });
    expect(busy).toMatchObject({ action: "scale-down", to: 4 });
    expect(text(busy)).toBe("it is to be at its minimum of 2 cores, but 3 cores in use take 4");
  });

  it("goes to what is in use rather than stay, where the least step would go too far", () => {
    const strategy: Strategy = {
      kind: "thresholds",
      up: { threshold: 0.6, forSeconds: 0, step: 2, maxStep: 2 },
      down: { threshold: 0.12, forSeconds: 0, step: 10, maxStep: 10 },
    };
    // 1.2 of 11 cores: 10 less would be 1, which is not enough; 60 % of 3 are
    expect(cores([1.2], { ...off, min: 1, strategy }, { from: 11 })).toMatchObject({ action: "scale-down", to: 3 });
  });

  it("goes by what is in use now, also where usage was low all through the `for` of a shrink", () => {
    const strategy: Strategy = {
      kind: "thresholds",
      up: { threshold: 0.6, forSeconds: 0, step: 2, maxStep: 2 },
      down: { threshold: 0.3, forSeconds: 120, step: 2, maxStep: 2 },
    };
    // 1.2 of 4 cores a minute ago is not over 30 %, 1.22 is; now it is next to nothing either way.
    for (const before of [1.2, 1.22]) {
      expect(cores([before, 0.04], { ...off, step: 2, max: 4, strategy })).toMatchObject({
        action: "scale-down",
        to: 2,
      });
    }
  });

  it("leaves memory what is in use and its headroom", () => {
    const decision = mebibytes([1000], { atMinimum: true }, 4096);
    // 1000 × 1.2 = 1200; at 85 % it would be 1177: 1216
    expect(decision).toMatchObject({ action: "scale-down", to: 1216 });
  });

  it("follows a swing no faster than the cooldown lets", () => {
    const state: ResourceState = { expected: 8, expectedSince: 0, down: { time: now - 60_000, from: 9, to: 8 } };
    expect(cores([1], off, { from: 8, state })).toMatchObject({ action: "blocked", to: 8 });
  });

  it("grows with what is in use, where thresholds or a target say so", () => {
    expect(cores(times(3, 2), off, { from: 2 })).toMatchObject({ action: "scale-up", to: 3 });
    expect(cores([2], { ...off, strategy: target }, { from: 2 })).toMatchObject({ action: "scale-up", to: 4 });
  });

  it("grows by no more than what is in use needs, and leaves alone what waits", () => {
    const up = { threshold: 0.8, forSeconds: 120, step: 4, maxStep: 4, pressure: 0.2 };
    const strategy: Strategy = { kind: "thresholds", up, down: null };
    expect(cores(times(3, 1.8), { strategy }, { from: 2 })).toMatchObject({ to: 6 });
    expect(cores(times(3, 1.8), { ...off, strategy }, { from: 2 })).toMatchObject({ to: 3 });
    const waiting = { from: 6, more: { pressureCpu: 0.3 } };
    expect(cores([1, 1], { ...off, strategy: { ...strategy, up: { ...up, forSeconds: 600 } } }, waiting)).toMatchObject(
      {
        action: "hold",
        to: 6,
      },
    );
  });

  it("overrules what sizes by the past", () => {
    expect(cores([1], { ...off, strategy: { kind: "fixed", size: 6 } }, { from: 6 })).toMatchObject({ to: 2 });
    expect(cores([1], { ...off, strategy: { kind: "fixed", size: 6 } }, { from: 2 })).toMatchObject({ to: 2 });
    expect(cores([1], { ...off, strategy: null }, { from: 6 })).toMatchObject({ action: "scale-down", to: 2 });
    // What is in use now may still have room above it.
    expect(cores([2], { ...off, strategy: { kind: "fixed", size: 6 } }, { from: 2 })).toMatchObject({ to: 3 });
  });

  it("is one grain where no minimum is set", () => {
    expect(cores([0.1], { atMinimum: true, min: null }, { from: 8 })).toMatchObject({ to: 1 });
  });
});

describe("a reading that does not say its cpulimit", () => {
  it("was not taken under the present one where more was in use than that allows", () => {
    // 2 cores in use under no limit, then a limit of 1: those readings were at 50 %, not at 200 %.
    const busy = [sample(120), sample(60)];
    const decision = decisionFor({
      inventory: inventory({
        containers: [container({ cpu: 0.25, configuration: configuration({ cpulimit: 1 }) })],
      }),
      history: historyOf(101, { stepSeconds: 60, samples: busy }),
      settings: effective({ cpu: cpu({ resource: "cpulimit", step: 0.5 }) }),
    });
    expect(rulesOf(decision)).toEqual(["thresholds"]);
    expect(text(decision)).toContain("is at or above 80 %, but was not 1m ago");
  });
});

describe("an application that counts its cores when it starts", () => {
  const decide = (uses: readonly number[], preset: "nginx" | null) => {
    const samples = uses.map((use, index) => sample((uses.length - 1 - index) * 60, { cpu: use / 4 }));
    return decisionFor({
      inventory: inventory({ containers: [container({ cpu: (uses.at(-1) ?? 0) / 4 })] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      settings: effective({ cpu: cpu(), preset }),
    });
  };

  it("does not notice a change before it is restarted, and the change says so", () => {
    const decision = decide(times(3, 3.9), "nginx");
    expect(rulesOf(decision)).toEqual(["above", "restart-needed"]);
    expect(text(decision, 1)).toMatch(
      /^only a restart makes use of it: `worker_processes auto` counts the cores once, .*[^.]$/u,
    );
    expect(rulesOf(decide(times(3, 3.9), null))).toEqual(["above"]);
  });

  it("is not spoken of where nothing changes", () => {
    expect(rulesOf(decide(times(3, 2), "nginx"))).toEqual(["thresholds"]);
  });
});
