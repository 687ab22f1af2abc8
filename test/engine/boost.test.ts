import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import { advance, emptyState, type ResourceState } from "../../src/engine/index.js";
import type { Container, ContainerHistory, DecisionDocument, Node, Sample } from "../../src/model/index.js";
import {
  carriedOut,
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
  node,
  now,
  planFor,
  rulesOf,
  sample,
} from "./fixtures.js";

const boost = { above: 0.95, samples: 3, factor: 1.5, fallbackFactor: 1.25, durationSeconds: 600 };

interface Case {
  readonly used: number;
  readonly limit?: number;
  readonly readings?: readonly Partial<Sample>[];
  readonly settings?: Partial<ResourceSettings>;
  readonly state?: ResourceState;
  readonly node?: Node;
}

/** Memory in MiB; the inventory's own reading is one more after `readings`. */
function decide(given: Case): DecisionDocument {
  const limit = given.limit ?? 1024;
  const figures = { memory: given.used * mebibyte, memoryLimit: limit * mebibyte };
  const readings = given.readings ?? [{}, {}];
  const history: ContainerHistory = {
    stepSeconds: 60,
    samples: readings.map((changes, index) => sample((readings.length - index) * 60, { ...figures, ...changes })),
  };
  const present: Container = container({ ...figures, configuration: configuration({ memory: limit }) });
  return decisionFor({
    inventory: inventory({ containers: [present], nodes: [given.node ?? node()] }),
    history: historyOf(101, history),
    state: { version: 1, containers: { 101: { memory: given.state ?? {} } } },
    settings: effective({ memory: memory({ strategy: null, boost, ...given.settings }) }),
  });
}

describe("a boost begins", () => {
  it("after so many saturated readings in a row, by its factor rounded up to the grain", () => {
    const decision = decide({ used: 1000, limit: 1040 });
    // 1040 × 1.5 = 1560, rounded up to 1600
    expect(decision).toMatchObject({ action: "scale-up", from: 1040, to: 1600, uncapped: 1600 });
    expect(decision.reasons[0]).toEqual({
      rule: "boost",
      text: "the last 3 readings were at or above 95 %: 1.5 times its size for 10m",
    });
  });

  it("not after fewer, nor with a gap, nor with a missing one between", () => {
    expect(decide({ used: 1000, readings: [{}] }).action).toBe("hold");
    expect(decide({ used: 1000, readings: [{}, { memory: 500 * mebibyte }] }).action).toBe("hold");
    expect(decide({ used: 1000, readings: [{}, { memory: null }] }).action).toBe("hold");
    expect(decide({ used: 1000, readings: [{ time: now - 300_000 }, {}] }).action).toBe("hold");
    expect(decide({ used: 972, readings: [{}, {}] }).action).toBe("hold");
  });

  it("passing over the time under a lock", () => {
    expect(decide({ used: 1000, readings: [{}, { memory: 100 * mebibyte, locked: true }, {}] }).action).toBe(
      "scale-up",
    );
  });

  it("clamped to max, and blocked at it", () => {
    expect(decide({ used: 1000, settings: { max: 1200 } })).toMatchObject({
      action: "scale-up",
      to: 1152,
      uncapped: 1536,
    });
    expect(decide({ used: 1000, settings: { max: 1024 } })).toMatchObject({
      action: "blocked",
      to: 1024,
      uncapped: 1536,
    });
  });

  it("whatever the cooldown says, and starts it", () => {
    const state: ResourceState = { expected: 1024, expectedSince: 0, up: { time: now - 1000, from: 512, to: 1024 } };
    expect(decide({ used: 1000, state }).action).toBe("scale-up");
  });

  it("by the fallback factor where the node has no room for more, and by what there is where it has less", () => {
    const room = (mebibytes: number) => node({ memoryAvailable: mebibytes * mebibyte });
    const fallback = decide({ used: 1000, node: room(300) });
    expect(fallback).toMatchObject({ action: "scale-up", to: 1280, uncapped: 1536 });
    expect(rulesOf(fallback)).toEqual(["boost", "bounds-only", "boost-fallback"]);
    const less = decide({ used: 1000, node: room(100) });
    expect(less).toMatchObject({ action: "scale-up", to: 1088 });
    expect(rulesOf(less)).toEqual(["boost", "bounds-only", "boost-fallback", "node-reserve"]);
    expect(decide({ used: 1000, node: room(50) })).toMatchObject({ action: "blocked", to: 1024 });
  });

  it("leaves a strategy that wants as much alone", () => {
    const strategy = { kind: "target", target: 0.5, tolerance: 0.1 } as const;
    const decision = decide({ used: 1000, settings: { strategy } });
    expect(decision).toMatchObject({ to: 2048 });
    expect(rulesOf(decision)).toEqual(["target"]);
  });

  it("is of no use where another limit binds", () => {
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.25, configuration: configuration({ cpulimit: 1 }) })] }),
      history: historyOf(101, minutes(5, { cpu: 0.25 })),
      settings: effective({ cpu: cpu({ strategy: null, boost }) }),
    });
    expect(decision).toMatchObject({ action: "blocked", to: 4, uncapped: 6 });
    expect(rulesOf(decision)).toEqual(["bounds-only", "boost", "other-limit"]);
  });
});

describe("while a boost runs", () => {
  const running = (secondsAgo: number): ResourceState => ({
    expected: 1536,
    expectedSince: now - secondsAgo * 1000,
    up: { time: now - secondsAgo * 1000, from: 1024, to: 1536 },
    boost: { startedAt: now - secondsAgo * 1000, before: 1024 },
  });

  it("no second one begins", () => {
    const decision = decide({ used: 1500, limit: 1536, state: running(300) });
    expect(decision).toMatchObject({ action: "hold", to: 1536 });
    expect(decision.reasons.at(-1)).toEqual({ rule: "boost-active", text: "boosted 5m ago, for 5m more" });
  });

  it("the strategy may grow it, not shrink it", () => {
    const strategy = { kind: "target", target: 0.6, tolerance: 0.1 } as const;
    expect(decide({ used: 1400, limit: 1536, state: running(300), settings: { strategy } })).toMatchObject({
      action: "scale-up",
      to: 2368,
    });
    const decision = decide({ used: 300, limit: 1536, state: running(300), settings: { strategy } });
    expect(decision).toMatchObject({ action: "blocked", to: 1536, uncapped: 512 });
    expect(rulesOf(decision)).toEqual(["target", "boost-active"]);
  });

  it("the bounds hold as ever", () => {
    expect(decide({ used: 300, limit: 1536, state: running(300), settings: { max: 1280 } })).toMatchObject({
      action: "scale-down",
      to: 1280,
    });
  });

  it("it goes back after its time to the size before, whatever the cooldown says", () => {
    const state = { ...running(600), down: { time: now - 1000, from: 1, to: 1 } };
    const decision = decide({ used: 300, limit: 1536, state });
    expect(decision).toMatchObject({ action: "scale-down", from: 1536, to: 1024, uncapped: 1024 });
    expect(rulesOf(decision)).toEqual(["boost-over", "bounds-only"]);
    expect(decide({ used: 300, limit: 1536, state: running(599) }).action).toBe("hold");
  });

  it("it goes back no further than what is in use, its floor and min", () => {
    // 1000 × 1.2 = 1200, rounded up to 1216
    expect(decide({ used: 1000, limit: 1536, state: running(600) })).toMatchObject({
      action: "scale-down",
      to: 1216,
      uncapped: 1024,
    });
    expect(decide({ used: 300, limit: 1536, state: running(600), settings: { min: 1300 } })).toMatchObject({
      to: 1344,
    });
    const full = decide({ used: 1500, limit: 1536, state: running(600) });
    expect(full).toMatchObject({ action: "blocked", to: 1536, uncapped: 1024 });
  });

  it("there is nothing to take back from a size that is not above the one before", () => {
    const state: ResourceState = { ...running(600), expected: 1024 };
    expect(decide({ used: 500, limit: 1024, state })).toMatchObject({ action: "hold", to: 1024 });
    expect(decide({ used: 1000, limit: 1024, state }).action).toBe("scale-up");
  });

  it("goes back at once where the file no longer knows of it", () => {
    expect(decide({ used: 300, limit: 1536, state: running(60), settings: { boost: null } })).toMatchObject({
      action: "scale-down",
      to: 1024,
    });
  });
});

describe("a boost that somebody else has changed", () => {
  const boosted: ResourceState = {
    expected: 1536,
    expectedSince: now - 900_000,
    up: { time: now - 900_000, from: 1024, to: 1536 },
    boost: { startedAt: now - 900_000, before: 1024 },
  };

  it("is left as they set it, and never taken back", () => {
    // Its time was over long ago; 2048 was set by hand meanwhile.
    const settings = { cooldown: { upSeconds: 0, downSeconds: 0 } };
    const decision = decide({ used: 500, limit: 2048, state: boosted, settings });
    expect(decision).toMatchObject({ action: "hold", from: 2048, to: 2048 });
    expect(rulesOf(decision)).toEqual(["bounds-only"]);
    const held = decide({ used: 500, limit: 2048, state: boosted });
    expect(rulesOf(held)).toEqual(["changed-by-hand"]);
  });

  it("is over for good once that was seen", () => {
    const seen = advance(
      { version: 1, containers: { 101: { memory: boosted } } },
      carriedOut(planFor({ ...at2048(), state: { version: 1, containers: { 101: { memory: boosted } } } })),
      now,
    );
    expect(seen.containers["101"]?.memory?.boost).toBeUndefined();
    expect(seen.containers["101"]?.memory?.byHand).toEqual({ time: now, from: 1536, to: 2048 });
  });

  it("may begin anew where readings are saturated again", () => {
    const settings = { cooldown: { upSeconds: 0, downSeconds: 0 } };
    const decision = decide({ used: 2040, limit: 2048, state: boosted, settings });
    expect(decision).toMatchObject({ action: "scale-up", from: 2048, to: 3072 });
  });

  it("is taken back where its write was lost and has arrived", () => {
    const state: ResourceState = { ...boosted, orElse: 1024 };
    expect(decide({ used: 300, limit: 1536, state })).toMatchObject({ action: "scale-down", to: 1024 });
    expect(decide({ used: 300, limit: 1024, state })).toMatchObject({ action: "hold" });
  });
});

/** A container of 2 GiB, a quarter of it in use. */
function at2048() {
  const figures = { memory: 500 * mebibyte, memoryLimit: 2048 * mebibyte };
  return {
    settings: effective({ memory: memory({ strategy: null, boost }) }),
    inventory: inventory({
      containers: [container({ ...figures, configuration: configuration({ memory: 2048 }) })],
    }),
  };
}

describe("a boost from beginning to end", () => {
  it("is remembered when it succeeded, and forgotten when it was taken back", () => {
    const settings = effective({ memory: memory({ strategy: null, boost }) });
    const at = (time: number, used: number, limit: number) => {
      const figures = { memory: used * mebibyte, memoryLimit: limit * mebibyte };
      return {
        settings,
        now: time,
        inventory: inventory({
          observedAt: time,
          containers: [container({ ...figures, configuration: configuration({ memory: limit }) })],
        }),
        history: historyOf(101, {
          stepSeconds: 60,
          samples: [120, 60].map((ago) => ({ ...sample(0, figures), time: time - ago * 1000 })),
        }),
      };
    };
    const begun = planFor({ ...at(now, 1000, 1024), state: emptyState() });
    const boosted = advance(emptyState(), carriedOut(begun), now);
    expect(boosted.containers["101"]?.memory).toEqual({
      expected: 1536,
      expectedSince: now,
      up: { time: now, from: 1024, to: 1536 },
      boost: { startedAt: now, before: 1024 },
      changes: [now],
    });
    const over = planFor({ ...at(now + 600_000, 400, 1536), state: boosted });
    expect(over.decisions[0]).toMatchObject({ action: "scale-down", to: 1024 });
    const after = advance(boosted, carriedOut(over), now + 600_000);
    expect(after.containers["101"]?.memory).toEqual({
      expected: 1024,
      expectedSince: now + 600_000,
      up: { time: now, from: 1024, to: 1536 },
      down: { time: now + 600_000, from: 1536, to: 1024 },
      changes: [now, now + 600_000],
    });
    // A failed write leaves it to be tried again.
    const failed = over.decisions.map((decision) => ({ ...decision, outcome: "failed" as const, verified: false }));
    expect(advance(boosted, failed, now + 600_000)).toBe(boosted);
  });
});
