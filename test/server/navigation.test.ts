import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  DocumentHighlight,
  DocumentLink,
  FoldingRange,
  Location,
  Range,
  SelectionRange,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "./cluster.js";
import { atMark, startSession } from "./session.js";

let session: Awaited<ReturnType<typeof startSession>>;
let count = 0;
beforeAll(async () => {
  session = await startSession({ initialization: { presetsUrl: "https://docs.example/presets.md" } });
  await session.push(inventory);
});
afterAll(() => session[Symbol.asyncDispose]());

async function open(marked: string): Promise<Asked> {
  const { text, position } = marked.includes("|")
    ? atMark(marked)
    : { text: marked, position: { line: 0, character: 0 } };
  count += 1;
  const uri = `file:///navigation/${count}/autoscaler.yaml`;
  await session.open(text, uri);
  const lines = text.split("\n");
  const at = ({ start, end }: Range): string => {
    expect(start.line).toBe(end.line);
    return `${start.line}:${lines[start.line]?.slice(start.character, end.character) ?? ""}`;
  };
  const ask = <T>(method: string, more: object = {}): Promise<T> =>
    session.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position, ...more });
  return { text, uri, ask, at };
}

interface Asked {
  readonly text: string;
  readonly uri: string;
  readonly ask: <T>(method: string, more?: object) => Promise<T>;
  /** The line and text of a range. */
  readonly at: (range: Range) => string;
}

function apply(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/gu)].map(({ index }) => index + 1)];
  const offset = ({ line, character }: Range["start"]): number => (starts[line] ?? text.length) + character;
  return edits
    .toSorted((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

const anchors =
  "version: 1\ndefaults: { memory: &memo|ry { max: 8GiB } }\npolicies:\n  - { name: a, match: { tags: [web] }, memory: *memory }\n";

describe("names", () => {
  it("lead from an alias to its anchor, and from an anchor to its aliases", async () => {
    const fromAnchor = await open(anchors);
    const references = await fromAnchor.ask<Location[]>("references", { context: { includeDeclaration: true } });
    expect(references.map(({ range }) => fromAnchor.at(range))).toEqual(["1:memory", "3:memory"]);
    const fromAlias = await open(anchors.replace("|", "").replace("*memory", "*mem|ory"));
    const definition = await fromAlias.ask<Location>("definition");
    expect(fromAlias.at(definition.range)).toBe("1:memory");
    const highlights = await fromAlias.ask<DocumentHighlight[]>("documentHighlight");
    expect(highlights).toHaveLength(2);
  });

  it("tell an anchor that is given twice from its namesake", async () => {
    const twice =
      "version: 1\ndefaults: { cpu: &x { max: 4 } }\npolicies:\n  - { name: a, match: { tags: [a] }, cpu: *x }\n  - { name: b, match: { tags: [b] }, cpu: &x { max: 2 } }\n  - { name: c, match: { tags: [c] }, cpu: *|x }\n";
    const asked = await open(twice);
    expect(asked.at((await asked.ask<Location>("definition")).range)).toBe("4:x");
    const references = await asked.ask<Location[]>("references", { context: { includeDeclaration: false } });
    expect(references.map(({ range }) => asked.at(range))).toEqual(["5:x"]);
  });

  it("are changed wherever they stand, and only into what can be a name", async () => {
    const asked = await open(anchors);
    const edit = await asked.ask<WorkspaceEdit>("rename", { newName: "plenty" });
    const renamed = apply(asked.text, edit.changes?.[asked.uri] ?? []);
    expect(renamed).toBe(anchors.replace("|", "").replaceAll("&memory", "&plenty").replaceAll("*memory", "*plenty"));
    await expect(asked.ask("rename", { newName: "a b" })).rejects.toThrow("no spaces");
    const policy = await open(
      "version: 1\npolicies:\n  - { name: 'w|eb', match: { tags: [a] } }\n  - { name: db, match: { tags: [b] } }\n",
    );
    expect(await policy.ask("prepareRename")).toMatchObject({ placeholder: "web" });
    const quoted = await policy.ask<WorkspaceEdit>("rename", { newName: "anna's" });
    expect(apply(policy.text, quoted.changes?.[policy.uri] ?? [])).toContain("name: 'anna''s'");
    await expect(policy.ask("rename", { newName: "db" })).rejects.toThrow("another policy named `db`");
    const plain = await open("version: 1\ngroups: [{ name: f|ront }]\n");
    const careful = await plain.ask<WorkspaceEdit>("rename", { newName: "a: b" });
    expect(apply(plain.text, careful.changes?.[plain.uri] ?? [])).toContain('name: "a: b"');
  });

  it("are no names where nothing is named", async () => {
    const asked = await open("version: 1\nmode: app|ly\n");
    expect(await asked.ask("prepareRename")).toBeNull();
    expect(await asked.ask("definition")).toBeNull();
    expect(await asked.ask("references", { context: { includeDeclaration: true } })).toEqual([]);
  });

  it("show every use of a preset", async () => {
    const asked = await open(
      "version: 1\ndefaults: { preset: nginx }\npolicies:\n  - { name: a, match: { tags: [a] }, preset: ng|inx }\n  - { name: b, match: { tags: [b] }, preset: redis }\n",
    );
    const highlights = await asked.ask<DocumentHighlight[]>("documentHighlight");
    expect(highlights.map(({ range }) => asked.at(range))).toEqual(["1:nginx", "3:nginx"]);
    expect(await asked.ask("prepareRename")).toBeNull();
  });
});

describe("links", () => {
  it("lead to files, web addresses and presets", async () => {
    const asked = await open(
      [
        "version: 1",
        "include: [site.yaml, '/etc/base.yaml', \"${env:X}/a.yaml\"]",
        "connection: { url: https://pve1.example:8006, token: '${file:/run/secrets/token}' }",
        "holidays: { file: days.ics }",
        "defaults: { preset: redis }",
        "",
      ].join("\n"),
    );
    const links = await asked.ask<DocumentLink[]>("documentLink");
    const folder = asked.uri.replace(/\/[^/]*$/u, "");
    expect(links.map(({ range, target }) => `${asked.at(range)} → ${target}`)).toEqual([
      `1:site.yaml → ${folder}/site.yaml`,
      "1:/etc/base.yaml → file:///etc/base.yaml",
      "2:https://pve1.example:8006 → https://pve1.example:8006",
      "2:/run/secrets/token → file:///run/secrets/token",
      `3:days.ics → ${folder}/days.ics`,
      "4:redis → https://docs.example/presets.md#redis",
    ]);
  });

  it("go to an included file", async () => {
    const asked = await open("version: 1\ninclude: [si|te.yaml]\n");
    const location = await asked.ask<Location>("definition");
    expect(location.uri).toBe(asked.uri.replace("autoscaler.yaml", "site.yaml"));
    expect(location.range.start).toEqual({ line: 0, character: 0 });
  });
});

describe("folding and selecting", () => {
  const text =
    "# one\n# two\nversion: 1\npolicies:\n  - name: a\n    match: { tags: [web] }\n    cpu:\n      max: 4\n\n  - name: b\n    match: { tags: [db] }\n";

  it("folds sections, entries, maps and comments", async () => {
    const asked = await open(text);
    const ranges = await asked.ask<FoldingRange[]>("foldingRange");
    expect(ranges.map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? ""])).toEqual([
      [0, 1, "comment"],
      [3, 10, ""],
      [4, 7, ""],
      [6, 7, ""],
      [9, 10, ""],
    ]);
  });

  it("selects more and more around the cursor", async () => {
    const asked = await open(text);
    const [selection] = await asked.ask<SelectionRange[]>("selectionRange", {
      positions: [{ line: 7, character: 11 }],
    });
    const spans: string[] = [];
    for (let one = selection; one !== undefined; one = one.parent) {
      spans.push(
        `${one.range.start.line}:${one.range.start.character}-${one.range.end.line}:${one.range.end.character}`,
      );
    }
    expect(spans).toEqual([
      "7:11-7:12",
      "7:6-7:12",
      "6:4-7:12",
      "4:4-7:12",
      "4:2-10:25",
      "3:0-10:25",
      "2:0-10:25",
      "0:0-11:0",
    ]);
  });
});

describe("hover on what is named", () => {
  async function hover(marked: string): Promise<string | null> {
    const { uri } = await open(marked);
    return session.hover(atMark(marked).position, uri);
  }

  it("tells what a preset says, why, and what shows only after a restart", async () => {
    const text = await hover("version: 1\npolicies: [{ name: db, match: { tags: [db] }, preset: postgr|esql }]\n");
    expect(text).toMatch(/\*\*PostgreSQL\*\*: \w/u);
    expect(text).toContain("```yaml\nbehaviour: conservative\ncpu:\n");
    expect(text).toMatch(/Notices only after a restart:\n- memory: .*shared_buffers/u);
    expect(text).toContain("(https://docs.example/presets.md#postgresql)");
  });

  it("tells what a behaviour fills in", async () => {
    expect(await hover("version: 1\ndefaults: { behaviour: aggr|essive }\n")).toContain(
      "- growing: after 1m over or under a threshold, 4 steps at once, cooldown 30s, stabilisation 0s",
    );
  });

  it("says which preset or behaviour gave the value in force", async () => {
    const text = await hover(
      "version: 1\ndefaults: { cpu: { m|ax: 3 } }\npolicies:\n  - { name: db, match: { tags: [db] }, preset: postgresql }\n",
    );
    expect(text).toMatch(/- `\d+` from preset postgresql, named in policy `db` \(line 4\): `db-1`/u);
    const eager = await hover(
      "version: 1\ndefaults:\n  behaviour: aggressive\n  cpu: { scaleUp: { above: 80%, f|or: 3m } }\npolicies:\n  - { name: db, match: { tags: [db] } }\n",
    );
    expect(eager).toContain("- `3m` from defaults (line 4): `db-1`");
  });

  it("names few of many layers", async () => {
    const policy = (index: number): string =>
      `  - { name: p${index}, match: { vmids: [105] }, cpu: { max: ${index + 1} } }`;
    const policies = Array.from({ length: 30 }, (_, index) => policy(index)).join("\n");
    const text = await hover(`version: 1\ndefaults: { cpu: { m|ax: 3 } }\npolicies:\n${policies}\n`);
    expect(text).toContain("- `p6` (policies): `7` (line 10)\n- and 23 more");
    expect(text).toContain("- `30` from policy `p29` (line 33): `db-1`");
  });

  it("says from which included file a value comes", async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "lxc-autoscaler-hover-")));
    try {
      await writeFile(join(folder, "base.yaml"), "version: 1\ndefaults:\n  cpu: { max: 6 }\n");
      const { text, position } = atMark(
        "version: 1\ninclude: [base.yaml]\npolicies:\n  - { name: db, match: { tags: [db] }, cpu: { min: 1 } }\n  - { name: web, match: { tags: [web] }, cpu: { m|ax: 4 } }\n",
      );
      const uri = pathToFileURL(join(folder, "autoscaler.yaml")).href;
      await session.connection.sendNotification("lxcAutoscaler/folders", { folders: [folder] });
      await session.open(text, uri);
      const shown = await session.hover(position, uri);
      expect(shown).toContain("- `6` from defaults (line 3 of `base.yaml`): `db-1`");
      expect(shown).toContain("- `4` from policy `web` (line 5): `web-1`, `web-2`");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("counts a share on the real sizes, a tolerance on its target, and matches in a broken file", async () => {
    const policy =
      "version: 1\npolicies:\n  - { name: db, match: { tags: [db] }, cpu: { target: 80%, tolerance: 10% } }\n";
    expect(await hover(policy.replace("80%", "8|0%"))).toContain("80 % is 3.2 of 4 cores");
    expect(await hover(policy.replace("10%", "1|0%"))).toContain("of the target: from 72 % to 88 %");
    expect(await hover(`${policy.replace("match", "ma|tch")}mode: nonsense\n`)).toContain("Matches 1 container:");
  });
});
