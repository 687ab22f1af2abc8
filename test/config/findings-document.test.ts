import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { severityOf } from "../../src/config/index.js";

const document = readFileSync(new URL("../../docs/findings.md", import.meta.url), "utf8");
const headings = { error: "Errors", warning: "Warnings", information: "Information" } as const;

/** The codes under each heading of the document, with their text. */
const sections = document
  .split(/^## /mu)
  .slice(1)
  .flatMap((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    return section
      .split(/^### /mu)
      .slice(1)
      .map((entry) => ({ heading, code: /^`([a-z-]+)`\n/u.exec(entry)?.[1] ?? entry, text: entry }));
  });

describe("docs/findings.md", () => {
  it("explains every code once, under its severity, in the order of the table", () => {
    const expected = Object.entries(severityOf).map(([code, severity]) => `${headings[severity]}: ${code}`);
    expect(sections.map(({ heading, code }) => `${heading}: ${code}`)).toEqual(expected);
  });

  it.each(sections)("gives an example and a cure for $code", ({ text }) => {
    expect(text).toMatch(/\n```(?:yaml|text)\n[\s\S]+\n```\n/u);
    expect(text).toMatch(/\nCure: \S/u);
  });
});
