import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyFix, applySafeFixes, fixesOf } from "../../src/config/index.js";
import type { Finding } from "../../src/model/index.js";
import { example, read } from "./example.js";

/** Slips of the pen: a line is doubled, a word loses a letter, a unit or a quote goes missing, two values change places. */
const slips: readonly ((text: string, at: number) => string)[] = [
  (text, at) => {
    const lines = text.split("\n");
    const index = at % lines.length;
    return [...lines.slice(0, index + 1), ...lines.slice(index)].join("\n");
  },
  (text, at) => mutate(text, at, /[A-Za-z]{4,}/gu, (word) => word.slice(0, 2) + word.slice(3)),
  (text, at) => mutate(text, at, /\d+(?:%|MiB|GiB|m|s)/gu, (value) => value.replace(/\D+$/u, "")),
  (text, at) => mutate(text, at, /"[^"\n]*"/gu, (quoted) => quoted.slice(1, -1)),
  (text, at) => mutate(text, at, /min: (\S+), max: ([^\s,}]+)/gu, (_all, min, max) => `min: ${max}, max: ${min}`),
  (text, at) => mutate(text, at, /[\]}]/gu, () => ""),
  (text, at) => mutate(text, at, /: /gu, () => ":\t"),
  (text, at) => text.replaceAll("\n", at % 2 === 0 ? "\r\n" : "\n"),
];

function mutate(text: string, at: number, pattern: RegExp, change: (...parts: string[]) => string): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[at % Math.max(1, matches.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + change(...match) + text.slice(match.index + match[0].length);
}

const broken = fc
  .array(fc.tuple(fc.nat(slips.length - 1), fc.nat(500)), { minLength: 1, maxLength: 3 })
  .map((chosen) => chosen.reduce((text, [slip, at]) => slips[slip]!(text, at), example));

const errors = (text: string): number => read(text).findings.filter(({ severity }) => severity === "error").length;

const sentence = ({ line, message }: Finding): string => `${line}: ${message}`;

describe("every fix of every finding", () => {
  it("takes its finding away and adds no error, whatever was broken", () => {
    fc.assert(
      fc.property(broken, (text) => {
        const reading = read(text);
        const [first] = reading.findings;
        for (const finding of reading.findings.slice(0, 12)) {
          const fixes = fixesOf(reading, finding);
          expect(fixes.filter(({ preferred }) => preferred).length).toBeLessThanOrEqual(1);
          for (const fix of fixes) {
            const mended = applyFix(text, fix);
            const after = read(mended).findings;
            // Below a mistyped key nobody had looked: there may be more of the same, but this one is gone.
            if (finding.code === "unknown-key") {
              expect(after.map(sentence), mended).not.toContain(sentence(finding));
              continue;
            }
            const left = after.filter(({ code }) => code === finding.code).length;
            expect(left, `${fix.title}\n${mended}`).toBeLessThan(
              reading.findings.filter(({ code }) => code === finding.code).length,
            );
            if (first?.code !== "syntax")
              expect(errors(mended), `${fix.title}\n${mended}`).toBeLessThanOrEqual(errors(text));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("safe fixes together", () => {
  it("never leave more errors than there were, and nothing safe to do", () => {
    fc.assert(
      fc.property(broken, (text) => {
        const once = applySafeFixes(read(text));
        const hidden = read(text).findings.some(({ code }) => code === "syntax" || code === "unknown-key");
        if (!hidden) expect(errors(once.text)).toBeLessThanOrEqual(errors(text));
        const twice = applySafeFixes(read(once.text));
        expect(twice.text).toBe(once.text);
        expect(twice.applied).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
