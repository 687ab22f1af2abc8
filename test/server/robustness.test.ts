import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import "../properties.js";
import { buildServer } from "./server-program.js";
import { TriedServer, type Change } from "./tried-server.js";

/** Sequences of keystrokes; more of them, elsewhere: `SEQUENCES=10000`. `EVERYTHING=1` cuts every file off at every offset. */
const sequences = Number(process.env["SEQUENCES"] ?? 25);
const everything = process.env["EVERYTHING"] !== undefined;

let folder: string;
let server: TriedServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-robustness-"));
  server = new TriedServer(await buildServer(folder));
  await server.start();
}, 60_000);
afterAll(async () => {
  try {
    await server.end();
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
});

const fixtures = new URL("../fixtures/", import.meta.url);
const example = readFileSync(new URL("contract-example.autoscaler.yaml", fixtures), "utf8");
const demo = readFileSync(new URL("../../media/demo/autoscaler.yaml", import.meta.url), "utf8");
const older = readdirSync(new URL("older/", fixtures)).map((name): readonly [string, string] => [
  `older/${name}`,
  readFileSync(new URL(`older/${name}`, fixtures), "utf8"),
]);

const policies = Array.from(
  { length: 12 },
  (_, index) => `  - name: p${index}\n    match: { tags: [t${index}] }\n    cpu:\n      max: 4\n`,
).join("");
const odd: Readonly<Record<string, string>> = {
  "line ends of Windows": example.replaceAll("\n", "\r\n"),
  "line ends of all kinds": "version: 1\r\npolicies:\n  - name: a\r    match: { tags: [a] }\n\r\n  - name: b\n",
  tabs: example.replaceAll("    ", "\t"),
  "a byte order mark": `\uFEFF${demo}`,
  "emoji and combining characters":
    'version: 1 # 🦊🦊 e\u0301\npolicies:\n  - name: "🦊 e\u0301 👩‍👩‍👧"\n    match: { names: ["🦊*", "e\u0301"], tags: [🦊] }\n    cpu: { max: 🦊 }\n    🦊: 1\n',
  "anchors and merge keys":
    "version: 1\ndefaults: &d\n  cpu: &c { max: 4 }\n  match: { tags: &t [a] }\npolicies:\n  - <<: *d\n    name: a\n    cpu: *c\n    match: { tags: *t }\n  - &p\n    name: *x\n    match: *d\n  - *p\n",
  "several documents": `%YAML 1.2\n---\n${demo}\n...\n---\nversion: 1\n---\n- a\n`,
  "many policies": `version: 1\npolicies:\n${policies}schedules: []\n`,
  "explicit keys, tags and block scalars":
    "? version\n: 1\n? [a, b]\n: !!str x\npolicies:\n- !!map\n  name: >-\n    folded\n    text\n  match: |\n   tags\n- - - a\n",
  nothing: "",
  "blank lines": "\n\n  \n\t\n",
};
const files: Readonly<Record<string, string>> = { example, demo, ...odd, ...Object.fromEntries(older) };

describe("a document that is cut off", () => {
  it.each(Object.keys(files))(
    "is answered: %s",
    async (name) => {
      const whole = files[name] ?? "";
      const step = everything ? 1 : name === "example" ? 3 : Math.max(1, Math.floor(whole.length / 25));
      await server.open(whole);
      await server.askAll(Math.floor(whole.length / 2));
      for (let length = whole.length; length >= 0; length -= step) {
        await server.change({ start: length, end: server.text.length, text: "" });
        await server.askAt(length);
        if (length % (step * 37) === 0) await server.askAll(length);
      }
    },
    600_000,
  );
});

/** What people type, and what they did not mean to. */
const pieces = [
  ...Array.from("a:#-\"'[]{}|>\t \n,*&%!?@`é"),
  ...["  ", "- ", "\n  - name: x\n", "\n    ", "\r\n", "---\n", "...\n", "%YAML 1.1\n", "&a ", "*a", "<<: *a", "? "],
  ...[
    "\u{1F600}",
    "\u0301",
    "\uFEFF",
    "\u2028",
    "\u0000",
    "\uD83D",
    "${env:X}",
    "cpu:",
    "policies:\n",
    "match: {",
    "!t ",
  ],
];

interface Keystroke {
  readonly at: number;
  readonly goesOn: boolean;
  readonly taken: number;
  readonly put: string;
  readonly all: boolean;
}

const keystroke = fc.record<Keystroke>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  goesOn: fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.constant(false)),
  taken: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, fc.nat(30)),
  put: fc.oneof({ arbitrary: fc.constantFrom(...pieces), weight: 4 }, fc.constant("")),
  all: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true)),
});

/** An editor cuts no character in two. */
function whole(text: string, offset: number): number {
  return /[\uDC00-\uDFFF]/u.test(text[offset] ?? "") && offset > 0 ? offset - 1 : offset;
}

describe("a document that is typed in", () => {
  it("is answered after each keystroke, whatever it is", async () => {
    const names = Object.keys(files).filter((name) => !name.startsWith("older/"));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(keystroke, { minLength: 1, maxLength: 12 }),
        async (name, keystrokes) => {
          await server.open(files[name] ?? "");
          let cursor = 0;
          for (const { at, goesOn, taken, put, all } of keystrokes) {
            const { text } = server;
            const start = whole(text, goesOn ? Math.min(cursor, text.length) : Math.floor(at * text.length));
            const change: Change = {
              start,
              end: Math.max(start, whole(text, Math.min(text.length, start + taken))),
              text: put,
            };
            await server.change(change);
            cursor = start + put.length;
            await (all ? server.askAll(cursor) : server.askAt(cursor));
          }
        },
      ),
      { numRuns: sequences },
    );
  }, 3_600_000);
});

describe("a document of an absurd form", () => {
  const megabyte = 1024 * 1024;
  it.each([
    ["a key of a megabyte", `version: 1\n${"k".repeat(megabyte)}: 1\n`],
    ["a value of a megabyte", `version: 1\nmode: ${"v".repeat(megabyte)}\n`],
    ["a comment of a megabyte", `version: 1 # ${"c ".repeat(megabyte / 2)}\npolicies: []\n`],
    ["a quote of a megabyte that is never closed", `version: 1\nmode: "${"q ".repeat(megabyte / 2)}\n`],
    ["a megabyte of blanks", `version: 1\npolicies:${" ".repeat(megabyte)}\n`],
  ])(
    "is answered: %s",
    async (_, text) => {
      await server.open(text);
      for (const offset of [0, Math.floor(text.length / 2), text.length]) await server.askAll(offset);
      await server.change({ start: text.length - 1, end: text.length, text: " x" });
      await server.askAt(server.text.length);
    },
    120_000,
  );
});
