import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import { advance, emptyState, successTime, type ResourceState } from "../../src/engine/index.js";
import type { Container } from "../../src/model/index.js";
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
  minutes,
  now,
  rulesOf,
} from "./fixtures.js";

function cpuDecision(
  usage: number,
  cores: number,
  settings: Partial<ResourceSettings> = {},
  state: ResourceState = {},
) {
  return decisionFor({
    inventory: inventory({ containers: [container({ cpu: usage, cores, configuration: configuration({ cores }) })] }),
    history: historyOf(101, minutes(30, { cpu: usage, cores })),
    state: { version: 1, containers: { 101: { cores: state } } },
    settings: effective({ cpu: cpu(settings) }),
  });
}

function memoryDecision(
  used: number,
  limit: number,
  settings: Partial<ResourceSettings> = {},
  changes: Partial<Container> = {},
) {
  const figures = { memory: used * mebibyte, memoryLimit: limit * mebibyte };
  return decisionFor({
    inventory: inventory({
      containers: [container({ ...figures, configuration: configuration({ memory: limit }), ...changes })],
    }),
    history: historyOf(101, minutes(30, figures)),
    settings: effective({ memory: memory(settings) }),
  });
}

describe("cooldown", () => {
  const grew = (secondsAgo: number): ResourceState => ({
    expected: 4,
    expectedSince: 0,
    up: { time: now - secondsAgo * 1000, from: 3, to: 4 },
  });
  const shrank = (secondsAgo: number): ResourceState => ({
    expected: 4,
    expectedSince: 0,
    down: { time: now - secondsAgo * 1000, from: 5, to: 4 },
  });

  it("blocks the same direction until it has passed", () => {
    const decision = cpuDecision(0.9, 4, {}, grew(59));
    expect(decision).toMatchObject({ action: "blocked", from: 4, to: 4, uncapped: 5 });
    expect(decision.reasons[1]).toEqual({ rule: "cooldown", text: "it grew 59s ago; the cooldown is 1m" });
    expect(cpuDecision(0.9, 4, {}, grew(60)).action).toBe("scale-up");
    expect(rulesOf(cpuDecision(0.1, 4, {}, shrank(599)))).toEqual(["below", "max-step", "cooldown"]);
    expect(cpuDecision(0.1, 4, {}, shrank(600)).action).toBe("scale-down");
  });

  it("is over when the timer of the next cycle comes a little early", () => {
    expect(cpuDecision(0.9, 4, {}, grew(59.6)).action).toBe("scale-up");
  });

  it("of one interval is over an interval after the decision, though its write took a while", () => {
    const decidedAt = now - 60_000;
    expect(successTime(decidedAt, decidedAt + 2500, 60)).toBe(decidedAt);
    // What took longer than that, or was another cycle's, counts from when it succeeded.
    expect(successTime(decidedAt, decidedAt + 60_000, 60)).toBe(decidedAt + 60_000);
    expect(successTime(decidedAt, decidedAt - 1000, 60)).toBe(decidedAt - 1000);
    const outcome = { ...cpuDecision(0.9, 3), outcome: "applied" as const, verified: true };
    const { containers } = advance(emptyState(), [outcome], successTime(decidedAt, decidedAt + 2500, 60));
    expect(cpuDecision(0.9, 4, {}, containers["101"]?.cores).action).toBe("scale-up");
  });

  it("never holds back the other direction", () => {
    expect(cpuDecision(0.9, 4, {}, shrank(1)).action).toBe("scale-up");
    expect(cpuDecision(0.1, 4, {}, grew(1)).action).toBe("scale-down");
  });

  it("does not keep a size outside its bounds", () => {
    expect(cpuDecision(0.1, 4, { max: 2 }, shrank(1))).toMatchObject({ action: "scale-down", to: 2 });
    expect(cpuDecision(0.5, 4, { min: 6 }, grew(1))).toMatchObject({ action: "scale-up", to: 6 });
  });
});

describe("outside the bounds", () => {
  it("brings CPU down to what is in use, and on as use falls", () => {
    // 3.2 of 8 cores in use
    const decision = cpuDecision(0.4, 8, { max: 2 });
    expect(decision).toMatchObject({ action: "scale-down", from: 8, to: 4, uncapped: 8 });
    expect(rulesOf(decision)).toEqual(["max", "in-use", "thresholds"]);
    expect(cpuDecision(0.2, 8, { max: 2, strategy: null })).toMatchObject({ to: 2 });
    const full = cpuDecision(0.97, 4, { max: 2 });
    expect(full).toMatchObject({ action: "blocked", to: 4 });
  });

  it("cuts CPU at once where shrink is immediate", () => {
    expect(cpuDecision(0.97, 4, { max: 2, shrink: "immediate" })).toMatchObject({ action: "scale-down", to: 2 });
  });

  it("brings memory down to its floor, whatever shrink says", () => {
    // 1500 × 1.2 = 1800, rounded up to 1856
    for (const shrink of ["gradual", "immediate"] as const) {
      const decision = memoryDecision(1500, 4096, { max: 1024, shrink });
      expect(decision).toMatchObject({ action: "scale-down", from: 4096, to: 1856 });
      expect(rulesOf(decision)).toEqual(["below", "max-step", "max", "memory-floor"]);
    }
  });

  it("stops at a floor above max, and never grows to it", () => {
    // 1000 × 1.2 = 1200: more than the 1024 it has
    const decision = memoryDecision(1000, 1024, { max: 512 });
    expect(decision).toMatchObject({ action: "blocked", from: 1024, to: 1024 });
    expect(rulesOf(decision)).toEqual(["above", "max", "memory-floor"]);
  });

  it("brings a size up to min without for and cooldown", () => {
    expect(cpuDecision(0.5, 1, { min: 2 })).toMatchObject({ action: "scale-up", from: 1, to: 2, uncapped: 1 });
    // min is rounded up to the grain: 1000 to 1024
    expect(memoryDecision(100, 512, { min: 1000 })).toMatchObject({ action: "scale-up", to: 1024 });
  });

  it("needs no window of readings", () => {
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.1 })] }),
      settings: effective({ cpu: cpu({ max: 2 }) }),
    });
    expect(decision).toMatchObject({ action: "scale-down", to: 2, uncapped: null });
    expect(rulesOf(decision)).toEqual(["max", "insufficient-data"]);
  });

  it("lets max win over min", () => {
    expect(cpuDecision(0.1, 4, { min: 3.5, max: 3.9 })).toMatchObject({ to: 3 });
  });

  it("keeps inside its bounds what has no strategy", () => {
    expect(cpuDecision(0.99, 4, { strategy: null })).toMatchObject({ action: "hold", uncapped: 4 });
    expect(rulesOf(cpuDecision(0.99, 4, { strategy: null }))).toEqual(["bounds-only"]);
    expect(cpuDecision(0.1, 10, { strategy: null })).toMatchObject({ action: "scale-down", to: 8 });
  });
});

describe("fixed", () => {
  const fixed = (size: number) => ({ strategy: { kind: "fixed", size } as const });

  it("takes the size the file names, inside the bounds and on the grain", () => {
    expect(cpuDecision(0.5, 4, fixed(2))).toMatchObject({ action: "scale-down", to: 2, uncapped: 2 });
    expect(cpuDecision(0.5, 4, fixed(4))).toMatchObject({ action: "hold" });
    expect(cpuDecision(0.5, 4, fixed(10))).toMatchObject({ to: 8, uncapped: 10 });
    expect(memoryDecision(100, 1024, fixed(2000))).toMatchObject({ to: 2048 });
  });

  it("shrinks memory to its floor at most, and waits for the cooldown", () => {
    expect(memoryDecision(800, 2048, { ...fixed(512) })).toMatchObject({ to: 960, uncapped: 512 });
    const state = { expected: 4, expectedSince: 0, down: { time: now - 1000, from: 5, to: 4 } };
    expect(rulesOf(cpuDecision(0.5, 4, fixed(2), state))).toEqual(["fixed", "cooldown"]);
  });

  it("obeys the most of one decision where one is set", () => {
    expect(cpuDecision(0.5, 2, { ...fixed(8), maxStep: 3 })).toMatchObject({ to: 5, uncapped: 8 });
    expect(cpuDecision(0.1, 8, { ...fixed(2), maxStep: 3 })).toMatchObject({ to: 5, uncapped: 2 });
  });
});

describe("percentile", () => {
  const strategy = { kind: "percentile", of: 0.95, overSeconds: 3600, margin: 0.15, halfLifeSeconds: null } as const;

  function decide(readings: number[], stepSeconds = 60) {
    const samples = minutes(readings.length, {}, stepSeconds).samples.map((one, index) => ({
      ...one,
      cpu: readings[index] ?? null,
    }));
    return decisionFor({
      inventory: inventory({ containers: [container({ cpu: readings.at(-1) ?? 0 })] }),
      history: historyOf(101, { stepSeconds, samples }),
      settings: effective({ cpu: cpu({ strategy }) }),
    });
  }

  it("takes what is not exceeded that share of the time, with the margin", () => {
    // 59 readings of 1.2 cores, one of 4: 95 % of the time 1.2; × 1.15 = 1.38
    const decision = decide([...Array.from({ length: 30 }, () => 0.3), 1, ...Array.from({ length: 29 }, () => 0.3)]);
    expect(decision).toMatchObject({ action: "scale-down", from: 4, to: 2, uncapped: 2 });
    expect(decision.reasons[0]?.text).toBe(
      "95 % of the time in the last 1h at most 1.2 was in use; with 15 % on top that takes 2 (1.38, rounded up)",
    );
    // six of sixty are more than the 5 % that may exceed it
    expect(decide(Array.from({ length: 60 }, (_, index) => (index % 10 === 0 ? 1 : 0.3)))).toMatchObject({ to: 5 });
  });

  it("holds until readings cover 80 % of the time", () => {
    expect(rulesOf(decide(Array.from({ length: 40 }, () => 0.3)))).toEqual(["insufficient-data"]);
    expect(decide(Array.from({ length: 48 }, () => 0.3)).action).toBe("scale-down");
  });

  it("weighs half hours and minutes as what they are", () => {
    const coarse = minutes(20, { cpu: 0.9 }, 1800).samples;
    const end = coarse.at(-1)?.time ?? 0;
    const fine = Array.from({ length: 29 }, (_, index) => ({
      ...coarse[0]!,
      time: end + (index + 1) * 60_000,
      cpu: 0.1,
    }));
    const settings = cpu({ strategy: { ...strategy, of: 0.5, overSeconds: 36_000 } });
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.1 })] }),
      history: historyOf(101, { stepSeconds: 60, samples: [...coarse, ...fine] }),
      settings: effective({ cpu: settings }),
    });
    // Most readings show 0.4 cores, but most of the ten hours it was 3.6; × 1.15 = 4.14
    expect(decision).toMatchObject({ action: "scale-up", uncapped: 5 });
  });
});
