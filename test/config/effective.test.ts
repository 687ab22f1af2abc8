import { describe, expect, it } from "vitest";
import { effectiveSettings } from "../../src/config/index.js";
import type { EffectiveSettings, MatchSubject } from "../../src/config/index.js";
import { configOf, example, read } from "./example.js";

const noon = Date.parse("2026-11-20T12:00:00+01:00");
const night = Date.parse("2026-11-20T23:00:00+01:00");

function subject(known: Partial<MatchSubject>): MatchSubject {
  return { vmid: 101, name: "web-1", node: "pve1", tags: [], pool: null, ...known };
}

function settings(text: string, known: Partial<MatchSubject> = {}, at = noon): EffectiveSettings {
  return effectiveSettings(configOf(text), subject(known), at);
}

function originOf(effective: EffectiveSettings, path: string): unknown[] {
  return effective.origins
    .filter((origin) => origin.path === path)
    .map(({ value, origin, line }) => [value, origin, line]);
}

describe("which containers are managed", () => {
  it("are those a policy matches with all its keys", () => {
    expect(settings(example, { tags: ["web"] })).toMatchObject({ managed: true, policies: ["web"] });
    expect(settings(example, { tags: ["WEB", "x"], node: "PVE2" }).managed).toBe(true);
    expect(settings(example, { tags: ["web"], node: "pve3" })).toMatchObject({
      managed: false,
      cpu: null,
      memory: null,
    });
    expect(settings(example, { vmid: 115 }).policies).toEqual(["database"]);
    expect(settings(example, { vmid: 120 }).managed).toBe(false);
    expect(settings(example, { name: "Batch-7", pool: "jobs" }).policies).toEqual(["batch"]);
    expect(settings(example, { name: "batch-7" }).managed).toBe(false);
  });

  it("are those `defaults.match` matches, and none for `defaults` alone", () => {
    expect(settings("version: 1\ndefaults: { cpu: { max: 4 } }\n").managed).toBe(false);
    const text = 'version: 1\ndefaults: { match: { names: ["*"] }, cpu: { max: 4 } }\n';
    expect(settings(text)).toMatchObject({ managed: true, policies: [], cpu: { max: 4 } });
    expect(settings(text, { name: null }).managed).toBe(true);
  });

  it("are never those the ignore list names by any key", () => {
    expect(settings(example, { vmid: 104, tags: ["web"] })).toMatchObject({
      managed: false,
      matched: true,
      ignoredBy: "vmid 104",
    });
    expect(settings(example, { tags: ["web", "no-scale"] })).toMatchObject({
      managed: false,
      ignoredBy: "tag no-scale",
    });
    expect(settings(example, { vmid: 104 })).toMatchObject({ managed: false, matched: false, ignoredBy: "vmid 104" });
  });

  it("are not those of which a key that is asked for is not known", () => {
    expect(settings(example, { tags: null }).managed).toBe(false);
    expect(settings(example, { name: "batch-1", pool: undefined }).managed).toBe(false);
    expect(settings(example, { vmid: 110, name: null, node: null, tags: null, pool: undefined }).managed).toBe(true);
  });

  it.each([
    ["web-*", "web-1.example.org", true],
    ["web-?", "web-10", false],
    ["{web,api}-*", "API-1", true],
    ["web-[12]", "web-2", true],
    ["*", ".hidden", true],
    ["web", "web-1", false],
    ["web-[!2]", "web-1", true],
    ["web-[!2]", "web-2", false],
  ])("glob %s on %s: %s", (glob, name, expected) => {
    const text = `version: 1\npolicies: [{ match: { names: ["${glob}"] } }]\n`;
    expect(settings(text, { name }).managed).toBe(expected);
  });
});

describe("a pool inside of another", () => {
  it.each(["*", "jobs*", "JOBS/night", "jobs/*"])("is matched by %s, because no name of a pool is a path", (glob) => {
    const text = `version: 1\npolicies: [{ match: { pools: ["${glob}"] } }]\n`;
    expect(settings(text, { pool: "jobs/night" }).managed).toBe(true);
    expect(settings(text, { pool: null }).managed).toBe(false);
  });
});

describe("the settings of a container", () => {
  it("are `defaults`, then policies, then schedules in force, key by key", () => {
    const day = settings(example, { tags: ["web"] });
    expect(day.schedules).toEqual([]);
    expect(day.cpu).toEqual({
      resource: "cores",
      min: 1,
      max: 12,
      step: 1,
      maxStep: null,
      strategy: { kind: "target", target: 0.6, tolerance: 0.1 },
      boost: null,
      estimate: { of: "last", overSeconds: 900, ignoreSpikes: false },
      stabilisation: { upSeconds: 0, downSeconds: 0 },
      forecast: null,
      atMinimum: false,
      pause: "none",
      cooldown: { upSeconds: 60, downSeconds: 600 },
      shrink: "gradual",
      headroom: 0,
      manageUnlimited: false,
    });
    expect(day.memory).toMatchObject({
      resource: "memory",
      min: 512,
      max: 8192,
      step: 64,
      headroom: 0.2,
      strategy: {
        kind: "thresholds",
        up: { threshold: 0.85, forSeconds: 120, step: 512, maxStep: 512 },
        down: { threshold: 0.4, forSeconds: 1800, step: 256, maxStep: 256 },
      },
    });
    const dark = settings(example, { tags: ["web"] }, night);
    expect(dark).toMatchObject({ schedules: ["nights"], cpu: { max: 2, min: 1 }, memory: { max: 2048 } });
  });

  it("say where each comes from", () => {
    const dark = settings(example, { tags: ["web"] }, night);
    expect(originOf(dark, "cpu.max")).toEqual([[2, "schedules[0]", 46]]);
    expect(originOf(dark, "cpu.target")).toEqual([[0.6, "policies[0]", 30]]);
    expect(originOf(dark, "cpu.min")).toEqual([[1, "defaults", 15]]);
    expect(originOf(dark, "memory.scaleUp.for")).toEqual([[120, "defaults", 22]]);
    expect(originOf(dark, "cooldown.down")).toEqual([[600, "defaults", 25]]);
    expect(originOf(dark, "cpu.step")).toEqual([[1, "built-in", null]]);
    expect(originOf(dark, "cpu.scaleUp.above")).toEqual([]);
    expect(originOf(dark, "memory.boost.factor")).toEqual([]);
    const paths = dark.origins.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("take a boost beside any strategy, and a priority", () => {
    expect(settings(example, { vmid: 110 })).toMatchObject({
      priority: 10,
      memory: { boost: { above: 0.95, samples: 3, factor: 1.5, fallbackFactor: 1.25, durationSeconds: 600 } },
    });
    const built = settings("version: 1\npolicies: [{ match: { tags: [a] }, cpu: { boost: {}, max: 2 } }]\n", {
      tags: ["a"],
    });
    expect(built.cpu).toMatchObject({
      strategy: null,
      boost: { above: 0.95, samples: 3, factor: 1.5, fallbackFactor: 1.25, durationSeconds: 600 },
    });
    expect(built.memory).toBeNull();
  });

  it("give a direction without a `maxStep` that of the resource, but never less than its `step`", () => {
    const text =
      "version: 1\ndefaults: { cpu: { maxStep: 3, scaleUp: { step: 2 }, scaleDown: { step: 1, maxStep: 2 } } }\npolicies: [{ match: { tags: [a] } }]\n";
    expect(settings(text, { tags: ["a"] }).cpu).toMatchObject({
      strategy: { up: { step: 2, maxStep: 3 }, down: { step: 1, maxStep: 2 } },
    });
    const { findings } = read(text.replace("maxStep: 3", "maxStep: 1"));
    expect(findings.map(({ code }) => code)).toEqual(["unbounded", "out-of-range"]);
  });

  it("drop inherited steps where the resource or the grain changes", () => {
    expect(settings(example, { name: "batch-1", pool: "jobs" }).cpu).toMatchObject({
      resource: "cpulimit",
      min: 0.5,
      max: 4,
      step: 0.5,
      strategy: {
        up: { threshold: 0.8, forSeconds: 120, step: 0.5, maxStep: 0.5 },
        down: { threshold: 0.25, step: 0.5, maxStep: 0.5 },
      },
    });
    const memory =
      "version: 1\ndefaults: { memory: { step: 128MiB, maxStep: 1GiB, scaleUp: { step: 256MiB, maxStep: 512MiB } } }\n";
    const same = `${memory}policies: [{ match: { tags: [a] }, memory: { step: 128MiB } }]\n`;
    expect(settings(same, { tags: ["a"] }).memory).toMatchObject({
      maxStep: 1024,
      strategy: { up: { step: 256, maxStep: 512 } },
    });
    const other = `${memory}policies: [{ match: { tags: [a] }, memory: { step: 32MiB, scaleUp: { maxStep: 96MiB } } }]\n`;
    expect(settings(other, { tags: ["a"] }).memory).toMatchObject({
      step: 32,
      maxStep: null,
      strategy: { up: { step: 32, maxStep: 96 } },
    });
    const limit =
      "version: 1\ndefaults: { cpu: { step: 2 } }\npolicies: [{ match: { tags: [a] }, cpu: { resource: cpulimit } }]\n";
    expect(settings(limit, { tags: ["a"] }).cpu).toMatchObject({ resource: "cpulimit", step: 0.1 });
  });

  it("have one strategy: another kind replaces, the same kind merges", () => {
    const text = (second: string): string =>
      `version: 1\ndefaults: { cpu: { max: 8, target: 50%, tolerance: 5% } }\npolicies:\n  - { match: { tags: [a] }, cpu: { ${second} } }\n`;
    const strategy = (second: string): unknown => settings(text(second), { tags: ["a"] }).cpu?.strategy;
    expect(strategy("target: 70%")).toEqual({ kind: "target", target: 0.7, tolerance: 0.05 });
    expect(strategy("fixed: 2")).toEqual({ kind: "fixed", size: 2 });
    expect(strategy("percentile: {}")).toEqual({
      kind: "percentile",
      of: 0.95,
      overSeconds: 86_400,
      margin: 0.15,
      halfLifeSeconds: null,
    });
    expect(strategy("scaleUp: { above: 90% }")).toEqual({
      kind: "thresholds",
      up: { threshold: 0.9, forSeconds: 120, step: 1, maxStep: 1 },
      down: null,
    });
    const back = settings(`${text("fixed: 2")}  - { match: { tags: [b] }, cpu: { target: 60% } }\n`, {
      tags: ["a", "b"],
    });
    expect(back.cpu?.strategy).toEqual({ kind: "target", target: 0.6, tolerance: 0.1 });
  });

  it("let the cooldown of a resource go before the one for both", () => {
    const { cpu, memory } = settings(
      "version: 1\ndefaults: { cooldown: { up: 5m }, cpu: { cooldown: { up: 2m } }, memory: { max: 1GiB } }\npolicies: [{ match: { tags: [a] }, cooldown: { up: 9m, down: 1h } }]\n",
      { tags: ["a"] },
    );
    expect(cpu?.cooldown).toEqual({ upSeconds: 120, downSeconds: 3600 });
    expect(memory?.cooldown).toEqual({ upSeconds: 540, downSeconds: 3600 });
  });

  it("are the same object's for the same layers, and follow the time", () => {
    const config = configOf(example);
    const first = effectiveSettings(config, subject({ tags: ["web"] }), noon);
    const second = effectiveSettings(config, subject({ vmid: 102, name: "web-2", tags: ["web"] }), noon);
    expect(second.origins).toBe(first.origins);
    expect(effectiveSettings(config, subject({ tags: ["web"] }), night).cpu?.max).toBe(2);
    expect(effectiveSettings(config, subject({ tags: ["web"] }), noon).cpu?.max).toBe(12);
  });

  it("call what has no name by its place", () => {
    const text =
      'version: 1\ntimezone: UTC\npolicies: [{ match: { tags: [a] } }]\nschedules: [{ match: { tags: [a] }, when: { from: "00:00", to: "24:00" } }]\n';
    expect(settings(text, { tags: ["a"] })).toMatchObject({ policies: ["policies[0]"], schedules: ["schedules[0]"] });
  });
});

describe("what a file does not say", () => {
  it("has the defaults of the schema", () => {
    expect(configOf("version: 1\n")).toMatchObject({
      intervalSeconds: 60,
      timezone: "UTC",
      mode: "recommend",
      connection: {},
      policies: [],
      ignore: {},
      schedules: [],
      groups: [],
      safety: {
        reserve: { cpu: 0.1, memory: 2048 },
        nodeLimits: { cpu: 0.95, memory: 0.9 },
        maxChangesPerCycle: 5,
        maxConcurrent: 3,
      },
      notifications: [],
      metrics: null,
      unresolved: [],
    });
  });
});

describe("a container that becomes another one", () => {
  const changing = `version: 1
timezone: UTC
policies:
  - { name: web, match: { tags: [web] }, cpu: { max: 8 } }
  - { name: here, match: { nodes: [pve1], pools: [jobs] }, cpu: { max: 4 } }
  - { name: named, match: { names: ["batch-*"] }, cpu: { max: 2 } }
schedules:
  - { name: nights, match: { tags: [web] }, when: { from: "22:00", to: "06:00" }, cpu: { max: 1 } }
`;
  const before = { vmid: 101, name: "a", node: "pve1", tags: ["web"], pool: null };

  it.each([
    [{ tags: ["db"] }, noon, []],
    [{ tags: ["db", "web"] }, noon, ["web"]],
    [{ tags: null }, noon, []],
    [{ pool: "jobs" }, noon, ["web", "here"]],
    [{ name: "batch-1" }, noon, ["web", "named"]],
    [{ node: "pve2", pool: "jobs" }, noon, ["web"]],
    [{}, noon + 12 * 3_600_000, ["web", "nights"]],
  ])("by %j at %d has other settings at once", (changes, at, layers) => {
    const config = configOf(changing);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(effectiveSettings(config, before, noon).policies).toEqual(["web"]);
      const { policies, schedules } = effectiveSettings(config, { ...before, ...changes }, at);
      expect([...policies, ...schedules]).toEqual(layers);
    }
  });
});
