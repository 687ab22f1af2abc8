import { readFileSync } from "node:fs";
import type { Range } from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "./cluster.js";
import { startSession } from "./session.js";

const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

let session: Awaited<ReturnType<typeof startSession>>;
beforeAll(async () => {
  session = await startSession({ initialization: { commands: { dryRun: "x" }, presetsUrl: "file:///presets.md" } });
  await session.push(inventory);
});
afterAll(() => session[Symbol.asyncDispose]());

/** Every range of an answer. */
function rangesIn(answer: unknown): readonly Range["start"][] {
  if (typeof answer !== "object" || answer === null) return [];
  if ("line" in answer && "character" in answer) return [answer as Range["start"]];
  return Object.values(answer).flatMap(rangesIn);
}

const atPosition = ["hover", "definition", "documentHighlight", "prepareRename"];
const ofDocument = ["inlayHint", "codeLens", "foldingRange", "documentLink", "documentSymbol"];

describe("a document that is cut off anywhere", () => {
  it.each(["\n", "\r\n"])("is answered with places inside of it, with line ends %j", async (ending) => {
    const whole = `# 🦊 é\n${example}`.replaceAll("\n", ending);
    for (let end = 0; end <= whole.length; end += 41) {
      const text = whole.slice(0, end);
      const uri = `file:///cut/${ending.length}-${end}/autoscaler.yaml`;
      await session.open(text, uri);
      const lines = text.split(/\r\n|\n|\r/u);
      const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
      const range = { start: { line: 0, character: 0 }, end: position };
      const answers = await Promise.all([
        ...[...atPosition, ...ofDocument].map((method) =>
          session.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, position, range }),
        ),
        session.connection.sendRequest("textDocument/selectionRange", { textDocument: { uri }, positions: [position] }),
        session.connection.sendRequest("textDocument/onTypeFormatting", {
          textDocument: { uri },
          position,
          ch: "\n",
          options: { tabSize: 2, insertSpaces: true },
        }),
      ]);
      for (const place of answers.flatMap(rangesIn)) {
        expect(place.line).toBeLessThan(lines.length);
        expect(place.character).toBeLessThanOrEqual((lines[place.line] ?? "").length + 1);
      }
    }
  });
});
