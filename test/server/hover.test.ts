import { readFileSync } from "node:fs";
import type { DocumentSymbol, TextEdit } from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "./cluster.js";
import { atMark, startSession } from "./session.js";

const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

let session: Awaited<ReturnType<typeof startSession>>;
let count = 0;
beforeAll(async () => {
  session = await startSession();
  await session.push(inventory);
});
afterAll(() => session[Symbol.asyncDispose]());

async function hover(marked: string): Promise<string | null> {
  const { text, position } = atMark(marked);
  count += 1;
  const uri = `file:///hover/${count}/autoscaler.yaml`;
  await session.open(text, uri);
  return session.hover(position, uri);
}

describe("hover", () => {
  it("says what a key does, its type, default and examples", async () => {
    const text = await hover("version: 1\ninter|val: 60s\n");
    expect(text).toContain("**interval** · duration");
    expect(text).toContain("How often the loop observes and decides");
    expect(text).toContain("Default: `60s`");
    expect(text).toContain("`5m`");
  });

  it.each([
    ["interval: 9|0s\n", "1 minute 30 seconds (90 seconds)"],
    [
      "interval: 60s\ndefaults: { cpu: { scaleUp: { for: 2|m } } }\n",
      "2 minutes (120 seconds): 2 samples at an interval of 1 minute",
    ],
    ["defaults: { memory: { max: 8|GiB } }\n", "8,192 MiB = 8,589,934,592 bytes"],
    ["defaults: { cpu: { target: 6|0% } }\n", "60 % = 0.6: 2.4 of 4 cores"],
  ])("says in numbers what %j means", async (marked, expected) => {
    expect(await hover(`version: 1\n${marked}`)).toContain(expected);
  });

  it("shows the live usage of a container id, and of each in a range", async () => {
    expect(await hover("version: 1\nignore: { vmids: [1|05] }\n")).toContain(
      "`105 db-1` on `pve1`: 42 % of 4 cores · 3 GiB of 4 GiB",
    );
    const range = await hover("version: 1\nignore: { vmids: [100-1|02] }\n");
    expect(range).toContain("`101 web-1`");
    expect(range).toContain("`102 web-2` on `pve2`: 97 % of 2 cores");
    expect(range).not.toContain("db-1");
    expect(await hover("version: 1\nignore: { vmids: [7|77] }\n")).toContain("nothing of that kind");
  });

  it("shows what tags, globs, nodes and pools mean now", async () => {
    expect(await hover('version: 1\nignore: { names: ["we|b-*"] }\n')).toMatch(/101 web-1[\s\S]*102 web-2/u);
    expect(await hover("version: 1\nignore: { tags: [d|b] }\n")).toContain("105 db-1");
    expect(await hover("version: 1\nignore: { pools: [jo|bs] }\n")).toContain("`110 batch-1` on `pve1`: stopped");
  });

  it("shows which containers a policy matches", async () => {
    const text = await hover(
      "version: 1\npolicies:\n  - name: web\n    ma|tch: { tags: [web] }\n    cpu: { max: 4 }\n",
    );
    expect(text).toContain("Matches 2 containers:");
    expect(text).toContain("102 web-2");
  });

  it("says where the value in force comes from", async () => {
    const text = await hover(
      [
        "version: 1",
        "defaults: { cpu: { max: 8 } }",
        "policies:",
        "  - { name: web, match: { tags: [web] }, cpu: { m|ax: 12 } }",
        "  - { name: db, match: { tags: [db] }, cpu: { target: 60% } }",
        "",
      ].join("\n"),
    );
    expect(text).toContain("- `defaults`: `8` (line 2)");
    expect(text).toContain("- `web` (policies): `12` (line 4)");
    expect(text).toContain("- `12` from policy `web` (line 4): `web-1`, `web-2`");
    expect(text).toContain("- `8` from defaults (line 2): `db-1`");
  });

  it("says of an entry what it stands for, and no more", async () => {
    const text = await hover("version: 1\npolicies:\n  - { match: { tags: [d|b] }, cpu: { target: 60% } }\n");
    expect(text).toBe("- `105 db-1` on `pve1`: 42 % of 4 cores · 3 GiB of 4 GiB");
    expect(await hover("version: 1\npolicies:\n  - { match: { tags: [db] }, cpu: { target: 6|0% } }\n")).toMatch(
      /^60 % is 2\.4 of 4 cores, of what there is now$/mu,
    );
  });

  it("works in a file that is broken elsewhere, and answers nothing where there is nothing", async () => {
    expect(await hover("version: 1\nmo|de: apply\npolicies: [\n")).toContain("**mode**");
    expect(await hover("version: 1\n# comm|ent\n")).toBeNull();
    expect(await hover("|")).toBeNull();
    expect(await hover("version: 1\nnon|sense: 1\n")).toBeNull();
  });

  it("shows texts from the file and the cluster as code, whatever is in them", async () => {
    await session.push({
      ...inventory,
      containers: inventory.containers.map((one) => (one.vmid === 105 ? { ...one, name: "`[x](command:y)`" } : one)),
    });
    const text = await hover("version: 1\nignore: { vmids: [1|05] }\n");
    expect(text).toContain("`` 105 `[x](command:y)` ``");
    await session.push(inventory);
  });
});

describe("outline", () => {
  it("lists sections, and policies, schedules and groups by name", async () => {
    const uri = "file:///outline/autoscaler.yaml";
    await session.open(example, uri);
    const symbols = await session.connection.sendRequest<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["version", "defaults", "policies", "schedules"]),
    );
    const named = (section: string) => symbols.find(({ name }) => name === section)?.children?.map(({ name }) => name);
    expect(named("policies")).toEqual(["web", "database", "batch"]);
    expect(named("groups")).toEqual(["frontend"]);
    for (const symbol of symbols) {
      expect(symbol.selectionRange.start.line).toBeGreaterThanOrEqual(symbol.range.start.line);
      expect(symbol.selectionRange.end.line).toBeLessThanOrEqual(symbol.range.end.line);
    }
  });
});

describe("formatting", () => {
  async function format(text: string): Promise<string> {
    count += 1;
    const uri = `file:///format/${count}/autoscaler.yaml`;
    await session.open(text, uri);
    const edits = await session.connection.sendRequest<TextEdit[] | null>("textDocument/formatting", {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    const [edit] = edits ?? [];
    if (edit === undefined) return text;
    const starts = [0, ...[...text.matchAll(/\n/gu)].map(({ index }) => index + 1)];
    const offset = ({ line, character }: TextEdit["range"]["start"]): number =>
      (starts[line] ?? text.length) + character;
    return text.slice(0, offset(edit.range.start)) + edit.newText + text.slice(offset(edit.range.end));
  }

  it("sets spaces right and keeps comments, quotes and blank lines", async () => {
    const wild =
      'version:   1\n\n# why\ndefaults:\n     cpu:   {min: 1,max:  "4"} # here\n     memory:\n        max: 8GiB\n';
    expect(await format(wild)).toBe(
      'version: 1\n\n# why\ndefaults:\n  cpu: { min: 1, max: "4" } # here\n  memory:\n    max: 8GiB\n',
    );
  });

  it("keeps carriage returns, and is done after once", async () => {
    const once = await format("version:   1\r\ndefaults:\r\n   priority: 1 # 🦊\r\n");
    expect(once).toBe("version: 1\r\ndefaults:\r\n  priority: 1 # 🦊\r\n");
    expect(await format(once)).toBe(once);
  });

  it("leaves a broken file alone", async () => {
    const broken = "version:   1\npolicies: [\n";
    expect(await format(broken)).toBe(broken);
  });
});
