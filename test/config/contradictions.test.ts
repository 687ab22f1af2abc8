import { describe, expect, it } from "vitest";
import { applyFix, fixesOf } from "../../src/config/index.js";
import { brief, read, unmark } from "./example.js";

const policy = (rest: string): string =>
  `version: 1\ntimezone: UTC\npolicies:\n  - { name: web, match: { tags: [web] }, ${rest} }\n`;

/** Two schedules of four hours, with what each says. */
const schedules = (
  first: string,
  second: string,
  times: readonly [string, string] = ["01:00", "05:00"],
  match = "web",
): string =>
  `${policy("cpu: { max: 8 }")}schedules:\n  - { name: a, match: { tags: [web] }, when: { days: [fri], from: "22:00", to: "02:00" }, ${first} }\n  - { name: b, match: { tags: [${match}] }, when: { days: [sat], from: "${times[0]}", to: "${times[1]}" }, ${second} }\n`;

describe("findings about two places at once", () => {
  it.each([
    ["contradicting-schedules", schedules("cpu: { min: 4 }", "cpu: { max: «2» }")],
    ["contradicting-schedules", schedules("memory: { max: 1GiB }", "memory: { min: «2GiB» }")],
    ["emergency-below-limit", "version: 1\nsafety: { emergency: { memory: «85%» } }\n"],
    ["emergency-below-limit", "version: 1\nsafety: { emergency: { memory: 93% }, nodeLimits: { memory: «95%» } }\n"],
    ["step-above-range", policy("cpu: { min: 1, max: 4, scaleUp: { above: 80%, step: «8» } }")],
    ["step-above-range", policy("memory: { min: 1GiB, max: 2GiB, scaleDown: { below: 30%, step: «1.5GiB» } }")],
    ["step-above-range", policy("rootfs: { max: 8GiB, scaleUp: { step: «16GiB» } }")],
    ["min-above-max", policy("swap: { min: 2GiB, max: «1GiB» }")],
    ["out-of-range", policy("rootfs: { max: 64GiB, scaleUp: { step: 8GiB, maxStep: «4GiB» } }")],
    ["out-of-range", policy("cpu: { max: 4, scaleUp: { above: 80%, step: «0.5» } }")],
    ["out-of-range", policy("cpu: { max: 4, target: 60%, maxStep: «1.5» }")],
    ["window-shorter-than-interval", policy("cpu: { max: 4, target: 60%, estimate: { of: p95, over: «2m» } }")],
    ["window-shorter-than-interval", policy("cpu: { max: 4, target: 60%, forecast: { over: «2m» } }")],
    ["never-wins", policy("cpu: { max: 4, scaleUp: { above: 80% }, estimate: { «of»: p95 } }")],
    ["never-wins", policy("cpu: { max: 4, target: 60%, «atMinimum»: true }")],
    ["never-wins", policy("«rootfs»: { max: 64GiB }")],
    ["unbounded", policy("«rootfs»: { scaleUp: { above: 85% } }")],
    ["unbounded", policy("mountPoints: { «mp0»: { forecast: { within: 1d } } }")],
    [
      "never-wins",
      `${policy("cpu: { max: 4 }")}schedules:\n  - { name: «a», match: { tags: [web] }, when: { holidays: only }, cpu: { max: 2 } }\n`,
    ],
    [
      "never-wins",
      `${policy("cpu: { max: 4 }")}schedules:\n  - { match: { tags: [web] }, when: { during: business-hours, outside: «business-hours» }, cpu: { max: 2 } }\n`,
    ],
    [
      "default-business-hours",
      `${policy("cpu: { max: 4 }")}schedules:\n  - { match: { tags: [web] }, when: { outside: «business-hours» }, cpu: { max: 2 } }\n`,
    ],
    [
      "contradicting-schedules",
      `${policy("cpu: { min: 4, max: 8 }")}schedules:\n  - { name: n, match: { tags: [web, api] }, when: { from: "22:00", to: "06:00" }, cpu: { max: «2» } }\n`,
    ],
    [
      "overlapping-group",
      `version: 1\npolicies:\n  - { name: «all», match: { names: ["front*"] }, cpu: { target: 60%, max: 4 } }\ngroups:\n  - { name: front, template: { vmid: 900 }, instances: { min: 1, max: 3 }, scaleOut: { cpu: 75% }, scaleIn: { cpu: 20% } }\n`,
    ],
  ])("%s: %s", (code, marked) => {
    const { text, range } = unmark(marked);
    expect(read(text).findings.map(brief)).toEqual([`${code} ${range}`]);
  });

  it.each([
    ["no time in common", schedules("cpu: { min: 4 }", "cpu: { max: 2 }", ["02:00", "05:00"])],
    ["perhaps no container in common", schedules("cpu: { min: 4 }", "cpu: { max: 2 }", ["01:00", "05:00"], "db")],
    ["the later one sets both", schedules("cpu: { min: 4 }", "cpu: { min: 1, max: 2 }")],
    ["bounds that agree", schedules("cpu: { min: 2 }", "cpu: { max: 2 }")],
    [
      "a group that counts by something else",
      `version: 1\npolicies:\n  - { name: all, match: { names: ["*"] }, memory: { target: 60%, max: 4GiB } }\ngroups:\n  - { name: front, template: { vmid: 900 }, instances: { min: 1, max: 3 }, scaleOut: { cpu: 75% }, scaleIn: { cpu: 20% } }\n`,
    ],
    ["an emergency above the limit", "version: 1\nsafety: { emergency: { memory: 97% } }\n"],
    [
      "steps of parts of a core where they are meant",
      policy("cpu: { resource: cpulimit, min: 0.5, max: 4, scaleUp: { above: 80%, step: 0.5 } }"),
    ],
    ["three samples", policy("cpu: { max: 4, target: 60%, estimate: { of: mean, over: 3m } }")],
  ])("nothing of %s", (_what, text) => {
    expect(read(text).findings).toEqual([]);
  });

  it("says the numbers", () => {
    const { findings } = read(schedules("cpu: { min: 4 }", "cpu: { max: 2 }"));
    expect(findings[0]?.message).toBe(
      "While both are in force, `min` (4) of schedule `a` is above `max` (2) of schedule `b`, which wins.",
    );
  });

  it("reads a later Saturday's window over the end of the week", () => {
    const text = `${policy("cpu: { max: 8 }")}schedules:\n  - { name: a, match: { tags: [web] }, when: { days: [sun], from: "22:00", to: "06:00" }, cpu: { min: 4 } }\n  - { name: b, match: { tags: [web] }, when: { days: [mon], from: "05:00", to: "08:00" }, cpu: { max: 2 } }\n`;
    expect(read(text).findings.map(({ code }) => code)).toEqual(["contradicting-schedules"]);
  });

  it("has a way out of most of them", () => {
    const mended = (text: string): string | undefined => {
      const reading = read(text);
      const [fix] = fixesOf(reading, reading.findings[0]!);
      return fix === undefined ? undefined : applyFix(text, fix);
    };
    expect(mended(policy("cpu: { min: 1, max: 9, scaleUp: { above: 80%, step: 10 } }"))).toBe(
      policy("cpu: { min: 1, max: 9, scaleUp: { above: 80%, step: 2 } }"),
    );
    expect(mended(policy("rootfs: { max: 64GiB }"))).toBe(policy("rootfs: { scaleUp: { above: 85% }, max: 64GiB }"));
    expect(mended("version: 1\nsafety: { emergency: { memory: 85% } }\n")).toBe(
      "version: 1\nsafety: { emergency: { memory: 95% } }\n",
    );
    expect(mended(policy("cpu: { max: 4, scaleUp: { above: 80%, step: 1.5 } }"))).toBe(
      policy("cpu: { max: 4, scaleUp: { above: 80%, step: 2 } }"),
    );
  });
});
