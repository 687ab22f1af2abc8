import type { CompletionItem, CompletionList, TextEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parseDocument } from "../../src/config/index.js";
import type { Inventory } from "../../src/model/index.js";
import { completionsAt } from "../../src/server/completion/index.js";
import { inventory } from "./cluster.js";

/** Saturday, the day of the tests. */
const now = Date.UTC(2026, 10, 21, 10);

export interface Asked {
  readonly document: TextDocument;
  readonly offset: number;
  readonly list: CompletionList;
}

/** The completions of a text at an offset. */
export function completionsOf(
  text: string,
  offset: number,
  { live = inventory, snippets = true }: { readonly live?: Inventory | null; readonly snippets?: boolean } = {},
): Asked {
  const document = TextDocument.create("file:///etc/lxc-autoscaler/autoscaler.yaml", "lxc-autoscaler", 1, text);
  const files = (path: readonly (string | number)[]): readonly string[] =>
    path[0] === "include" ? ["common.yaml", "policies/web.yaml"] : ["holidays.ics"];
  return { document, offset, list: completionsAt(document, offset, live, snippets, { now, files }) };
}

/** The completions where `|` stands in a text. */
export function completionsAtMark(marked: string, options: Parameters<typeof completionsOf>[2] = {}): Asked {
  const offset = marked.indexOf("|");
  if (offset === -1) throw new Error(`No | in: ${marked}`);
  return completionsOf(marked.slice(0, offset) + marked.slice(offset + 1), offset, options);
}

export function labelsOf({ list }: Asked): readonly string[] {
  return list.items.map(({ label }) => label);
}

export function itemOf(asked: Asked, label: string): CompletionItem {
  const item = asked.list.items.find((one) => one.label === label);
  if (item === undefined) throw new Error(`No ${label} among ${labelsOf(asked).join(" · ")}`);
  return item;
}

/** The text after an item was taken as an editor does: all its edits, its places filled with what they propose. */
export function accepted({ document, offset }: Asked, item: CompletionItem): string {
  const { textEdit } = item;
  if (textEdit === undefined || !("range" in textEdit)) throw new Error("The item has no plain edit.");
  const position = document.positionAt(offset);
  const { start, end } = textEdit.range;
  if (start.line !== position.line || end.line !== position.line)
    throw new Error("Editors take edits of one line only.");
  if (document.offsetAt(start) > offset || document.offsetAt(end) < offset)
    throw new Error("The edit does not hold the cursor.");
  const edits: TextEdit[] = [
    { range: textEdit.range, newText: expanded(textEdit.newText, item.insertTextFormat === 2) },
    ...(item.additionalTextEdits ?? []),
  ];
  // Throws where they overlap.
  return TextDocument.applyEdits(document, edits);
}

/** A snippet with its places filled, the first or last one as `‸` where it is empty. */
function expanded(text: string, isSnippet: boolean): string {
  if (!isSnippet) return text;
  return text
    .replaceAll(/(?<!\\)\$(?:\d+|\{\d+(?::([^}]*))?\})/gu, (_, filled: string | undefined) => filled ?? "")
    .replaceAll(/\\([$}\\])/gu, "$1");
}

export function syntaxErrors(text: string): number {
  return parseDocument(text).problems.filter(({ code }) => code === "syntax" || code === "duplicate-key").length;
}
