import type { Range, TextEdit } from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseDocument } from "../../src/config/index.js";
import { pieceAround } from "../../src/server/formatting-piece.js";
import { atMark, startSession } from "./session.js";

let session: Awaited<ReturnType<typeof startSession>>;
let count = 0;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session[Symbol.asyncDispose]());

async function edited(text: string, method: string, more: object): Promise<string> {
  count += 1;
  const uri = `file:///range/${count}/autoscaler.yaml`;
  await session.open(text, uri);
  const edits = await session.connection.sendRequest<TextEdit[] | null>(`textDocument/${method}`, {
    textDocument: { uri },
    options: { tabSize: 2, insertSpaces: true },
    ...more,
  });
  const starts = [0, ...[...text.matchAll(/\n/gu)].map(({ index }) => index + 1)];
  const offset = ({ line, character }: Range["start"]): number => (starts[line] ?? text.length) + character;
  return (edits ?? [])
    .toReversed()
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

function lines(first: number, last: number): object {
  return { range: { start: { line: first, character: 0 }, end: { line: last, character: 1 } } };
}

describe("formatting a range", () => {
  const wild =
    "version:   1\n# keep\ndefaults:   {cpu:   {max: 4}}\n\n\npolicies:\n     - name:   a\n       match:   {tags: [web]}\n       cpu:\n           max:   4 # why\nmode:    apply\n";

  it("leaves the other lines as they are", async () => {
    expect(await edited(wild, "rangeFormatting", lines(2, 2))).toBe(
      wild.replace("defaults:   {cpu:   {max: 4}}", "defaults: { cpu: { max: 4 } }"),
    );
    expect(await edited(wild, "rangeFormatting", lines(10, 10))).toBe(wild.replace("mode:    apply", "mode: apply"));
  });

  it("takes in the whole entry where half of it would mean something else", async () => {
    const result = await edited(wild, "rangeFormatting", lines(7, 7));
    expect(parse(result)).toEqual(parse(wild));
    expect(result).toContain("match: { tags: [web] }");
    expect(result).toContain("version:   1\n");
    expect(result).toContain("mode:    apply");
  });

  it("is the same as formatting the whole where the range is the whole, also without a line end and with carriage returns", async () => {
    for (const text of [wild, wild.trimEnd(), wild.replaceAll("\n", "\r\n")]) {
      expect(await edited(text, "rangeFormatting", lines(0, 20))).toBe(await edited(text, "formatting", {}));
    }
  });

  it("leaves a file alone that is written as the examples are", async () => {
    const fine = 'version: 1\nignore: { vmids: [104, 110-119], tags: [no-scale], names: ["a ]", "[ b"] }\n';
    expect(await edited(fine, "formatting", {})).toBe(fine);
  });

  it("of a long file looks at the entries that are touched alone, and says the same as for the whole", async () => {
    const policy = (index: number): string =>
      `  - name:   p${index}\n    match: {tags: [t${index}]}\n\n    # why\n    cpu:\n       max:   4\n\n`;
    const long = `version:   1\npolicies:   # all\n${Array.from({ length: 300 }, (_, index) => policy(index)).join("")}mode:    apply\n`;
    const begin = 2 + 150 * 7;
    const result = await edited(long, "rangeFormatting", lines(begin, begin));
    // The line above them, and the entry itself.
    expect(pieceAround(parseDocument(long), begin, begin)?.document.lineCount).toBe(9);
    expect(result).toBe(long.replace("name:   p150", "name: p150"));
    const middle = await edited(long, "rangeFormatting", lines(begin + 5, begin + 5));
    expect(middle).toBe(
      long.replace(
        "p150\n    match: {tags: [t150]}\n\n    # why\n    cpu:\n       max:   4",
        "p150\n    match: {tags: [t150]}\n\n    # why\n    cpu:\n      max: 4",
      ),
    );
  });

  it("takes in all of a list whose dashes stand elsewhere, and what aliases stand for", async () => {
    const list =
      "version: 1\npolicies:\n- name:   a\n  match: { tags: [a] }\n- name: b\n  match:   { tags: [b] }\nmode: apply\n";
    expect(parse(await edited(list, "rangeFormatting", lines(2, 2)))).toEqual(parse(list));
    const anchors =
      "version: 1\ndefaults:\n  cpu:   &c { max: 4 }\npolicies:\n  - name: a\n    match: { tags: [a] }\n    cpu:   *c\n";
    expect(await edited(anchors, "rangeFormatting", lines(6, 6))).toBe(anchors.replace("cpu:   *c", "cpu: *c"));
  });

  it("leaves a broken file alone", async () => {
    const broken = "version:   1\npolicies: [\n";
    expect(await edited(broken, "rangeFormatting", lines(0, 1))).toBe(broken);
  });
});

describe("formatting while typing", () => {
  it.each([
    ["policies:\n|", "policies:\n  "],
    ["policies:\n  - name: web\n  |", "policies:\n  - name: web\n    "],
    ["policies:\n  - match:\n      |", "policies:\n  - match:\n      "],
    ["defaults:\n  cpu: # why\n  |", "defaults:\n  cpu: # why\n    "],
    ["defaults:\n  cpu: { max: 4 }\n|", "defaults:\n  cpu: { max: 4 }\n  "],
    // Not what is open, nor what is written already, nor after a comment.
    ["policies: [\n|", "policies: [\n"],
    ["defaults:\n|cpu: 1", "defaults:\ncpu: 1"],
    ["# a: b\n|", "# a: b\n"],
  ])("indents the new line of %j", async (marked, expected) => {
    const { text, position } = atMark(marked);
    expect(await edited(text, "onTypeFormatting", { position, ch: "\n" })).toBe(expected);
  });
});
