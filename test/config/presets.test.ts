import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { behaviourOf, effectiveSettings, presetNames, presetOf, schemaAt } from "../../src/config/index.js";
import type { EffectiveSettings } from "../../src/config/index.js";
import { configOf, read } from "./example.js";

const names = presetNames();

/** The settings of a container that one policy matches. */
function settings(policy: string, defaults = "{}"): EffectiveSettings {
  const text = `version: 1\ndefaults: ${defaults}\npolicies:\n  - match: { tags: [a] }\n${policy
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n")}\n`;
  return effectiveSettings(configOf(text), { vmid: 101, name: "a", node: null, tags: ["a"], pool: null }, 0);
}

function originOf({ origins }: EffectiveSettings, path: string): unknown[] {
  return origins
    .filter((origin) => origin.path === path)
    .map(({ value, origin, line, through }) => [value, origin, line, through]);
}

describe("presets", () => {
  it("are those that the schema offers, each under its title", () => {
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
    const choices = names.map((name) => ({ value: name, description: `${presetOf(name)!.title}.` }));
    expect(schemaAt(["policies", 0, "preset"])!.choices).toEqual(choices);
    expect(presetOf("postgres")).toBeNull();
  });

  it("are all documented", () => {
    const document = readFileSync(new URL("../../docs/presets.md", import.meta.url), "utf8");
    for (const name of names) {
      const { why, noticesAfterRestart } = presetOf(name)!;
      expect(document).toContain(`### \`${name}\`\n`);
      for (const text of [why, ...noticesAfterRestart.map((notice) => notice.why.slice(1))]) {
        expect(document).toContain(text);
        expect(text).toMatch(/^.{30,}\.$/u);
      }
    }
  });

  it.each(names)("%s has no finding where its settings stand in a file", (name) => {
    const own = { match: { tags: ["a"] }, ...presetOf(name)!.settings };
    const { findings } = read(stringify({ version: 1, policies: [own] }));
    expect(findings).toEqual([]);
    expect(read(stringify({ version: 1, policies: [{ match: { tags: ["a"] }, preset: name }] })).findings).toEqual([]);
  });

  it.each(names)("%s means the same by its name and with its settings in the file", (name) => {
    const { origins, preset, ...named } = settings(`preset: ${name}`);
    const written = settings(stringify(presetOf(name)!.settings).trimEnd());
    expect({ ...written, origins: [], preset: null }).toEqual({ ...named, origins: [], preset: null });
    expect(preset).toBe(name);
    expect(origins.filter(({ origin }) => origin !== "built-in").map(({ line }) => line)).not.toContain(null);
  });

  it.each(names)("%s keeps its bounds in order, and never grows to where it shrinks again", (name) => {
    const { cpu, memory } = settings(`preset: ${name}`);
    for (const resource of [cpu!, memory!]) {
      const { min, max, step, strategy } = resource;
      expect(min).toBeGreaterThan(0);
      expect(max).toBeGreaterThan(min!);
      expect([min! % step, max! % step]).toEqual([0, 0]);
      if (strategy?.kind !== "thresholds") continue;
      const { up, down } = strategy;
      expect(up!.maxStep).toBeGreaterThanOrEqual(up!.step);
      fc.assert(
        fc.property(
          fc.integer({ min: min! / step, max: max! / step }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          (grains, part) => {
            const size = grains * step;
            // The least growth there can be brings usage lowest where it was just at the threshold.
            const grown = Math.min(max!, size + up!.step);
            const used = up!.threshold * size * (1 + part * (1 / up!.threshold - 1));
            expect(used / grown).toBeGreaterThan(down!.threshold);
          },
        ),
        { numRuns: 30 },
      );
    }
  });

  it("lie directly under the layer that names them, over the layers before it", () => {
    const postgres = settings("preset: postgresql\nmemory: { max: 32GiB }", "{ memory: { max: 4GiB, headroom: 10% } }");
    expect(postgres).toMatchObject({ preset: "postgresql", memory: { max: 32_768, min: 1024, headroom: 0.3 } });
    expect(originOf(postgres, "memory.max")).toEqual([[32_768, "policies[0]", 6, undefined]]);
    expect(originOf(postgres, "memory.min")).toEqual([[1024, "policies[0]", 5, "preset postgresql"]]);
    expect(originOf(postgres, "preset")).toEqual([["postgresql", "policies[0]", 5, undefined]]);
    const below = settings("memory: { headroom: 5% }", "{ preset: redis }");
    expect(below).toMatchObject({ preset: "redis", memory: { headroom: 0.05, min: 256 } });
    expect(originOf(below, "memory.min")).toEqual([[256, "defaults", 2, "preset redis"]]);
  });

  it("give way to another strategy or resource as any layer does", () => {
    expect(settings("preset: nginx\ncpu: { fixed: 2 }").cpu?.strategy).toEqual({ kind: "fixed", size: 2 });
    const limited = settings("preset: plex\ncpu: { resource: cpulimit }").cpu;
    expect(limited).toMatchObject({ resource: "cpulimit", step: 0.1, strategy: { up: { step: 0.1 } } });
  });

  it("are not called what they are not", () => {
    const { findings } = read("version: 1\npolicies: [{ match: { tags: [a] }, preset: postgress }]\n");
    expect(findings).toMatchObject([{ code: "not-a-choice", suggestion: "postgresql" }]);
    const { findings: late } = read(
      'version: 1\ntimezone: UTC\npolicies: [{ match: { tags: [a] } }]\nschedules: [{ match: { tags: [a] }, when: { from: "01:00", to: "02:00" }, preset: nginx }]\n',
    );
    expect(late.map(({ code }) => code)).toEqual(["unknown-key"]);
  });
});

describe("findings about a preset", () => {
  const codes = (policies: string): readonly string[] =>
    read(`version: 1\npolicies: ${policies}\n`).findings.map(({ code, line, column }) => `${code} ${line}:${column}`);

  it("know what it gives", () => {
    expect(codes("[{ match: { tags: [a] }, preset: nginx, cpu: { target: 70% } }]")).toEqual([]);
    expect(codes("[{ match: { tags: [a] }, cpu: { target: 70% } }]")).toEqual(["unbounded 2:36"]);
    // The preset's `min` is 1 GiB.
    expect(codes("[{ match: { tags: [a] }, preset: postgresql, memory: { max: 512MiB } }]")).toEqual([
      "min-above-max 2:71",
    ]);
  });

  it("do not say of a policy that it never wins as long as its preset does", () => {
    const both = (first: string, second: string): readonly string[] =>
      codes(`[{ match: { tags: [a] }, ${first} }, { match: { tags: [a] }, ${second} }]`);
    expect(both("preset: nginx, priority: 1", "preset: pihole")).toEqual([]);
    expect(both("cpu: { max: 4 }", "cpu: { max: 3 }")).toEqual(["never-wins 2:14"]);
  });

  it("offer no change of a value that stands in the preset", () => {
    const reading = read(
      "version: 1\npolicies: [{ match: { tags: [a] }, preset: postgresql, memory: { max: 512MiB } }]\n",
    );
    const remedies = [...reading.problems.values()].flatMap((problem) => problem.remedies ?? []);
    expect(remedies.filter(({ kind }) => kind === "swap")).toEqual([]);
  });
});

describe("a behaviour", () => {
  const thresholds = "cpu: { max: 8, scaleUp: { above: 80% }, scaleDown: { below: 20% } }";

  it("fills in what no layer gives", () => {
    const { cpu, memory } = settings(`behaviour: aggressive\n${thresholds}\nmemory: { max: 4GiB, target: 70% }`);
    expect(cpu).toMatchObject({
      strategy: { up: { forSeconds: 60, step: 1, maxStep: 4 }, down: { forSeconds: 300, step: 1, maxStep: 2 } },
      cooldown: { upSeconds: 30, downSeconds: 300 },
    });
    expect(memory).toMatchObject({ maxStep: null, cooldown: { upSeconds: 30, downSeconds: 300 } });
    const slow = settings(`behaviour: conservative\n${thresholds}`);
    expect(slow).toMatchObject({
      behaviour: "conservative",
      cpu: {
        strategy: { up: { forSeconds: 300, maxStep: 1 }, down: { forSeconds: 3600, maxStep: 1 } },
        stabilisation: { upSeconds: 120, downSeconds: 3600 },
      },
    });
    expect(originOf(slow, "cpu.scaleDown.for")).toEqual([[3600, "policies[0]", 5, "behaviour conservative"]]);
    expect(originOf(slow, "cooldown.up")).toEqual([[300, "policies[0]", 5, "behaviour conservative"]]);
  });

  it("is below whatever any layer says", () => {
    const found = settings(
      "behaviour: aggressive\ncpu: { max: 8, maxStep: 3, scaleUp: { for: 4m }, cooldown: { down: 1h } }",
      "{ cooldown: { up: 3m }, cpu: { stabilisation: { down: 5m }, scaleDown: { below: 20%, maxStep: 1 } } }",
    );
    expect(found.cpu).toMatchObject({
      strategy: { up: { forSeconds: 240, maxStep: 3 }, down: { forSeconds: 300, maxStep: 1 } },
      cooldown: { upSeconds: 180, downSeconds: 3600 },
      stabilisation: { upSeconds: 0, downSeconds: 300 },
    });
  });

  it("called normal changes nothing", () => {
    const normal = settings(`behaviour: normal\n${thresholds}`);
    expect({ ...normal, origins: [] }).toEqual({ ...settings(thresholds), origins: [] });
    const { up, down } = behaviourOf("normal");
    expect([up.forSeconds, up.cooldownSeconds, up.stabilisationSeconds]).toEqual([120, 60, 0]);
    expect([down.forSeconds, down.cooldownSeconds, down.stabilisationSeconds]).toEqual([900, 600, 0]);
  });

  it("of a later layer wins over that of an earlier one, and of a preset", () => {
    expect(settings("preset: postgresql\nbehaviour: aggressive").behaviour).toBe("aggressive");
    expect(settings("preset: postgresql", "{ behaviour: aggressive }").behaviour).toBe("conservative");
  });
});

describe("what grows beside CPU and memory", () => {
  it("is swap in proportion to memory", () => {
    expect(settings("swap: {}").swap).toEqual({ ofMemory: 0.5, min: 0, max: null, pause: "none" });
    expect(settings("swap: { ofMemory: 25%, max: 4GiB }\npause: down", "{ swap: { min: 256MiB } }").swap).toEqual({
      ofMemory: 0.25,
      min: 256,
      max: 4096,
      pause: "down",
    });
    expect(settings("cpu: { max: 2 }").swap).toBeNull();
  });

  it("are volumes, in GiB, `rootfs` before mount points", () => {
    const { disks, origins } = settings(
      "mountPoints: { mp10: { max: 1TiB }, mp2: { forecast: {} } }\nrootfs: { scaleUp: { step: 4GiB, maxStep: 8GiB }, max: 64GiB }",
      "{ rootfs: { scaleUp: { above: 90% }, cooldown: { up: 1h } } }",
    );
    expect(disks).toEqual([
      {
        volume: "rootfs",
        up: { threshold: 0.9, forSeconds: 300, step: 4, maxStep: 8 },
        max: 64,
        step: 1,
        forecast: null,
        cooldown: { upSeconds: 3600 },
        pause: "none",
      },
      {
        volume: "mp2",
        up: null,
        max: null,
        step: 1,
        forecast: { withinSeconds: 2400, overSeconds: 7200 },
        cooldown: { upSeconds: 60 },
        pause: "none",
      },
      { volume: "mp10", up: null, max: 1024, step: 1, forecast: null, cooldown: { upSeconds: 60 }, pause: "none" },
    ]);
    expect(origins).toContainEqual({ path: "mountPoints.mp10.max", value: 1024, origin: "policies[0]", line: 5 });
    expect(
      settings("rootfs: { step: 4GiB }", "{ rootfs: { scaleUp: { step: 2GiB, maxStep: 6GiB } } }").disks,
    ).toMatchObject([{ step: 4, up: { step: 4, maxStep: 4 } }]);
  });

  it("is no volume that Proxmox does not know", () => {
    const { findings } = read("version: 1\ndefaults: { mountPoints: { mp256: { max: 8GiB }, mp01: {} } }\n");
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ["unknown-key", "`mp256` is not known in `defaults.mountPoints`. Keys such as `mp0` are."],
      ["unknown-key", "`mp01` is not known in `defaults.mountPoints`. Keys such as `mp0` are."],
    ]);
  });
});

describe("how usage is looked at", () => {
  it("is said for each resource", () => {
    const { cpu, memory } = settings(
      `cpu: { max: 4, target: 60%, estimate: { of: p90, ignoreSpikes: true }, stabilisation: { down: 30m }, atMinimum: true }
memory: { max: 4GiB, scaleUp: { pressure: 20% }, forecast: { within: 1h } }
pause: up`,
    );
    expect(cpu).toMatchObject({
      estimate: { of: "p90", overSeconds: 900, ignoreSpikes: true },
      stabilisation: { upSeconds: 0, downSeconds: 1800 },
      forecast: null,
      atMinimum: true,
      pause: "up",
    });
    expect(memory).toMatchObject({
      strategy: { up: { threshold: 0.8, pressure: 0.2 } },
      forecast: { withinSeconds: 3600, overSeconds: 7200 },
      pause: "up",
    });
    const half = settings("cpu: { max: 4, percentile: { halfLife: 24h } }").cpu;
    expect(half?.strategy).toMatchObject({ kind: "percentile", halfLifeSeconds: 86_400 });
  });

  it("has a forecast that a later layer can turn off", () => {
    const policy = "cpu: { forecast: { within: 0s } }";
    expect(settings(policy, "{ cpu: { max: 4, forecast: { within: 1h } } }").cpu?.forecast).toBeNull();
  });
});

describe("the rest of the file", () => {
  it("has its defaults, and what is given", () => {
    expect(configOf("version: 1\n")).toMatchObject({
      history: { source: "auto", retentionSeconds: 2_592_000, prometheus: null },
      safety: {
        maxChangesPerDay: null,
        emergency: null,
        lease: { container: null, durationSeconds: 180 },
        storageReserve: 0.1,
      },
      holidays: { dates: [], file: null },
    });
    const text = `version: 1
safety: { maxChangesPerDay: 20, emergency: {}, lease: { container: 100 }, storageReserve: 5% }
history: { source: prometheus, retention: 7d, prometheus: { url: "https://prometheus.example:9090", token: "\${env:PROMETHEUS_TOKEN}" } }
`;
    expect(configOf(text)).toMatchObject({
      history: {
        source: "prometheus",
        retentionSeconds: 604_800,
        prometheus: { url: "https://prometheus.example:9090", token: "${env:PROMETHEUS_TOKEN}" },
      },
      safety: {
        maxChangesPerDay: 20,
        emergency: { memory: 0.97 },
        lease: { container: 100, durationSeconds: 180 },
        storageReserve: 0.05,
      },
    });
  });

  it("names a server where its history is to come from one", () => {
    const { findings } = read("version: 1\nhistory: { source: prometheus }\n");
    expect(findings).toMatchObject([{ code: "missing-key", line: 2, column: 1, endColumn: 8 }]);
  });
});
