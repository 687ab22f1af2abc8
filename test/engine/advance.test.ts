import { describe, expect, it } from "vitest";
import { advance, emptyState, type ResourceState, type State } from "../../src/engine/index.js";
import type { Action, Outcome, OutcomeKind } from "../../src/model/index.js";
import { now } from "./fixtures.js";

function outcome(
  kind: OutcomeKind,
  from: number | null,
  to: number | null,
  rules: readonly string[] = ["above"],
): Outcome {
  const action: Action = from === null || to === null || from === to ? "hold" : to > from ? "scale-up" : "scale-down";
  return {
    vmid: 101,
    node: "pve1",
    name: "web-1",
    policy: null,
    policies: [],
    resource: "cores",
    unit: "cores",
    action,
    from,
    to,
    uncapped: to,
    reasons: rules.map((rule) => ({ rule, values: {} })),
    outcome: kind,
    verified: kind === "applied",
  };
}

function remembered(before: ResourceState | null, ...outcomes: readonly Outcome[]): ResourceState | undefined {
  const state: State = before === null ? emptyState() : { version: 1, containers: { 101: { cores: before } } };
  return advance(state, outcomes, now).containers["101"]?.cores;
}

describe("what is remembered of an outcome", () => {
  it("a success is the expected size, and starts its direction's cooldown alone", () => {
    expect(remembered(null, outcome("applied", 2, 4))).toEqual({
      expected: 4,
      expectedSince: now,
      up: { time: now, from: 2, to: 4 },
      changes: [now],
    });
    const before = { expected: 4, expectedSince: 1, up: { time: 1, from: 2, to: 4 } };
    expect(remembered(before, outcome("applied", 4, 3))).toEqual({
      expected: 3,
      expectedSince: now,
      up: { time: 1, from: 2, to: 4 },
      down: { time: now, from: 4, to: 3 },
      changes: [now],
    });
  });

  it("a failure is nothing, and neither is a size that is not known", () => {
    expect(remembered(null, outcome("failed", 2, 4))).toBeUndefined();
    expect(remembered(null, outcome("skipped", null, null))).toBeUndefined();
    const before = { expected: 2, expectedSince: 1 };
    expect(remembered(before, outcome("failed", 2, 4))).toBe(before);
  });

  it("a write whose answer was lost leaves both sizes ours, and starts no cooldown", () => {
    const lost = remembered({ expected: 2, expectedSince: 1 }, outcome("unknown", 2, 4));
    expect(lost).toEqual({ expected: 4, expectedSince: now, orElse: 2 });
    // The next look settles which it was.
    expect(remembered(lost!, outcome("skipped", 2, 2))).toEqual({ expected: 2, expectedSince: now });
    expect(remembered(lost!, outcome("skipped", 4, 4))).toEqual({
      expected: 4,
      expectedSince: now,
      up: { time: now, from: 2, to: 4 },
      changes: [now],
    });
    expect(remembered(lost!, outcome("skipped", 5, 5))).toMatchObject({
      expected: 5,
      byHand: { time: now, from: 4, to: 5 },
    });
  });

  it("a boost whose answer was lost is taken back all the same", () => {
    const lost = remembered({ expected: 2, expectedSince: 1 }, outcome("unknown", 2, 3, ["boost"]));
    expect(remembered(lost!, outcome("skipped", 3, 3))).toMatchObject({ boost: { startedAt: now, before: 2 } });
  });

  it("what was not carried out tells the size it has, and by that what somebody else changed", () => {
    expect(remembered(null, outcome("skipped", 2, 2))).toEqual({ expected: 2, expectedSince: now });
    // A change that was not chosen has the size it had.
    expect(remembered(null, outcome("skipped", 2, 4))).toEqual({ expected: 2, expectedSince: now });
    const before = { expected: 2, expectedSince: 1, up: { time: 1, from: 1, to: 2 } };
    expect(remembered(before, outcome("skipped", 2, 2))).toBe(before);
    expect(remembered(before, outcome("skipped", 8, 8))).toEqual({
      expected: 8,
      expectedSince: now,
      up: { time: 1, from: 1, to: 2 },
      byHand: { time: now, from: 2, to: 8 },
    });
  });

  it("what needed no change has the size that was planned", () => {
    expect(remembered(null, outcome("unchanged", 2, 4))).toEqual({ expected: 4, expectedSince: now });
  });

  it("a boost keeps the size before it, through growth and until it is taken back", () => {
    const boosted = remembered(null, outcome("applied", 4, 6, ["above", "boost"]));
    expect(boosted).toMatchObject({ boost: { startedAt: now, before: 4 } });
    expect(remembered(boosted!, outcome("applied", 6, 7, ["above", "boost-active"]))).toMatchObject({
      boost: { before: 4 },
    });
    expect(remembered(boosted!, outcome("applied", 6, 5, ["max"]))).toMatchObject({ boost: { before: 4 } });
    expect(remembered(boosted!, outcome("applied", 6, 5, ["boost-over"]))).not.toHaveProperty("boost");
    expect(remembered(boosted!, outcome("applied", 4, 5, ["above"]))).not.toHaveProperty("boost");
    // Set by hand meanwhile: nobody's boost any more.
    expect(remembered(boosted!, outcome("skipped", 3, 3))).not.toHaveProperty("boost");
  });

  it("each container and resource apart, without touching the state that was given", () => {
    const state = emptyState();
    const next = advance(
      state,
      [
        outcome("applied", 2, 4),
        { ...outcome("applied", 512, 1024), resource: "memory" },
        { ...outcome("applied", 1, 2), vmid: 102 },
      ],
      now,
    );
    expect(state).toEqual(emptyState());
    expect(next.containers).toMatchObject({
      101: { cores: { expected: 4 }, memory: { expected: 1024 } },
      102: { cores: { expected: 2 } },
    });
    expect(JSON.parse(JSON.stringify(next))).toEqual(next);
  });
});
