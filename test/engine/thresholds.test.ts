import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import type { Container, ContainerHistory } from "../../src/model/index.js";
import {
  config,
  configuration,
  container,
  cpu,
  decisionFor,
  effective,
  historyOf,
  inventory,
  mebibyte,
  memory,
  minutes,
  rulesOf,
  sample,
} from "./fixtures.js";

function cpuDecision(
  present: Partial<Container>,
  history: ContainerHistory,
  settings: Partial<ResourceSettings> = {},
  intervalSeconds = 60,
) {
  return decisionFor({
    config: config({ intervalSeconds }),
    inventory: inventory({ containers: [container(present)] }),
    history: historyOf(101, history),
    settings: effective({ cpu: cpu(settings) }),
  });
}

function memoryDecision(
  usedMebibytes: number,
  limit: number,
  history: ContainerHistory,
  settings: Partial<ResourceSettings> = {},
) {
  const present = {
    memory: usedMebibytes * mebibyte,
    memoryLimit: limit * mebibyte,
    configuration: configuration({ memory: limit }),
  };
  return decisionFor({
    inventory: inventory({ containers: [container(present)] }),
    history: historyOf(101, history),
    settings: effective({ memory: memory(settings) }),
  });
}

describe("growth by thresholds", () => {
  it.each([
    // usage of 4 cores, to, uncapped; step 1, maxStep 2
    [0.79, 4, 4],
    [0.8, 5, 5], // ≥: 3.2 / 5 = 64 %
    [0.95, 5, 5], // 3.8 / 5 = 76 %
    [0.99, 5, 5], // 3.96 / 5 = 79.2 %
    [1, 6, 6], // 4 / 5 is 80 %, and only < is below
  ])("at %f of 4 cores goes to %i", (usage, to, uncapped) => {
    expect(cpuDecision({ cpu: usage }, minutes(2, { cpu: usage }))).toMatchObject({ from: 4, to, uncapped });
  });

  it("goes no further than maxStep at once", () => {
    const up = { threshold: 0.5, forSeconds: 120, step: 1, maxStep: 2 };
    const decision = cpuDecision({ cpu: 1 }, minutes(2, { cpu: 1 }), {
      strategy: { kind: "thresholds", up, down: null },
      max: 20,
    });
    // 4 / 8 is 50 %: it takes 9
    expect(decision).toMatchObject({ to: 6, uncapped: 9 });
    expect(rulesOf(decision)).toEqual(["above", "max-step"]);
  });

  it("takes at least a step, clamped to max and never dropped", () => {
    const up = { threshold: 0.85, forSeconds: 120, step: 512, maxStep: 512 };
    const strategy = { kind: "thresholds", up, down: null } as const;
    const busy = minutes(2, { memory: 900 * mebibyte });
    expect(memoryDecision(900, 1024, busy, { strategy })).toMatchObject({ from: 1024, to: 1536 });
    expect(memoryDecision(900, 1024, busy, { strategy, max: 1280 })).toMatchObject({ to: 1280, uncapped: 1536 });
    // max is rounded down to the grain
    expect(memoryDecision(900, 1024, busy, { strategy, max: 1270 })).toMatchObject({ to: 1216, uncapped: 1536 });
  });

  it("lands on the grain from a size that is off it, past maxStep by less than a grain", () => {
    const busy = minutes(2, { memory: 990 * mebibyte, memoryLimit: 1000 * mebibyte });
    expect(memoryDecision(990, 1000, busy)).toMatchObject({ from: 1000, to: 1536 });
  });

  it("is sized by the newest reading, not by the highest", () => {
    const history = { stepSeconds: 60, samples: [sample(60, { cpu: 1 })] };
    expect(cpuDecision({ cpu: 0.82 }, history)).toMatchObject({ action: "scale-up", to: 5 });
  });
});

describe("shrinking by thresholds", () => {
  it.each([
    [0.26, 4],
    [0.25, 3], // ≤
    [0.0, 3],
  ])("at %f of 4 cores goes to %i", (usage, to) => {
    expect(cpuDecision({ cpu: usage }, minutes(15, { cpu: usage })).to).toBe(to);
  });

  it("keeps the highest use of the window below the growth threshold", () => {
    const down = { threshold: 0.4, forSeconds: 900, step: 1, maxStep: 4 };
    const up = { threshold: 0.8, forSeconds: 120, step: 1, maxStep: 2 };
    const settings = { strategy: { kind: "thresholds", up, down } as const };
    const present = { cpu: 0.1, cores: 8, configuration: configuration({ cores: 8 }) };
    const peak = minutes(15, { cpu: 0.1, cores: 8 });
    const samples = peak.samples.map((one, index) => (index === 7 ? { ...one, cpu: 0.4 } : one));
    // 3.2 in use at most: 4 would be 80 %, so 5
    expect(cpuDecision(present, { ...peak, samples }, settings)).toMatchObject({ from: 8, to: 5, uncapped: 5 });
    // 0.8 at most: 2 would do (40 %), 4 away at once
    expect(cpuDecision(present, peak, settings)).toMatchObject({ from: 8, to: 4, uncapped: 2 });
  });

  it("is blocked where even one step would bring it back to the growth threshold", () => {
    const up = { threshold: 0.8, forSeconds: 120, step: 512, maxStep: 512 };
    const down = { threshold: 0.5, forSeconds: 1800, step: 512, maxStep: 512 };
    const strategy = { kind: "thresholds", up, down } as const;
    // 480 of 1024 MiB is 47 %; of 512 it would be 94 %. Without headroom the floor would let it through.
    const decision = memoryDecision(480, 1024, minutes(30, { memory: 480 * mebibyte }), {
      strategy,
      headroom: 0,
      min: 64,
    });
    expect(decision).toMatchObject({ action: "blocked", from: 1024, to: 1024, uncapped: 512 });
    expect(rulesOf(decision)).toEqual(["below", "would-grow-again"]);
    // A min above the step makes it small enough: 480 of 768 is 62.5 %.
    const clamped = memoryDecision(480, 1024, minutes(30, { memory: 480 * mebibyte }), {
      strategy,
      headroom: 0,
      min: 768,
    });
    expect(clamped).toMatchObject({ action: "scale-down", to: 768, uncapped: 512 });
  });

  it("is blocked where nothing would grow it again and all of it would be in use", () => {
    const down = { threshold: 0.5, forSeconds: 900, step: 3, maxStep: 3 };
    const settings = { strategy: { kind: "thresholds", up: null, down } as const };
    // 1.9 of 4 cores is 47.5 %, but three cores less are one.
    const decision = cpuDecision({ cpu: 0.475 }, minutes(15, { cpu: 0.475 }), settings);
    expect(decision).toMatchObject({ action: "blocked", from: 4, to: 4, uncapped: 1 });
    expect(rulesOf(decision)).toEqual(["below", "would-grow-again"]);
    expect(cpuDecision({ cpu: 0.2 }, minutes(15, { cpu: 0.2 }), settings)).toMatchObject({
      action: "scale-down",
      to: 1,
    });
  });

  it("rounds up to the grain, and stops at min", () => {
    const idle = minutes(30, { memory: 100 * mebibyte, memoryLimit: 1000 * mebibyte });
    // 1000 − 256 = 744, rounded up to 768
    expect(memoryDecision(100, 1000, idle)).toMatchObject({ from: 1000, to: 768 });
    // min 900 is rounded up to 960
    expect(memoryDecision(100, 1000, idle, { min: 900 })).toMatchObject({ to: 960 });
  });

  it("shrinks by a grain where the step is less than that", () => {
    const idle = minutes(15, { cpu: 0.05 });
    const down = { threshold: 0.25, forSeconds: 900, step: 0.5, maxStep: 0.5 };
    expect(cpuDecision({ cpu: 0.05 }, idle, { strategy: { kind: "thresholds", up: null, down } })).toMatchObject({
      to: 3,
    });
  });

  it("stops at the memory floor of what is in use and its headroom", () => {
    // 40 % of 2048 is 819.2; × 1.2 = 983.04, rounded up to 1024
    const down = { threshold: 0.4, forSeconds: 1800, step: 1536, maxStep: 1536 };
    const settings = { strategy: { kind: "thresholds", up: null, down } as const };
    const idle = minutes(30, { memory: 819 * mebibyte, memoryLimit: 2048 * mebibyte });
    const decision = memoryDecision(819, 2048, idle, settings);
    expect(decision).toMatchObject({ action: "scale-down", from: 2048, to: 1024, uncapped: 512 });
    expect(rulesOf(decision)).toEqual(["below", "memory-floor"]);
    expect(decision.reasons[1]?.text).toBe("819 MiB in use and 20 % headroom take 1024 MiB");
  });

  it("has nothing smaller than one grain to go to", () => {
    const one = { cpu: 0.01, cores: 1, configuration: configuration({ cores: 1 }) };
    expect(cpuDecision(one, minutes(15, { cpu: 0.01, cores: 1 }))).toMatchObject({ action: "hold", to: 1 });
  });

  it("is blocked by min where a smaller size exists", () => {
    const two = { cpu: 0.01, cores: 2, configuration: configuration({ cores: 2 }) };
    const decision = cpuDecision(two, minutes(15, { cpu: 0.01, cores: 2 }), { min: 2 });
    expect(decision).toMatchObject({ action: "blocked", from: 2, to: 2, uncapped: 1 });
    expect(rulesOf(decision)).toEqual(["below", "min"]);
  });
});

describe("for: true of every reading of the window", () => {
  it("takes the readings from just after its beginning to now", () => {
    // Two minutes: now and one minute ago. The reading of two minutes ago is outside.
    const samples = [sample(120, { cpu: 0.1 }), sample(60, { cpu: 0.9 })];
    expect(cpuDecision({ cpu: 0.9 }, { stepSeconds: 60, samples }).action).toBe("scale-up");
  });

  it("holds while one of them says otherwise", () => {
    const samples = [sample(120, { cpu: 0.9 }), sample(60, { cpu: 0.7 })];
    const decision = cpuDecision({ cpu: 0.9 }, { stepSeconds: 60, samples });
    expect(decision).toMatchObject({ action: "hold", to: 4, uncapped: 4 });
    expect(decision.reasons[0]?.text).toContain("but was not 1m ago; it takes 2m");
  });

  it("holds for insufficient data below 80 % of the expected readings", () => {
    const idle = minutes(15, { cpu: 0.1 }).samples;
    // 15 expected: 12 are enough, 11 are not. The inventory's own is one of them.
    const twelve = { stepSeconds: 60, samples: idle.slice(-11) };
    const eleven = { stepSeconds: 60, samples: idle.slice(-10) };
    expect(cpuDecision({ cpu: 0.1 }, twelve).action).toBe("scale-down");
    const decision = cpuDecision({ cpu: 0.1 }, eleven);
    expect(decision).toMatchObject({ action: "hold", to: 4, uncapped: null });
    expect(rulesOf(decision)).toEqual(["insufficient-data"]);
    expect(decision.reasons[0]?.text).toContain("only 11 of 15 readings");
  });

  it("takes no missing, impossible or locked reading for one that is there", () => {
    const idle = minutes(15, { cpu: 0.1 }).samples;
    for (const bad of [
      { cpu: null },
      { cpu: -0.1 },
      { cpu: 12 },
      { cpu: Number.NaN },
      { cores: null },
      { locked: true },
    ]) {
      const four = idle.map((one, index) => (index >= 5 && index < 9 ? { ...one, ...bad } : one));
      const three = idle.map((one, index) => (index >= 5 && index < 8 ? { ...one, ...bad } : one));
      expect(rulesOf(cpuDecision({ cpu: 0.1 }, { stepSeconds: 60, samples: four }))).toEqual(["insufficient-data"]);
      expect(cpuDecision({ cpu: 0.1 }, { stepSeconds: 60, samples: three }).action).toBe("scale-down");
    }
  });

  it("holds where the newest reading is older than two periods", () => {
    const samples = minutes(30, { cpu: 0.9 }).samples.slice(0, -2);
    const decision = decisionFor({
      inventory: inventory({ observedAt: samples.at(-1)?.time ?? 0, containers: [container({ cpu: 0.9 })] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      settings: effective({ cpu: cpu() }),
    });
    expect(decision).toMatchObject({ action: "hold", to: 4 });
    expect(rulesOf(decision)).toEqual(["insufficient-data"]);
  });

  it("counts by the source's step where that is coarser than the interval", () => {
    // An interval of 10 s over a source of one minute: two minutes expect 2 readings, not 12.
    const decision = cpuDecision({ cpu: 0.9 }, minutes(2, { cpu: 0.9 }), {}, 10);
    expect(decision.action).toBe("scale-up");
  });

  it("takes a jitter of the source for what it is", () => {
    expect(cpuDecision({ cpu: 0.9 }, minutes(1, { cpu: 0.9 }, 60.4), {}, 60).action).toBe("scale-up");
    expect(rulesOf(cpuDecision({ cpu: 0.9 }, minutes(0, {}, 60.4), {}, 60))).toEqual(["insufficient-data"]);
  });

  it("judges a source coarser than the window on its last reading, and says so", () => {
    const decision = cpuDecision({ cpu: 0.9 }, minutes(4, { cpu: 0.1 }, 1800));
    expect(decision).toMatchObject({ action: "scale-up", to: 5 });
    expect(rulesOf(decision)).toEqual(["above", "coarse-history"]);
    expect(decision.reasons[1]?.text).toContain("one reading every 30m, coarser than 2m");
  });

  it("judges the last reading alone where the interval is longer than the window", () => {
    const samples = [sample(600, { cpu: 0.1 }), sample(300, { cpu: 0.1 })];
    expect(cpuDecision({ cpu: 0.9 }, { stepSeconds: 300, samples: [] }, {}, 300).action).toBe("scale-up");
    expect(cpuDecision({ cpu: 0.9 }, { stepSeconds: 300, samples }, {}, 300).action).toBe("scale-up");
  });

  it("keeps a reading under its own size, and is not emptied by a resize", () => {
    // 1.8 of 2 cores is 90 %, although of the 4 it has now it would be 45 %.
    const samples = [sample(60, { cpu: 0.9, cores: 2 })];
    const state = {
      version: 1 as const,
      containers: { 101: { cores: { expected: 4, expectedSince: 0 } } },
    };
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.85 })] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      state,
      settings: effective({ cpu: cpu() }),
    });
    expect(decision).toMatchObject({ action: "scale-up", to: 5 });
  });

  it("looks at no reading of the future", () => {
    const samples = [
      sample(60, { cpu: 0.9 }),
      sample(0, { cpu: 0.9 }),
      sample(-60, { cpu: 0.1 }),
      sample(-120, { cpu: 0.1 }),
    ];
    expect(cpuDecision({ cpu: 0.9 }, { stepSeconds: 60, samples }).action).toBe("scale-up");
  });

  it("adds the inventory's own figures only where they are newer than the last record", () => {
    const samples = [sample(60, { cpu: 0.9 }), sample(0, { cpu: 0.9 })];
    expect(cpuDecision({ cpu: 0.1 }, { stepSeconds: 60, samples }).action).toBe("scale-up");
  });
});
