import { describe, expect, it } from "vitest";
import { applyFix, applySafeFixes, fixesOf } from "../../src/config/index.js";
import { read } from "./example.js";

const policy = (rest: string): string => `version: 1\npolicies:\n  - { name: web, match: { tags: [web] }, ${rest} }\n`;

/** Titles of the fixes of the one finding of a code, and the text that each makes. */
function fixes(text: string, code: string): readonly { title: string; text: string; kind: string }[] {
  const reading = read(text);
  const findings = reading.findings.filter((finding) => finding.code === code);
  expect(findings, JSON.stringify(reading.findings)).toHaveLength(1);
  return fixesOf(reading, findings[0]!).map((fix) => ({
    title: fix.title,
    text: applyFix(text, fix),
    kind: fix.safe ? "safe" : fix.preferred ? "preferred" : "possible",
  }));
}

describe("the first fix", () => {
  it.each([
    ["unknown-key", policy("cpu: { max: 4, targt: 60% }"), "targt: 60%", "target: 60%", "safe"],
    ["unknown-key", "version: 1\nintervall: 60s\n", "intervall", "interval", "safe"],
    ["unknown-key", policy("cpu: { max: 4, above: 80% }"), "above: 80%", "scaleUp: { above: 80% }", "safe"],
    ["not-a-choice", "version: 1\nmode: recomend\n", "recomend", "recommend", "safe"],
    ["missing-unit", policy("memory: { max: 4096 }"), "4096", "4096MiB", "safe"],
    ["missing-unit", policy("memory: { max: 8 }"), "8", "8MiB", "preferred"],
    ["missing-unit", "version: 1\ninterval: 300\n", "300", "300s", "safe"],
    ["missing-unit", "version: 1\ninterval: 5\n", "5", "5s", "preferred"],
    ["missing-unit", policy("cpu: { max: 4, target: 60 }"), "60", "60%", "safe"],
    ["wrong-unit", policy("memory: { max: 8G }"), "8G", "8GiB", "safe"],
    ["wrong-unit", "version: 1\ninterval: 5 min\n", "5 min", "5m", "safe"],
    ["unknown-timezone", "version: 1\ntimezone: Berlin\n", "Berlin", "Europe/Berlin", "safe"],
    ["bad-vmid", 'version: 1\nignore: { vmids: ["119-110"] }\n', '"119-110"', "110-119", "safe"],
    ["wrong-type", "version: 1\nignore: { tags: web }\n", "web", "[web]", "safe"],
    ["missing-key", "# Ours.\ninterval: 60s\n", "interval: 60s", "version: 1\ninterval: 60s", "safe"],
    ["missing-key", "{ interval: 60s }\n", "interval: 60s", "version: 1, interval: 60s", "safe"],
    ["duplicate-key", "version: 1\nmode: apply\nmode: apply\n", "mode: apply\nmode: apply", "mode: apply", "safe"],
    [
      "duplicate-key",
      "version: 1\nmode: apply\nmode: paused\n",
      "mode: apply\nmode: paused",
      "mode: apply",
      "possible",
    ],
    [
      "deprecated-key",
      "version: 1\nconnection:\n  # Why.\n  url: https://pve\n  verifyTls: true # on\n",
      "  verifyTls: true # on\n",
      "",
      "safe",
    ],
    [
      "deprecated-key",
      "version: 1\nconnection: { verifyTls: true, url: https://pve }\n",
      "verifyTls: true, ",
      "",
      "safe",
    ],
    ["min-above-max", policy("cpu: { min: 8, max: 2 }"), "min: 8, max: 2", "min: 2, max: 8", "preferred"],
    [
      "min-above-max",
      "version: 1\ndefaults:\n  cpu: { min: 4, max: 8 }\npolicies:\n  - match: { tags: [web] }\n    cpu:\n      max: 2\n",
      "      max: 2\n",
      "      min: 2\n      max: 2\n",
      "preferred",
    ],
    [
      "below-above-above",
      policy("cpu: { max: 4, scaleUp: { above: 30% }, scaleDown: { below: 80% } }"),
      "above: 30% }, scaleDown: { below: 80%",
      "above: 80% }, scaleDown: { below: 30%",
      "preferred",
    ],
    // From 512 MiB to 1 GiB, 80 % becomes 40 %: 35 % leaves a distance.
    [
      "would-oscillate",
      policy("memory: { min: 512MiB, max: 4GiB, scaleUp: { above: 80%, step: 512MiB }, scaleDown: { below: 45% } }"),
      "below: 45%",
      "below: 35%",
      "preferred",
    ],
    [
      "secret-in-clear-text",
      "version: 1\nconnection: { token: root@pam!a=1b2c3d4e }\n",
      "root@pam!a=1b2c3d4e",
      '"${env:PROXMOX_TOKEN}"',
      "preferred",
    ],
    [
      "secret-in-clear-text",
      "version: 1\nconnection:\n  tokenSecret: hunter2hunter2\n",
      "hunter2hunter2",
      '"${env:PROXMOX_TOKEN_SECRET}"',
      "preferred",
    ],
    [
      "bad-secret-reference",
      'version: 1\nconnection: { token: "${PROXMOX_TOKEN}" }\n',
      '"${PROXMOX_TOKEN}"',
      '"${env:PROXMOX_TOKEN}"',
      "safe",
    ],
    [
      "bad-secret-reference",
      "version: 1\nconnection:\n  token: ${PROXMOX_TOKEN}\n",
      "${PROXMOX_TOKEN}",
      '"${env:PROXMOX_TOKEN}"',
      "safe",
    ],
    [
      "syntax",
      "version: 1\nconnection: { token: ${env:PROXMOX_TOKEN}, url: https://pve }\n",
      "${env:PROXMOX_TOKEN}",
      '"${env:PROXMOX_TOKEN}"',
      "safe",
    ],
    ["unknown-reference", "version: 1\nignore: { names: [*-web] }\n", "*-web", '"*-web"', "safe"],
    [
      "default-timezone",
      'version: 1\npolicies: [{ match: { tags: [a] } }]\nschedules:\n  - { match: { tags: [a] }, when: { from: "22:00", to: "06:00" } }\n',
      "schedules:",
      "timezone: UTC\nschedules:",
      "preferred",
    ],
    [
      "window-shorter-than-interval",
      policy("cpu: { max: 4, scaleUp: { above: 80%, for: 30s } }"),
      "for: 30s",
      "for: 2m",
      "preferred",
    ],
    [
      "never-wins",
      "version: 1\ndefaults:\n  memory:\n    max: 4GiB\n    shrink: immediate\n",
      "    shrink: immediate\n",
      "",
      "safe",
    ],
  ])("of %s: %j", (code, text, present, mended, kind) => {
    const [first] = fixes(text, code);
    expect(first).toMatchObject({ text: text.replace(present, () => mended), kind });
  });

  it("is there for each of two ways out", () => {
    const twice = fixes("version: 1\nmode: apply # a\ninterval: 60s\nmode: paused\n", "duplicate-key");
    expect(twice.map(({ text }) => text)).toEqual([
      "version: 1\nmode: apply # a\ninterval: 60s\n",
      "version: 1\ninterval: 60s\nmode: paused\n",
    ]);
    const steps = fixes(
      policy("memory: { min: 512MiB, max: 4GiB, scaleUp: { above: 80%, step: 512MiB }, scaleDown: { below: 45% } }"),
      "would-oscillate",
    );
    // 512 MiB × (80 ÷ 45 − 1) is 398.2 MiB: six steps of 64 MiB stay below it.
    expect(steps.map(({ title }) => title)).toEqual([
      "Change “memory.scaleDown.below” to 35%",
      "Change “memory.scaleUp.step” to 384MiB",
    ]);
  });

  it("keeps line ends, a byte order mark and comments", () => {
    const text = "\uFEFF# a\r\nversion: 1\r\nintervall: 60s # why\r\n";
    const reading = read(text);
    expect(applyFix(text, fixesOf(reading, reading.findings[0]!)[0]!)).toBe(text.replace("intervall", "interval"));
    const missing = read("\uFEFFinterval: 60s\r\nmode: apply\r\n");
    expect(applyFix("\uFEFFinterval: 60s\r\nmode: apply\r\n", fixesOf(missing, missing.findings[0]!)[0]!)).toBe(
      "\uFEFFversion: 1\r\ninterval: 60s\r\nmode: apply\r\n",
    );
  });

  it("never shows a secret", () => {
    const titles = fixes("version: 1\nconnection: { token: root@pam!a=1b2c3d4e }\n", "secret-in-clear-text");
    expect(JSON.stringify(titles.map(({ title }) => title))).not.toContain("1b2c3d4e");
  });
});

describe("safe fixes", () => {
  it("are applied until there is none left, one uncovering another", () => {
    const text =
      "intervall: 300\nmode: recomend # later\npolicies:\n  - { match: { tags: web }, memory: { max: 8G, min: 8 } }\n";
    const { text: mended, applied, reading } = applySafeFixes(read(text));
    expect(mended).toBe(
      "version: 1\ninterval: 300s\nmode: recommend # later\npolicies:\n  - { match: { tags: [web] }, memory: { max: 8GiB, min: 8 } }\n",
    );
    expect(applied.map(({ finding: { code } }) => code).sort()).toEqual([
      "missing-key",
      "missing-unit",
      "not-a-choice",
      "unknown-key",
      "wrong-type",
      "wrong-unit",
    ]);
    expect(reading.findings.map(({ code }) => code)).toEqual(["missing-unit"]);
  });

  it("leave what a person has to decide", () => {
    const text = "version: 1\nconnection: { token: root@pam!a=1b2c3d4e }\nmode: apply\nmode: paused\n";
    const { text: mended, applied } = applySafeFixes(read(text));
    expect({ mended, applied }).toEqual({ mended: text, applied: [] });
  });
});

describe("a mistyped key with mistakes below it, which nobody had looked at", () => {
  const text = `version: 1
polices:
  - name: web
    match: { tags: [web] }
    cpu: { min: 4, max: 2, target: 60 }
`;

  it("is offered its right name", () => {
    expect(fixes(text, "unknown-key")[0]).toMatchObject({ kind: "safe", text: text.replace("polices", "policies") });
  });

  it("is mended with what can be mended below it", () => {
    const { text: mended, reading } = applySafeFixes(read(text));
    expect(mended).toBe(text.replace("polices", "policies").replace("target: 60", "target: 60%"));
    expect(reading.findings.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "min-above-max",
    ]);
  });

  it("is left to a person where the right name is taken", () => {
    const both = `${text}policies: []\n`;
    expect(applySafeFixes(read(both)).text).toContain("polices:");
  });
});
