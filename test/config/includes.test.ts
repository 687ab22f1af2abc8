import { describe, expect, it } from "vitest";
import { effectiveSettings, fixesOf } from "../../src/config/index.js";
import type { Included, ReadOptions } from "../../src/config/index.js";
import { configOf, environment, read } from "./example.js";

/** Reads from a folder that is not there; what is none of its files is missing. */
function folder(files: Readonly<Record<string, string | Included>>): Partial<ReadOptions> {
  return {
    environment,
    readInclude: (path, from) => {
      const parts = [...from.split("/").slice(0, -1), ...path.split("/")];
      const name = parts.filter((part, at) => part !== ".." && parts[at + 1] !== "..").join("/");
      const found = files[name];
      if (found === undefined) return { fault: "missing" };
      return typeof found === "string" ? { name, text: found } : found;
    },
  };
}

const web = { vmid: 101, name: "web-1", node: "pve1", tags: ["web"], pool: null };

/** Findings as `file:line code`. */
function told(text: string, files: Readonly<Record<string, string | Included>>): readonly string[] {
  return read(text, folder(files)).findings.map(({ file, line, code }) => `${file}:${line} ${code}`);
}

describe("include", () => {
  it("lays files under the one that names them, the first lowest", () => {
    const config = configOf(
      "version: 1\ninclude: [low.yaml, high.yaml]\ninterval: 30s\ndefaults:\n  cpu: { max: 3 }\npolicies:\n  - { name: own, match: { tags: [web] }, priority: 3 }\n",
      folder({
        "low.yaml":
          "mode: apply\ninterval: 2m\ntimezone: UTC\nsafety: { maxConcurrent: 7, reserve: { cpu: 5% } }\ndefaults:\n  match: { tags: [web] }\n  cpu: { min: 1, max: 8, scaleUp: { above: 80%, step: 2 } }\npolicies:\n  - { name: low, match: { tags: [web] }, memory: { max: 1GiB } }\nignore: { vmids: [900] }\n",
        "high.yaml":
          "version: 1\nmode: paused\nsafety: { reserve: { memory: 1GiB } }\ndefaults:\n  cpu: { max: 6, target: 60% }\npolicies:\n  - match: { tags: [web] }\n    memory: { min: 256MiB }\nignore: { vmids: [901], tags: [no] }\n",
      }),
    );
    expect(config).toMatchObject({
      intervalSeconds: 30,
      mode: "paused",
      timezone: "UTC",
      includes: ["low.yaml", "high.yaml"],
      safety: { maxConcurrent: 7, reserve: { cpu: 0.05, memory: 1024 } },
      ignore: {
        vmids: [
          { first: 900, last: 900 },
          { first: 901, last: 901 },
        ],
        tags: ["no"],
      },
    });
    expect(config.policies.map(({ name, index, line, file }) => [name, index, line, file])).toEqual([
      ["low", 0, 9, "low.yaml"],
      ["high.yaml: policies[0]", 0, 7, "high.yaml"],
      ["own", 0, 7, undefined],
    ]);
    const settings = effectiveSettings(config, web, 0);
    expect(settings).toMatchObject({
      managed: true,
      policies: ["low", "high.yaml: policies[0]", "own"],
      priority: 3,
      // The target of the higher file has replaced the thresholds of the lower one.
      cpu: { min: 1, max: 3, strategy: { kind: "target", target: 0.6 } },
      memory: { min: 256, max: 1024 },
    });
    expect(
      settings.origins
        .filter(({ path }) => ["cpu.min", "cpu.max", "cpu.target", "memory.max", "priority"].includes(path))
        .map(({ path, origin, line, file }) => [path, origin, line, file]),
    ).toEqual([
      ["cpu.min", "defaults", 7, "low.yaml"],
      ["cpu.max", "defaults", 5, undefined],
      ["cpu.target", "defaults", 5, "high.yaml"],
      ["memory.max", "policies[0]", 9, "low.yaml"],
      ["priority", "policies[0]", 7, undefined],
    ]);
  });

  it("goes on from file to file, relative to each, and counts a file once", () => {
    const config = configOf(
      "version: 1\ninclude: [sites/a.yaml, common.yaml]\npolicies: [{ name: own, match: { tags: [a] } }]\n",
      folder({
        "sites/a.yaml": "include: [../common.yaml]\npolicies: [{ name: a, match: { tags: [a] } }]\n",
        "common.yaml": "policies: [{ name: common, match: { tags: [a] } }]\n",
      }),
    );
    expect(config.policies.map(({ name }) => name)).toEqual(["common", "a", "own"]);
  });

  it("follows references in paths and in what is included", () => {
    const options = folder({ "site-b.yaml": 'defaults: { cpu: { max: "${CORES:-6}" } }\n' });
    const text = "version: 1\ninclude: ['site-${env:SITE}.yaml']\n";
    expect(configOf(text, { ...options, environment: { SITE: "b" } }).includedDefaults).toMatchObject([
      { file: "site-b.yaml", cpu: { max: 6 } },
    ]);
    expect(read(text, options).findings.map(({ code }) => code)).toEqual(["unresolved-reference"]);
  });

  it("tells what is wrong in the file it is in, after what is wrong in the file itself", () => {
    expect(
      told("version: 1\ninclude: [a.yaml]\nmode: aply\n", {
        "a.yaml": "# Ours\ninterval: 60\npolicies: [{ match: { tags: web } }]\n",
      }),
    ).toEqual(["autoscaler.yaml:3 not-a-choice", "a.yaml:2 missing-unit", "a.yaml:3 wrong-type"]);
    expect(
      told("version: 1\ninclude: [a.yaml, b.yaml]\n", { "a.yaml": "a: [1\nb: 2\n", "b.yaml": "version: 2\n" }),
    ).toEqual(["a.yaml:2 syntax", "b.yaml:1 unsupported-version"]);
  });

  it("tells of a conflict between two files at the one that is laid over the other", () => {
    expect(
      told("version: 1\ninclude: [a.yaml]\ndefaults: { cpu: { max: 2 } }\n", {
        "a.yaml": "# Ours\ndefaults: { cpu: { min: 4 } }\npolicies: [{ name: web, match: { tags: [a] } }]\n",
      }),
    ).toEqual(["autoscaler.yaml:3 min-above-max"]);
    const names = told("version: 1\ninclude: [a.yaml]\npolicies: [{ name: web, match: { tags: [b] } }]\n", {
      "a.yaml": "policies: [{ name: web, match: { tags: [a] } }]\n",
    });
    expect(names).toEqual(["autoscaler.yaml:3 duplicate-name"]);
  });

  it("offers no fix for a file that is not the one at hand, nor one over two files", () => {
    const reading = read(
      "version: 1\ninclude: [a.yaml]\ndefaults: { cpu: { max: 2 } }\n",
      folder({ "a.yaml": "# Ours\nintervall: 5s\ndefaults: { cpu: { min: 4 } }\n" }),
    );
    const all = reading.findings.map((finding) => fixesOf(reading, finding).map(({ title }) => title));
    expect(reading.findings.map(({ code }) => code)).toEqual(["min-above-max", "unknown-key"]);
    expect(all).toEqual([[], []]);
  });

  it.each([
    ["missing", {}, "bad-include"],
    ["binary", { "a.yaml": { fault: "binary" } }, "bad-include"],
    ["too large", { "a.yaml": { fault: "too-large" } }, "bad-include"],
    ["not allowed here", { "a.yaml": { fault: "not-allowed" } }, "include-not-read"],
  ] as const)("of a file that is %s stands on its entry, and there is no configuration", (_what, files, code) => {
    const reading = read(
      "version: 1\ninclude:\n  - a.yaml\nschedules:\n  - { match: { tags: [a] }, when: { from: '22:00', to: '06:00' } }\n",
      folder(files),
    );
    expect(reading.findings).toMatchObject([{ code, line: 3, column: 5, endColumn: 11 }]);
    expect(reading.config).toBeNull();
  });

  it("reads nothing where it is given no way to", () => {
    const { findings, config } = read("version: 1\ninclude: [a.yaml]\n");
    expect([findings.map(({ code, severity }) => [code, severity]), config]).toEqual([
      [["include-not-read", "information"]],
      null,
    ]);
  });

  it("does not go round in circles, too deep or on for ever", () => {
    expect(told("version: 1\ninclude: [autoscaler.yaml]\n", { "autoscaler.yaml": "" })).toEqual([
      "autoscaler.yaml:2 bad-include",
    ]);
    expect(
      told("version: 1\ninclude: [a.yaml]\n", {
        "a.yaml": "include: [b.yaml]\n",
        "b.yaml": "# B\ninclude: [a.yaml]\n",
      }),
    ).toEqual(["b.yaml:2 bad-include"]);
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`${index}.yaml`, `include: [${index + 1}.yaml]\n`]),
    );
    expect(told('version: 1\ninclude: ["0.yaml"]\n', chain)).toEqual(["7.yaml:1 bad-include"]);
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}.yaml`, "mode: paused\n"]));
    const entries = Object.keys(many).map((name) => `"${name}"`);
    const found = told(`version: 1\ninclude: [${entries.join(", ")}]\n`, many);
    expect(found).toEqual(
      ["autoscaler.yaml:2 bad-include"].concat(Array.from({ length: 5 }, () => "autoscaler.yaml:2 bad-include")),
    );
    const large = `mode: paused #${"x".repeat(3_000_000)}\n`;
    expect(told("version: 1\ninclude: [a.yaml, b.yaml]\n", { "a.yaml": large, "b.yaml": large })).toEqual([
      "autoscaler.yaml:2 bad-include",
    ]);
  });

  it("of an older format, a list or nothing makes no configuration", () => {
    expect(told("version: 1\ninclude: [a.yaml]\n", { "a.yaml": "# Old\nDEFAULT: { poll_interval: 3 }\n" })).toEqual([
      "a.yaml:2 older-format",
    ]);
    expect(told("version: 1\ninclude: [a.yaml, b.yaml]\n", { "a.yaml": "\n- 1\n", "b.yaml": "" })).toEqual([
      "a.yaml:2 not-a-configuration",
      "b.yaml:1 not-a-configuration",
    ]);
  });
});
