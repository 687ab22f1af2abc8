import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrateConfiguration, readAutoscalerFile } from "../../../src/config/index.js";
import { environment, sample, sampleNames } from "./samples.js";

/** What a slip of the hand, another editor or a broken disk makes of a file. */
type Mutation = (text: string, at: number, other: string) => string;

const mutations: readonly Mutation[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(at),
  (text, at, other) => text.slice(0, at) + other + text.slice(at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at + 20),
  (text, at) => text.slice(0, at) + text.slice(at, at + 40) + text.slice(at),
  // A line comes twice, goes away, or is indented otherwise.
  (text, at) => withLine(text, at, (line) => `${line}\n${line}`),
  (text, at) => withLine(text, at, () => ""),
  (text, at) => withLine(text, at, (line) => `  ${line}`),
  (text, at) => withLine(text, at, (line) => line.replace(/^ {2}/u, "\t")),
  // A value is another one.
  (text, at, other) => withLine(text, at, (line) => line.replace(/([:=]\s*)\S.*$/u, `$1${other}`)),
  (text, at) => withLine(text, at, (line) => line.replace(/\d+/u, "-7")),
  (text, at) => withLine(text, at, (line) => line.replace(/\d+/u, "99999999999999999999")),
  (text, at) => withLine(text, at, (line) => line.replace(/\d+/u, "0")),
  (text, at) => withLine(text, at, (line) => line.replace(/\d+/u, "${N:-12}")),
  (text, at) => withLine(text, at, (line) => line.replace(/([:=]\s*)\S.*$/u, "$1[1, { a: b }]")),
  (text, at) => withLine(text, at, (line) => line.replace(/([:=]\s*)\S.*$/u, "$1")),
  (text, at) => withLine(text, at, (line) => line.toUpperCase()),
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\uFEFF${text}`,
  (text) => text.replaceAll("  ", "\t"),
  (text) => text.replaceAll("\n", "\r"),
  (text) => Buffer.from(text, "utf16le").toString("latin1"),
  (text) => text.replace(/\n(\w)/u, "\nanchored: &a [1]\nalias: *a\n$1"),
];

function withLine(text: string, at: number, change: (line: string) => string): string {
  const lines = text.split("\n");
  const index = at % lines.length;
  lines[index] = change(lines[index] ?? "");
  return lines.join("\n");
}

const others = fc.oneof(
  fc.constantFrom(
    "true",
    "~",
    "- ",
    "{}",
    "[]",
    "#",
    "${",
    "}",
    '"',
    "'",
    "*x",
    "&x",
    "!!int",
    "|",
    "1e9",
    "NaN",
    "\u0000",
    "\u2028",
    "🙂",
    "<<",
    "100%",
    "__proto__",
  ),
  fc.string({ maxLength: 12 }),
);

/** Nothing is thrown, and what comes out is a file of ours without an error. */
function holds(text: string, file: string): void {
  const result = migrateConfiguration(text, { file });
  readAutoscalerFile(text, { file });
  if (result.kind !== "migrated" || result.product === "trace") return;
  const { findings } = readAutoscalerFile(result.text, { file: "autoscaler.yaml", environment });
  const lines = result.text.split("\n");
  const errors = findings.filter(({ severity }) => severity === "error");
  expect(errors.map(({ line, message }) => `${message} ${lines[line - 1] ?? ""}`)).toEqual([]);
  expect(findings.some(({ code }) => code === "older-format")).toBe(false);
  for (const { line, column, endLine, endColumn } of result.notes) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(endLine > line || endColumn >= column).toBe(true);
  }
}

describe("a broken older file", () => {
  it.each(sampleNames)("of %s never throws, and what can be migrated gives a file without errors", (name) => {
    const text = sample(name);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(mutations.length - 1), fc.nat(text.length), others), { minLength: 1, maxLength: 4 }),
        (changes) => {
          holds(
            changes.reduce((now, [index, at, other]) => mutations[index]?.(now, at, other) ?? now, text),
            name,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("made of anything never throws", () => {
    const keys = fc.constantFrom(
      "DEFAULT",
      "TIER_a",
      "proxmox",
      "containers",
      "servers",
      "services",
      "scaling",
      "runtime",
      "cores",
      "101",
      "cpu_usage_percent",
      "container_id",
      "vars",
      "tasks",
      "version",
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(keys, tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(keys, value), (tree) => {
        holds(JSON.stringify(tree, null, 1), "old.json");
      }),
      { numRuns: 200 },
    );
  });
});

describe("a huge older file", () => {
  it.each([
    [
      "tiers",
      (): string =>
        `DEFAULT: {}\n${Array.from({ length: 2000 }, (_, index) => `TIER_t${index}:\n  lxc_containers: [${100 + index}]\n  max_cores: 8\n`).join("")}`,
    ],
    [
      "unknown keys",
      (): string => `DEFAULT:\n${Array.from({ length: 20_000 }, (_, index) => `  key${index}: ${index}\n`).join("")}`,
    ],
    ["comments", (): string => `DEFAULT:\n${"  # comment\n".repeat(80_000)}  poll_interval: 60\n`],
    [
      "secrets",
      (): string =>
        `DEFAULT:\n${Array.from({ length: 5_000 }, (_, index) => `  password_${index}_token: secret-${index}\n`).join("")}`,
    ],
    [
      "lines of variables",
      (): string => `MIN_CORES=1\n${Array.from({ length: 30_000 }, (_, index) => `KEY_${index}=x\n`).join("")}`,
    ],
    [
      "containers",
      (): string =>
        `proxmox: {}\ncontainers:\n${Array.from({ length: 3_000 }, (_, index) => `  - vmid: ${100 + index}\n`).join("")}`,
    ],
    ["blank values", (): string => `MIN_CORES=1\n${'A="\n'.repeat(50_000)}`],
  ])("of many %s is read in bounded time", (_name, make) => {
    holds(make(), "old.yaml");
  });
});
