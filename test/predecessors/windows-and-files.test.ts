import { describe, expect, it } from "vitest";
import { effectiveSettings, readAutoscalerFile } from "../../src/config/index.js";
import { container } from "../engine/fixtures.js";

function read(text: string) {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  return { config, codes: findings.map(({ code }) => code), messages: findings.map(({ message }) => message) };
}

/** The schedules in force for a container of the name `web-1` at a time. */
function inForce(text: string, at: string): readonly string[] {
  const { config, messages } = read(text);
  if (config === null) throw new Error(messages.join("\n"));
  return effectiveSettings(config, container(), Date.parse(at)).schedules;
}

function scheduled(when: string, rest = "timezone: UTC"): string {
  return `version: 1
${rest}
defaults: { match: { names: ["*"] }, cpu: { min: 1, max: 8, target: 60% } }
schedules:
  - name: low
    match: { names: ["*"] }
    when: ${when}
    cpu: { max: 2 }
`;
}

describe("windows of time, as the predecessors reckoned them", () => {
  it("proxmox-lxc-autoscale: `hour >= start or hour < end` was always true of a window inside one day", () => {
    const theirs = (hour: number): boolean => hour >= 9 || hour < 17;
    expect([3, 12, 20].map(theirs)).toEqual([true, true, true]);
    const text = scheduled('{ from: "09:00", to: "17:00" }');
    const ours = ["03:00", "12:00", "20:00"].map((time) => inForce(text, `2026-11-20T${time}:00Z`).length);
    expect(ours).toEqual([0, 1, 0]);
  });

  it("the service autoscaler: business hours knew no weekend", () => {
    const text = scheduled(
      "{ during: business-hours }",
      'timezone: UTC\nbusinessHours: { days: [mon-fri], from: "09:00", to: "17:00" }',
    );
    expect(inForce(text, "2026-11-20T12:00:00Z")).toEqual(["low"]); // a Friday
    expect(inForce(text, "2026-11-21T12:00:00Z")).toEqual([]);
  });

  it("the service autoscaler: the end of a window was inside it, so that two windows overlapped by a minute", () => {
    const text = scheduled('{ from: "09:00", to: "17:00" }');
    expect(inForce(text, "2026-11-20T09:00:00Z")).toEqual(["low"]);
    expect(inForce(text, "2026-11-20T17:00:00Z")).toEqual([]);
  });

  it("the service autoscaler: `day + 1` at the end of a month was an exception", () => {
    const text = scheduled('{ days: [mon], from: "22:00", to: "06:00" }');
    // Monday, 30 November 2026, into the 1st of December.
    expect(inForce(text, "2026-11-30T23:00:00Z")).toEqual(["low"]);
    expect(inForce(text, "2026-12-01T05:59:00Z")).toEqual(["low"]);
    expect(inForce(text, "2026-12-01T06:00:00Z")).toEqual([]);
  });

  it("the service autoscaler: holidays were a function that said no", () => {
    const text = scheduled(
      "{ during: business-hours, holidays: skip }",
      'timezone: UTC\nholidays: { dates: ["12-25"] }\nbusinessHours: { days: [mon-fri], from: "09:00", to: "17:00" }',
    );
    expect(inForce(text, "2026-12-24T12:00:00Z")).toEqual(["low"]);
    expect(inForce(text, "2026-12-25T12:00:00Z")).toEqual([]);
  });

  it("the service autoscaler: a time zone that does not exist was UTC, with a line in a log", () => {
    const { config, codes } = read(scheduled('{ from: "09:00", to: "17:00" }', "timezone: Europe/Atlantis"));
    expect(config).toBeNull();
    expect(codes).toContain("unknown-timezone");
  });
});

describe("files, as the predecessors read them", () => {
  const valid =
    'version: 1\ntimezone: UTC\npolicies:\n  - { name: web, match: { names: ["web-*"] }, cpu: { min: 1, max: 4, target: 60% } }\n';

  it("proxmox-lxc-autoscale: a key that was mistyped was taken, and meant nothing", () => {
    const { codes, messages } = read(valid.replace("max:", "maks:"));
    expect(codes).toContain("unknown-key");
    expect(messages.join("\n")).toContain("max");
  });

  it("the fork: the file said DEFAULTS and the program looked for DEFAULT, so that the whole section was ignored", () => {
    const { config, codes } = read("DEFAULTS:\n  poll_interval: 60\n  cpu_upper_threshold: 80\n");
    expect(config).toBeNull();
    expect(codes).toContain("older-format");
  });

  it("the fork: of a key that stood twice the last counted, silently", () => {
    expect(read(valid.replace("max: 4,", "max: 4, max: 16,")).codes).toContain("duplicate-key");
  });

  it("proxmox-lxc-autoscale: of a container in two tiers the last counted for everything, also for what it did not say", () => {
    const { config } = read(`${valid}  - { name: mine, match: { vmids: [101] }, cpu: { max: 6 } }\n`);
    if (config === null) throw new Error("It is valid.");
    const settings = effectiveSettings(config, container(), Date.parse("2026-11-21T10:00:00Z"));
    expect(settings.policies).toEqual(["web", "mine"]);
    expect(settings.cpu).toMatchObject({ max: 6, min: 1, strategy: { kind: "target", target: 0.6 } });
  });

  it("lxc_autoscaler: the thresholds for all counted only for containers that had a block of their own", () => {
    const { config } = read(
      'version: 1\ntimezone: UTC\ndefaults:\n  match: { names: ["*"] }\n  cpu: { min: 2, max: 16, scaleUp: { above: 85% } }\n',
    );
    if (config === null) throw new Error("It is valid.");
    const settings = effectiveSettings(config, container(), Date.parse("2026-11-21T10:00:00Z"));
    expect(settings.cpu).toMatchObject({ min: 2, max: 16, strategy: { up: { threshold: 0.85 } } });
  });

  it("lxc_autoscaler and the service autoscaler: minimum over maximum came out at run time, if at all", () => {
    expect(read(valid.replace("min: 1, max: 4", "min: 8, max: 4")).codes).toContain("min-above-max");
  });
});
