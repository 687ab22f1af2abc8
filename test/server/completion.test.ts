import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "./cluster.js";
import { atMark, startSession, take } from "./session.js";

type Live = Awaited<ReturnType<typeof startSession>>;
let session: Live;
let count = 0;

beforeAll(async () => {
  session = await startSession();
  await session.push(inventory);
});
afterAll(() => session[Symbol.asyncDispose]());

async function completions(marked: string) {
  const { text, position } = atMark(marked);
  count += 1;
  const uri = `file:///files/${count}/autoscaler.yaml`;
  await session.open(text, uri);
  return { text, items: await session.complete(position, uri) };
}

async function labels(marked: string): Promise<readonly string[]> {
  return (await completions(marked)).items.map(({ label }) => label);
}

/** The text after the item of that label was taken, the end of its snippet as `$0`. */
async function taken(marked: string, label: string): Promise<string> {
  const { text, items } = await completions(marked);
  const item = items.find((one) => one.label === label);
  if (item === undefined) throw new Error(`No ${label} among ${items.map((one) => one.label).join(", ")}`);
  return take(text, item);
}

describe("completion of keys", () => {
  it("offers what a file must have first, in an empty file", async () => {
    const offered = await labels("|");
    expect(offered[0]).toBe("version");
    expect(offered).toEqual(expect.arrayContaining(["policies", "defaults", "connection", "mode"]));
  });

  it("leaves out what is there already", async () => {
    const offered = await labels("version: 1\nmode: apply\n|\ndefaults:\n  priority: 1\n");
    expect(offered).not.toContain("version");
    expect(offered).not.toContain("mode");
    expect(offered).not.toContain("defaults");
    expect(offered).toContain("interval");
  });

  it.each([
    ["a half-typed word", "version: 1\ndefaults:\n  cp|\n", "cpu"],
    ["an empty line below a key", "version: 1\ndefaults:\n  |\n", "memory"],
    ["a line between others", "version: 1\ndefaults:\n  cpu:\n    min: 1\n    |\n    max: 4\n", "scaleUp"],
    ["a map in braces", "version: 1\ndefaults:\n  cpu: { min: 1, | }\n", "max"],
    ["braces that are not closed", "version: 1\ndefaults:\n  cpu: { min: 1, sc|\n", "scaleUp"],
    ["braces over several lines", "version: 1\ndefaults:\n  cpu: {\n    min: 1,\n    |\n  }\n", "target"],
    ["braces in braces", "version: 1\ndefaults:\n  cpu: { scaleUp: { above: 80%, fo| } }\n", "for"],
    ["a new entry of a list", "version: 1\npolicies:\n  - |\n", "match"],
    ["a further line of an entry", "version: 1\npolicies:\n  - name: web\n    |\n", "match"],
    ["an entry whose list stands at the margin", "version: 1\npolicies:\n- name: web\n  ma|\n", "match"],
    ["a file with carriage returns", "version: 1\r\ndefaults:\r\n  |\r\n", "memory"],
    ["a file broken elsewhere", 'version: "1\npolicies: [\ndefaults:\n  cpu:\n    |\nschedules: ]\n', "min"],
    ["a word before an emoji", "version: 1\npolicies:\n  - name: 🦊🦊\n    ma|\n", "match"],
    [
      "an entry among many",
      "version: 1\npolicies: # all\n  - match: { tags: [a] }\n  - name: b\n    cpu:\n      |\n  - name: c\n",
      "max",
    ],
    ["an entry after a broken one", "policies:\n  - match: { tags: [a\n  - name: b\n    |\n", "match"],
    ["a notification by its type", "version: 1\nnotifications:\n  - type: gotify\n    |\n", "token"],
  ])("knows the place: %s", async (_, marked, expected) => {
    expect(await labels(marked)).toContain(expected);
  });

  it.each([
    ["a scalar", "version: 1\nmo|\n", "mode", "version: 1\nmode: $0\n"],
    ["a map", "version: 1\ndefaults:\n  cp|", "cpu", "version: 1\ndefaults:\n  cpu:\n    $0"],
    ["a map in an entry", "version: 1\npolicies:\n  - |", "match", "version: 1\npolicies:\n  - match:\n      $0"],
    ["a list of maps", "version: 1\npol|\n", "policies", "version: 1\npolicies:\n  - $0\n"],
    ["a list of texts", "version: 1\nignore:\n  ta|\n", "tags", "version: 1\nignore:\n  tags: [$0]\n"],
    ["a map in braces", "defaults: { cp| }\n", "cpu", "defaults: { cpu: { $0 } }\n"],
    ["a key that has a colon", "version: 1\nmo|e: apply\n", "mode", "version: 1\nmode: apply\n"],
  ])("writes %s so that typing goes on", async (_, marked, label, expected) => {
    expect(await taken(marked, label)).toBe(expected);
  });

  it("says what a key does, its default, and that it is required", async () => {
    const { items } = await completions("version: 1\npolicies:\n  - |\n");
    const match = items.find(({ label }) => label === "match");
    expect(items[0]?.label).toBe("match");
    expect(match?.detail).toContain("required");
    expect(JSON.stringify(match?.documentation)).toContain("Which containers are meant");
    const interval = (await completions("version: 1\nint|")).items.find(({ label }) => label === "interval");
    expect(JSON.stringify(interval?.documentation)).toContain("Default: `60s`");
  });

  it("starts a list of maps with what an entry must have", async () => {
    expect(await taken("version: 1\npolicies:\n  |\n", "- name, match")).toBe(
      "version: 1\npolicies:\n  - name: $1\n    match: $2\n",
    );
  });

  it("offers no deprecated key, and nothing in comments", async () => {
    expect(await labels("connection:\n  |\n")).not.toContain("verifyTls");
    expect(await labels("version: 1 # |\n")).toEqual([]);
    expect(await labels("version: 1\n# mo|\n")).toEqual([]);
  });
});

describe("completion of values", () => {
  it.each([
    ["choices", "mode: |\n", ["recommend", "apply", "paused"]],
    ["choices of a half-typed word", "mode: re|\n", ["recommend"]],
    ["durations", "interval: |\n", ["30s", "5m"]],
    ["units for a number that the bounds allow", "interval: 2|\n", ["2s", "2m", "2h"]],
    ["units of sizes", "defaults:\n  memory:\n    max: 40|\n", ["40MiB", "40GiB"]],
    ["shares", "defaults:\n  cpu: { target: 6| }\n", ["6%"]],
    ["truth", "defaults:\n  cpu:\n    manageUnlimited: |\n", ["true", "false"]],
    ["time zones", "timezone: Eu|\n", ["Europe/Berlin", "UTC"]],
    ["days", "schedules:\n  - when: { days: [|] }\n", ["mon-fri", "sat"]],
    ["events", "notifications:\n  - { type: webhook, events: [sc|] }\n", ["scale", "failure"]],
    ["references for secrets", "connection:\n  token: |\n", ["${env:PROXMOX_TOKEN}"]],
  ])("offers %s", async (_, marked, expected) => {
    expect(await labels(marked)).toEqual(expect.arrayContaining(expected));
  });

  it("replaces the whole value, its quotes kept", async () => {
    expect(await taken("mode: re|x\n", "recommend")).toBe("mode: recommend\n");
    expect(await taken('mode: "re|"\n', "recommend")).toBe('mode: "recommend"\n');
    expect(await taken("interval: 2|\n", "2m")).toBe("interval: 2m\n");
  });

  it("offers live containers with their usage, found by name too", async () => {
    const { items } = await completions("version: 1\nignore: { vmids: [|] }\n");
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["101", "102", "105", "110"]));
    expect(items.map(({ label }) => label)).not.toContain("900");
    expect(items.find(({ label }) => label === "105")).toMatchObject({
      detail: "db-1 · 42 % of 4 cores · 3 GiB of 4 GiB",
      filterText: "105 db-1",
    });
    expect(items.find(({ label }) => label === "110")?.detail).toBe("batch-1 · stopped");
  });

  it("offers the template first where one is cloned", async () => {
    expect((await labels("groups:\n  - template: { vmid: | }\n"))[0]).toBe("900");
  });

  it.each([
    ["names", "policies:\n  - match: { names: [|] }\n", ["web-1", "web-2", "db-1"]],
    ["tags, the most used first", "policies:\n  - match:\n      tags:\n        - |\n", ["web", "db", "production"]],
    ["nodes", "policies:\n  - match: { nodes: [pve1, |] }\n", ["pve2", "pve3"]],
    ["pools", "ignore:\n  pools: [|]\n", ["shop", "jobs"]],
    ["a whole list", "ignore:\n  pools: |\n", ["[shop]", "[jobs]"]],
    ["entries below each other, the dash included", "ignore:\n  tags:\n    |\n", ["web", "db"]],
  ])("offers live %s", async (_, marked, expected) => {
    const offered = await labels(marked);
    expect(offered.slice(0, expected.length)).toEqual(expected);
  });

  it("does not offer an entry twice", async () => {
    expect(await labels("ignore:\n  nodes: [pve1, |]\n")).not.toContain("pve1");
    expect(await labels("ignore:\n  tags:\n    - web\n    - |\n")).not.toContain("web");
    expect(await taken("ignore:\n  tags:\n    |\n", "web")).toBe("ignore:\n  tags:\n    - web\n");
  });

  it("goes on without a cluster", async () => {
    const alone = await startSession();
    const { text, position } = atMark("ignore: { vmids: [|] }\n");
    await alone.open(text);
    expect(await alone.complete(position)).toEqual([]);
    await alone[Symbol.asyncDispose]();
  });
});

describe("completion and hover in a file that is being typed", () => {
  const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

  it("answer at every place of a file that ends, or has lost a piece, anywhere", async () => {
    const place = fc.integer({ min: 0, max: example.length });
    await fc.assert(
      fc.asyncProperty(
        place,
        place,
        fc.constantFrom("", "{", "[", '"', "- ", ":", "🦊", "\r\n", "#", "\t"),
        async (from, to, typed) => {
          const text = example.slice(0, Math.min(from, to)) + typed + example.slice(Math.max(from, to));
          const before = example.slice(0, Math.min(from, to)) + typed;
          const lines = before.split("\n");
          const position = { line: lines.length - 1, character: lines.at(-1)!.length };
          count += 1;
          const uri = `file:///typed/${count}/autoscaler.yaml`;
          await session.open(text, uri);
          for (const { textEdit } of await session.complete(position, uri)) {
            const range = textEdit !== undefined && "range" in textEdit ? textEdit.range : null;
            // Editors take edits of one line around the cursor only.
            expect(range?.start.line).toBe(position.line);
            expect(range?.end.line).toBe(position.line);
            expect(range?.start.character).toBeLessThanOrEqual(position.character);
            expect(range?.end.character).toBeGreaterThanOrEqual(position.character);
          }
          await session.hover(position, uri);
        },
      ),
      { numRuns: 300 },
    );
  });
});
