import { describe, expect, it } from "vitest";
import { forgetGone, type State } from "../../src/engine/index.js";
import { container, inventory } from "./fixtures.js";

const day = 24 * 3600 * 1000;
const start = Date.UTC(2026, 10, 21);
const known = { memory: { expected: 512 } };
const remembered: State = {
  version: 1,
  containers: { 101: known, 102: known },
  pauses: [{ scope: { kind: "container", vmid: 102 }, direction: "both", since: 0, until: null, note: null }],
};
const whole = inventory({ containers: [container({ vmid: 101 })] });

describe("what is remembered of a container that is gone", () => {
  it("is kept for 30 days from the first time that it was missed, and its pause for good", () => {
    const missed = forgetGone(remembered, whole, start);
    expect(missed).toEqual({ ...remembered, gone: { 102: start } });
    expect(forgetGone(missed, whole, start + 30 * day)).toBe(missed);
    expect(forgetGone(missed, whole, start + 31 * day)).toEqual({ ...remembered, containers: { 101: known } });
  });

  it("is kept, and the time of its absence forgotten, where it comes back", () => {
    const missed = forgetGone(remembered, whole, start);
    const back = inventory({ containers: [container({ vmid: 101 }), container({ vmid: 102 })] });
    expect(forgetGone(missed, back, start + 29 * day)).toEqual(remembered);
    expect(forgetGone(remembered, back, start)).toBe(remembered);
  });

  it.each([
    ["a node is away", { ...whole, nodes: whole.nodes.map((node) => ({ ...node, status: "offline" as const })) }],
    ["something could not be read", { ...whole, problems: [{ node: null, message: "HA can't be read" }] }],
    ["nothing at all is seen", { ...whole, containers: [] }],
    ["figures are only repeated", inventory({ containers: [container({ vmid: 101, stale: true })] })],
  ])("is kept where %s", (_, partial) => {
    const missed = forgetGone(remembered, whole, start);
    expect(forgetGone(missed, partial, start + 90 * day)).toBe(missed);
  });
});
