import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, completionsOf, syntaxErrors } from "./completion-cases.js";

const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");
const samples: readonly (readonly [name: string, text: string])[] = [
  ["the example", example],
  ["with carriage returns", example.replaceAll("\n", "\r\n")],
  ["with a byte order mark", `\uFEFF${example}`],
];
const place = fc.integer({ min: 0, max: example.length });

describe("completion at every place", () => {
  it.each(samples)("answers with edits of the cursor's own line: %s", (_, text) => {
    let answers = 0;
    for (let offset = 0; offset <= text.length; offset += 1) {
      const asked = completionsOf(text, offset);
      const [item] = asked.list.items;
      if (item === undefined) continue;
      answers += 1;
      expect(() => accepted(asked, item)).not.toThrow();
    }
    // Comments, and behind what is finished, there is nothing to offer; elsewhere there is.
    expect(answers).toBeGreaterThan(text.length / 2);
  });

  it("breaks nothing, whatever is taken", () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), place, fc.nat(), ([, text], offset, choice) => {
        const asked = completionsOf(text, offset);
        const item = asked.list.items[choice % Math.max(1, asked.list.items.length)];
        if (item !== undefined) expect(syntaxErrors(accepted(asked, item))).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it("adds no mistake to a file that ends anywhere", () => {
    fc.assert(
      fc.property(place, fc.nat(), (offset, choice) => {
        const text = example.slice(0, offset);
        const asked = completionsOf(text, offset);
        const item = asked.list.items[choice % Math.max(1, asked.list.items.length)];
        if (item !== undefined) expect(syntaxErrors(accepted(asked, item))).toBeLessThanOrEqual(syntaxErrors(text));
      }),
      { numRuns: 300 },
    );
  });

  it("answers in files that have lost a piece, with anything typed there", () => {
    const typed = fc.constantFrom(
      "",
      "{",
      "[",
      '"',
      "'",
      "- ",
      ":",
      "🦊",
      "e\u0301",
      "\r\n",
      "#",
      "\t",
      "${",
      "&a ",
      "*",
      "|\n",
    );
    fc.assert(
      fc.property(place, place, typed, (a, b, piece) => {
        const head = example.slice(0, Math.min(a, b)) + piece;
        const asked = completionsOf(head + example.slice(Math.max(a, b)), head.length);
        for (const item of asked.list.items.slice(0, 5)) expect(() => accepted(asked, item)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
