import { describe, expect, it } from "vitest";
import { applyFix, fixesOf } from "../../src/config/index.js";
import { read } from "./example.js";

/** Lines of the syntax errors of a text. */
function lines(text: string): readonly number[] {
  const { findings } = read(text);
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["syntax"]));
  return findings.map(({ line }) => line);
}

describe("several syntax errors", () => {
  it.each([
    [
      "references without quotes in two policies",
      "version: 1\npolicies:\n  - { name: ${env:A} }\n  - { name: b }\n  - { name: ${env:B} }\n",
      [3, 5],
    ],
    ["a reference and a glob", "version: 1\nconnection: { token: ${env:A} }\nignore:\n  names: [@web]\n", [2, 4]],
    [
      "an open bracket and a key without its colon",
      "version: 1\nignore: { tags: [a\nsafety:\n  maxConcurrent: 2\nmode\ninterval: 60s\n",
      [3, 5],
    ],
    ["three lists of one style", "version: 1\npolicies:\n- name: a: b\n  x: 1\n- name: b\n- name: c: d\n", [3, 6]],
  ])("are all told: %s", (_what, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it.each([
    ["a quote that is never closed", 'version: 1\nmode: "apply\npolicies:\n  - { name: ${env:A} }\ninterval: 60s\n', 1],
    [
      "a line that is indented too far",
      "version: 1\nmode: apply\n  interval: 60s\n  timezone: UTC\nignore: { tags: [a] }\n",
      1,
    ],
    ["a bracket over several lines", "version: 1\nignore: {\n  tags: [a}],\n  vmids: [101]\n}\nmode: apply\n", 1],
    ["tabs", "version: 1\nignore:\n\ttags: [a]\n\tvmids: [101]\nmode: apply\n", 1],
  ])("are not made of one: %s", (_what, text, count) => {
    expect(lines(text)).toHaveLength(count);
  });

  it("are found from the very first line on", () => {
    expect(lines("\n[a\n")).toHaveLength(1);
    expect(lines("\n  x: a: b\n")).toEqual([2]);
    expect(lines("a: b: c")).toEqual([1]);
  });

  it("end after twenty", () => {
    const entries = Array.from({ length: 50 }, (_, index) => `  - { name: \${env:A${index}} }\n`);
    expect(lines(`version: 1\npolicies:\n${entries.join("")}`)).toHaveLength(20);
  });
});

describe("the fix of a syntax error", () => {
  it.each([
    [
      'version: 1\nconnection: { url: "https://${env:H}", token: ${env:A}=${env:B} } # ${env:C}\n',
      'version: 1\nconnection: { url: "https://${env:H}", token: "${env:A}=${env:B}" } # ${env:C}\n',
    ],
    ["version: 1\nignore: { names: [@web, b] }\n", 'version: 1\nignore: { names: ["@web", b] }\n'],
    ["version: 1\nignore:\n\ttags: [a]\n\tvmids: [101]\n", "version: 1\nignore:\n  tags: [a]\n  vmids: [101]\n"],
    ["version: 1\nignore:\n  tags: [a\nmode: apply\n", "version: 1\nignore:\n  tags: [a]\nmode: apply\n"],
  ])("of %j", (text, mended) => {
    const reading = read(text);
    const [fix] = fixesOf(reading, reading.findings[0]!);
    expect(fix === undefined ? null : applyFix(text, fix)).toBe(mended);
  });
});
