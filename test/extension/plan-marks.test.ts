import { describe, expect, it } from "vitest";
import { marksOf } from "../../src/extension/containers/plan-marks.js";
import type { Action, Decision } from "../../src/model/index.js";

function decision(vmid: number, action: Action, rule = "usage"): Decision {
  return {
    vmid,
    node: "pve1",
    name: "web",
    policy: null,
    policies: [],
    resource: "cores",
    unit: "cores",
    action,
    from: 1,
    to: 2,
    uncapped: 2,
    reasons: [{ rule, values: {} }],
  };
}

describe("the mark of a container", () => {
  const due = ({ action }: Decision): boolean => action === "scale-up" || action === "scale-down";

  it("says where the plan would take it, or that somebody has paused it", () => {
    const marks = marksOf(
      [
        decision(101, "scale-up"),
        decision(102, "scale-down"),
        decision(103, "scale-up"),
        decision(103, "scale-down"),
        decision(104, "hold", "paused"),
        decision(105, "hold"),
        // Paused in one direction, and due to go in the other.
        decision(106, "blocked", "paused"),
        decision(106, "scale-down"),
        decision(107, "scale-up"),
        decision(107, "blocked", "paused"),
      ],
      due,
    );
    expect([...marks]).toEqual([
      [101, "up"],
      [102, "down"],
      [103, "both"],
      [104, "paused"],
      [106, "down"],
      [107, "up"],
    ]);
  });

  it("goes once the change has been carried out", () => {
    expect(marksOf([decision(101, "scale-up")], () => false).size).toBe(0);
  });
});
