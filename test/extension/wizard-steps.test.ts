import { describe, expect, it } from "vitest";
import { goThrough, type Step } from "../../src/extension/wizard/steps.js";

type Draft = string[];
type Move = "next" | "back" | "cancel";

/** Three steps that answer as told, and note what they were asked. */
function steps(moves: Move[]): Step<Draft> {
  const make =
    (name: string, next: Step<Draft> | null): Step<Draft> =>
    (draft, { step, back }) => {
      draft.push(`${name}${step}${back ? "<" : ""}`);
      const move = moves.shift() ?? "next";
      if (move === "back") return Promise.resolve({ kind: "back" });
      if (move === "cancel") return Promise.resolve({ kind: "cancelled" });
      return Promise.resolve({ kind: "value", value: next });
    };
  return make("a", make("b", make("c", null)));
}

async function run(moves: Move[]) {
  const draft: Draft = [];
  const done = await goThrough(draft, steps(moves));
  return `${draft.join(" ")} ${done ? "done" : "given up"}`;
}

describe("a wizard", () => {
  it("asks one step after the other", async () => {
    expect(await run([])).toBe("a1 b2< c3< done");
  });

  it("goes back as far as is asked for, and forward again", async () => {
    expect(await run(["next", "next", "back", "back", "next"])).toBe("a1 b2< c3< b2< a1 b2< c3< done");
  });

  it("ends when it is given up", async () => {
    expect(await run(["next", "cancel"])).toBe("a1 b2< given up");
  });
});
