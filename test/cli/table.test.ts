import fc from "fast-check";
import { printable } from "../../src/model/index.js";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../src/cli/output.js";
import { table, wrap } from "../../src/cli/table.js";

const columns = [
  { title: "CT", align: "right" as const },
  { title: "NAME" },
  { title: "NODE", importance: 1 },
  { title: "WHY", wraps: true },
];

describe("table", () => {
  it("leaves the least important column out, then puts the text under its row", () => {
    const rows = [["101", "web-1", "pve1", "it is busy, and has been for quite a while by now, as everybody can see"]];
    expect(table(columns, rows, { width: 100 })).toEqual([
      " CT  NAME   NODE  WHY",
      "101  web-1  pve1  it is busy, and has been for quite a while by now, as everybody can see",
    ]);
    expect(table(columns, rows, { width: 44 })).toEqual([
      " CT  NAME   NODE",
      "101  web-1  pve1",
      "      it is busy, and has been for quite a",
      "      while by now, as everybody can see",
    ]);
    expect(table(columns, rows, { width: null })).toHaveLength(2);
  });

  it("is never wider than asked, unless a word is", () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/u);
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word, word, text), { maxLength: 8 }),
        fc.integer({ min: 40, max: 200 }),
        (rows, width) => {
          for (const line of table(columns, rows, { width })) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it("counts wide characters double and colours not at all", () => {
    expect(columnsOf("\u001B[32m容器\u001B[39m")).toBe(4);
    expect(
      table(
        [{ title: "A" }, { title: "B" }],
        [
          ["容", "x"],
          ["ab", "y"],
        ],
        { width: null },
      ),
    ).toEqual(["A   B", "容  x", "ab  y"]);
  });
});

describe("wrap", () => {
  it("loses no word", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (words, width) => {
        expect(wrap(words.join(" "), width).join(" ")).toBe(words.join(" "));
      }),
    );
  });
});

describe("printable", () => {
  it("lets no text repaint the terminal or turn itself round", () => {
    expect(printable("a\u001B[2Jb\u0007c\u202Ed\u009Be\nf")).toBe("a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDe\nf");
  });
});
