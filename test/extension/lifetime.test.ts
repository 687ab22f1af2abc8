import { describe, expect, it } from "vitest";
import { Emitter } from "../../src/extension/base/emitter.js";
import { Owner } from "../../src/extension/base/lifetime.js";
import { problemOf, sentenceOf } from "../../src/extension/base/problem.js";
import { ProxmoxError } from "../../src/proxmox/index.js";

describe("an owner", () => {
  it("lets go of the last thing first, of each once, and of all in spite of a fault", () => {
    const gone: string[] = [];
    const owner = new Owner();
    for (const name of ["a", "b", "c"]) {
      owner.own({
        dispose: () => {
          gone.push(name);
          if (name === "b") throw new Error("stuck");
        },
      });
    }
    expect(() => owner.dispose()).toThrow("Not everything could be let go.");
    owner.dispose();
    expect(gone).toEqual(["c", "b", "a"]);
    owner.own({ dispose: () => gone.push("late") });
    expect(gone).toEqual(["c", "b", "a", "late"]);
  });
});

describe("an emitter", () => {
  it("tells each listener until it is disposed", () => {
    const heard: string[] = [];
    const emitter = new Emitter<string>();
    const first = emitter.event((word) => heard.push(`1${word}`));
    emitter.event((word) => heard.push(`2${word}`));
    emitter.fire("a");
    first.dispose();
    emitter.fire("b");
    emitter.dispose();
    emitter.fire("c");
    expect(heard).toEqual(["1a", "2a", "2b"]);
  });
});

describe("a failure in one sentence", () => {
  it("is never a stack, an object or nothing", () => {
    expect(sentenceOf(new Error("It broke.\n    at somewhere"))).toBe("It broke.");
    for (const odd of [{}, null, undefined, 7, new Error("")])
      expect(sentenceOf(odd)).toMatch(/^Something went wrong/u);
  });

  it.each([
    ["unreachable", "unreachable"],
    ["timed-out", "unreachable"],
    ["untrusted-certificate", "untrusted"],
    ["not-authenticated", "not-authenticated"],
    ["forbidden", "no-privileges"],
    ["conflict", "failed"],
  ] as const)("of kind %s is shown as %s", (kind, shown) => {
    expect(problemOf(new ProxmoxError(kind, "Sentence."))).toEqual({ kind: shown, sentence: "Sentence." });
  });
});
