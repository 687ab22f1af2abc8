import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import { advance, emptyState, type ResourceState, type State } from "../../src/engine/index.js";
import type { Container, ContainerHistory, DecisionDocument, Sample } from "../../src/model/index.js";
import {
  carriedOut,
  config,
  configuration,
  container,
  cpu,
  effective,
  inventory,
  mebibyte,
  memory,
  node,
  now,
  planFor,
  safety,
} from "./fixtures.js";
import { cpuSettings, memorySettings, percent } from "./world.js";

const tolerance = 1e-6;

/** One container with a history, a reading a minute, the newest of which is the inventory's own. */
interface Case {
  readonly settings: ResourceSettings;
  readonly cores: number;
  readonly mebibytes: number;
  /** Shares of the size in use, oldest first. */
  readonly usage: readonly number[];
  readonly state?: ResourceState;
  readonly maxChangesPerDay?: number;
}

function decide({ settings, cores, mebibytes, usage, state, maxChangesPerDay }: Case): DecisionDocument {
  const figures = (share: number) => ({
    cpu: share,
    cores,
    memory: Math.max(1, Math.round(share * mebibytes * mebibyte)),
    memoryLimit: mebibytes * mebibyte,
  });
  const samples = usage.map((share, index): Sample => ({
    time: now - (usage.length - 1 - index) * 60_000,
    ...figures(share),
    cpulimit: settings.resource === "cpulimit" ? 4 : null,
  }));
  const { decisions } = planFor({
    config: config({ safety: { ...safety, maxChangesPerDay: maxChangesPerDay ?? null } }),
    inventory: inventory({
      containers: [
        container({
          ...figures(usage.at(-1) ?? 0),
          configuration: configuration({
            cores,
            cpulimit: settings.resource === "cpulimit" ? 4 : null,
            memory: mebibytes,
          }),
        }),
      ],
      nodes: [node({ cores: 1024, memoryAvailable: 1e15, memoryLimit: 1e16, cpu: 0 })],
    }),
    history: new Map([[101, { stepSeconds: 60, samples }]]),
    state: state === undefined ? emptyState() : { version: 1, containers: { 101: { [settings.resource]: state } } },
    settings: effective(settings.resource === "memory" ? { memory: settings } : { cpu: settings }),
  });
  if (decisions[0] === undefined) throw new Error("no decision");
  return decisions[0];
}

const sizes = fc.record({
  settings: fc.oneof(cpuSettings, memorySettings),
  cores: fc.integer({ min: 1, max: 16 }),
  mebibytes: fc.integer({ min: 64, max: 16_384 }),
});

/** Twenty readings and as many that are nowhere lower. */
const usages = fc.array(fc.tuple(percent(1, 100), percent(0, 100)), { minLength: 1, maxLength: 20 }).map((pairs) => ({
  less: pairs.map(([share]) => share),
  more: pairs.map(([share, added]) => share + (1 - share) * added),
}));

describe("more in use, at whatever time,", () => {
  it("never makes it smaller", () => {
    fc.assert(
      fc.property(sizes, usages, (given, { less, more }) => {
        const { estimate } = given.settings;
        // A trend and what is usual are not about how much, but about how it moves.
        const settings = { ...given.settings, forecast: null, estimate: { ...estimate, ignoreSpikes: false } };
        const small = decide({ ...given, settings, usage: less }).to ?? 0;
        const large = decide({ ...given, settings, usage: more }).to ?? 0;
        expect(large).toBeGreaterThanOrEqual(small - tolerance);
      }),
      { numRuns: 3000 },
    );
  });

  it("never makes it smaller where all of it is more by the same factor, with trends and spikes as well", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(percent(1, 50), { minLength: 1, maxLength: 20 }),
        percent(100, 200),
        (given, usage, factor) => {
          const small = decide({ ...given, usage }).to ?? 0;
          const large = decide({ ...given, usage: usage.map((share) => share * factor) }).to ?? 0;
          expect(large).toBeGreaterThanOrEqual(small - tolerance);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("a decision that was carried out", () => {
  it("holds when it is asked again at once", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(percent(1, 100), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(60, 600),
        (given, usage, seconds) => {
          // Without a cooldown the next step may follow at once, and a boost does not wait for one.
          const cooldown = { upSeconds: seconds, downSeconds: seconds };
          const settings = { ...given.settings, boost: null, cooldown };
          const { resource } = settings;
          const first = decide({ ...given, settings, usage });
          if (first.from === null || first.to === null || first.to === first.from) return;
          const before: State = { version: 1, containers: {} };
          const outcome = { ...first, outcome: "applied" as const, verified: true };
          const state = advance(before, [outcome], now).containers["101"]?.[resource];
          const after =
            resource === "memory" ? { mebibytes: first.to } : resource === "cores" ? { cores: first.to } : null;
          if (after === null || state === undefined) return;
          const factor = first.from / first.to;
          // What is cut off at the new size lies nearer together than it did: other readings stand out then.
          if (settings.estimate.ignoreSpikes && usage.some((share) => share * factor > 1)) return;
          // A step so large that it lands where it shrinks again is a finding of the file (`would-oscillate`).
          const down = settings.strategy?.kind === "thresholds" ? settings.strategy.down : null;
          if (factor < 1 && down !== null && (usage.at(-1) ?? 0) * factor <= down.threshold + tolerance) return;
          const again = decide({
            ...given,
            ...after,
            settings,
            state,
            usage: usage.map((share) => Math.min(1, share * factor)),
          });
          expect(again.to).toBe(again.from);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("CPU and memory", () => {
  it("are decided apart: what is known of one changes nothing for the other", () => {
    const reading = fc.oneof(percent(1, 100), fc.constant(null), fc.constant(Number.NaN), fc.constant(-1));
    fc.assert(
      fc.property(
        cpuSettings,
        memorySettings,
        percent(1, 100),
        reading,
        reading,
        (ofCpu, ofMemory, usage, one, other) => {
          const decided = (share: number | null) =>
            planFor({
              inventory: inventory({
                containers: [
                  container({
                    cpu: usage,
                    memory: share === null ? null : share * 1024 * mebibyte,
                    configuration: configuration({ cpulimit: 4 }),
                  }),
                ],
              }),
              settings: effective({ cpu: ofCpu, memory: ofMemory }),
            }).decisions[0];
          expect(decided(one)).toEqual(decided(other));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("figures that can't be", () => {
  const absurd = fc.constantFrom<number | null>(
    Number.NaN,
    -1,
    -1e300,
    1e300,
    Number.MAX_VALUE,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    null,
  );
  const time = fc.constantFrom(now, now - 60_000, now + 86_400_000, 0, -1e15, 8.64e15, Number.NaN);

  it("in the newest reading hold, and never throw", () => {
    fc.assert(
      fc.property(
        cpuSettings,
        memorySettings,
        absurd,
        absurd,
        fc.boolean(),
        (ofCpu, ofMemory, cpuShare, bytes, known) => {
          const { decisions } = planFor({
            inventory: inventory({
              containers: [
                container({
                  cpu: cpuShare,
                  memory: bytes,
                  ...(known ? {} : { cores: cpuShare, memoryLimit: bytes }),
                  configuration: configuration({ cpulimit: 4 }),
                }),
              ],
            }),
            settings: effective({ cpu: ofCpu, memory: ofMemory }),
          });
          for (const { action, to, from } of decisions) {
            expect(action).toBe("hold");
            expect(to).toBe(from);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("in what was recorded, in sizes and in nodes never throw, and never make a size that can't be", () => {
    const sample = fc.record({
      time,
      cpu: fc.oneof(percent(0, 100), absurd),
      cores: fc.oneof(fc.constantFrom<number | null>(4, 0), absurd),
      memory: fc.oneof(
        percent(1, 100).map((share) => share * 1024 * mebibyte),
        absurd,
      ),
      memoryLimit: fc.oneof(fc.constant<number | null>(1024 * mebibyte), absurd),
      pressureCpu: fc.oneof(percent(0, 100), absurd),
      pressureMemory: absurd,
    });
    const resource = fc.record({
      expected: fc.constantFrom(4, 1024, 0, -1),
      expectedSince: time,
      up: fc.record({ time, from: fc.constantFrom(1, 0, 1e300), to: fc.constantFrom(4, 0) }),
      down: fc.record({ time, from: fc.constantFrom(8, -1), to: fc.constantFrom(4, 1e300) }),
      boost: fc.record({ startedAt: time, before: fc.constantFrom(1, 0, -1, 1e300) }),
    });
    fc.assert(
      fc.property(
        cpuSettings,
        memorySettings,
        fc.array(sample, { maxLength: 20 }),
        resource,
        fc.tuple(
          fc.oneof(absurd, fc.constantFrom(0, 4)),
          fc.oneof(absurd, fc.constantFrom(0, 4)),
          fc.oneof(absurd, fc.constant(512)),
        ),
        fc.tuple(absurd, absurd, absurd),
        (ofCpu, ofMemory, samples, state, [coreCount, cpulimit, mebibytes], [nodeCpu, nodeCores, available]) => {
          const { decisions } = planFor({
            inventory: inventory({
              containers: [
                container({ configuration: configuration({ cores: coreCount, cpulimit, memory: mebibytes ?? 0 }) }),
              ],
              nodes: [node({ cpu: nodeCpu, cores: nodeCores, memoryAvailable: available })],
            }),
            history: new Map([[101, { stepSeconds: 60, samples }]]),
            state: { version: 1, containers: { 101: { cores: state, cpulimit: state, memory: state } } },
            settings: effective({ cpu: ofCpu, memory: ofMemory }),
          });
          for (const { action, from, to, reasons } of decisions) {
            expect(reasons.length).toBeGreaterThan(0);
            if (from === null || to === null) {
              expect(action).toBe("hold");
              continue;
            }
            expect(Number.isFinite(from) && from > 0).toBe(true);
            expect(Number.isFinite(to) && to > 0).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a clock that was put back", () => {
  const year = 365 * 86_400_000;

  it("does not hold a container for as long as it was wrong", () => {
    const future: ResourceState = {
      expected: 4,
      expectedSince: now + year,
      up: { time: now + year, from: 3, to: 4 },
      down: { time: now + year, from: 5, to: 4 },
      byHand: { time: now + year, from: 3, to: 4 },
    };
    const usage = Array.from({ length: 20 }, () => 0.95);
    const decision = decide({ settings: cpu(), cores: 4, mebibytes: 1024, usage, state: future });
    expect(decision).toMatchObject({ action: "scale-up" });
  });

  it("keeps a cooldown, where it was put back by less than that", () => {
    const usage = Array.from({ length: 20 }, () => 0.95);
    const state: ResourceState = { expected: 4, expectedSince: 0, up: { time: now + 30_000, from: 3, to: 4 } };
    const decision = decide({ settings: cpu(), cores: 4, mebibytes: 1024, usage, state });
    expect(decision).toMatchObject({ action: "blocked" });
    expect(decision.reasons.at(-1)?.text).toBe("it grew 30s ago; the cooldown is 1m");
  });

  it("gives the budget of the day back", () => {
    const changes = [now + year, now + year + 1000];
    const usage = Array.from({ length: 20 }, () => 0.95);
    const decided = (state: ResourceState) =>
      decide({ settings: cpu(), cores: 4, mebibytes: 1024, usage, state, maxChangesPerDay: 2 }).action;
    expect(decided({ expected: 4, expectedSince: 0, changes: [now - 3_600_000, now - 1000] })).toBe("blocked");
    expect(decided({ expected: 4, expectedSince: 0, changes })).toBe("scale-up");
    const [outcome] = carriedOut(
      planFor({
        inventory: inventory({ containers: [container({ cpu: 1 })] }),
        settings: effective({ cpu: cpu({ strategy: { kind: "fixed", size: 5 } }) }),
      }),
    );
    const before: State = { version: 1, containers: { 101: { cores: { expected: 4, expectedSince: 0, changes } } } };
    expect(advance(before, [outcome!], now).containers["101"]?.cores?.changes).toEqual([now]);
  });

  it("ends a boost", () => {
    const boost = { above: 0.95, samples: 3, factor: 1.5, fallbackFactor: 1.25, durationSeconds: 600 };
    const state: ResourceState = {
      expected: 1536,
      expectedSince: 0,
      up: { time: now + year, from: 1024, to: 1536 },
      boost: { startedAt: now + year, before: 1024 },
    };
    const settings = memory({ strategy: null, boost });
    const usage = Array.from({ length: 5 }, () => 0.3);
    expect(decide({ settings, cores: 4, mebibytes: 1536, usage, state })).toMatchObject({
      action: "scale-down",
      to: 1024,
    });
  });
});

describe("a hundred thousand cycles", () => {
  it("leave a state no larger than it was after the first day", () => {
    const settings = effective({
      cpu: cpu({
        strategy: { kind: "target", target: 0.6, tolerance: 0.05 },
        cooldown: { upSeconds: 0, downSeconds: 0 },
      }),
      memory: memory({
        boost: { above: 0.9, samples: 2, factor: 1.5, fallbackFactor: 1.25, durationSeconds: 600 },
        cooldown: { upSeconds: 0, downSeconds: 0 },
      }),
    });
    let state = emptyState();
    let cores = 4;
    let mebibytes = 1024;
    let samples: Sample[] = [];
    let afterDay = 0;
    for (let cycle = 0; cycle < 100_000; cycle += 1) {
      const time = now + cycle * 60_000;
      // A day with its hours, and a swing of seven minutes on top.
      const demand = 2 + 1.5 * Math.sin((cycle / 1440) * 2 * Math.PI) + (cycle % 7) * 0.2;
      const present: Container = container({
        cpu: Math.min(1, demand / cores),
        cores,
        memory: Math.min(mebibytes, demand * 400) * mebibyte,
        memoryLimit: mebibytes * mebibyte,
        configuration: configuration({ cores, memory: mebibytes }),
      });
      const history: ContainerHistory = { stepSeconds: 60, samples };
      const plan = planFor({
        inventory: inventory({ observedAt: time, containers: [present] }),
        history: new Map([[101, history]]),
        state,
        now: time,
        settings,
      });
      state = advance(state, carriedOut(plan), time);
      for (const { resource, action, to } of plan.decisions) {
        if ((action !== "scale-up" && action !== "scale-down") || to === null) continue;
        if (resource === "cores") cores = to;
        else mebibytes = to;
      }
      const { cpu: share, memory: bytes, memoryLimit } = present;
      samples = [...samples.slice(-31), { time, cpu: share, cores: present.cores, memory: bytes, memoryLimit }];
      if (cycle === 2880) afterDay = JSON.stringify(state).length;
    }
    expect(afterDay).toBeGreaterThan(0);
    expect(JSON.stringify(state).length).toBeLessThan(afterDay * 1.5);
  }, 120_000);
});
