import { describe, expect, it } from "vitest";
import { plain } from "../../src/extension/markdown.js";

describe("text inside Markdown", () => {
  it("stays what it is: no emphasis, links, tables, icons or entities of its own", () => {
    expect(plain("a_b*c* [x](y) |$(trash)| <b> &amp;")).toBe(
      "a\\_b\\*c\\* \\[x\\]\\(y\\) \\|\\$\\(trash\\)\\| \\<b\\> \\&amp;",
    );
  });

  it("keeps its words apart as they were, and each line a paragraph", () => {
    expect(plain("one two\nthree")).toBe("one two\n\nthree");
  });
});
