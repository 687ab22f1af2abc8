import type { TextEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import type { AutoscalerReading } from "../config/index.js";
import { isSeq, nodesOf, spanOf } from "./nodes.js";

/**
 * The edit that formats a document; `null` where there is nothing to change, or where the text can't be read as YAML.
 * Comments, quotes and the styles of maps and lists stay; what the file means is compared before and after.
 */
export function formattingEdit(document: TextDocument, reading: AutoscalerReading): TextEdit | null {
  const text = document.getText();
  const wanted = formatted(document, reading);
  return wanted === null || wanted === text ? null : smallestEdit(document, text, wanted);
}

/** A longer text is read and written several times over while nobody can type: it stays as it is. */
const longestFormatted = 500_000;

/** False for a text that would keep an editor waiting. */
export function isFormatted(text: string): boolean {
  return text.length <= longestFormatted;
}

/** The whole text as it is after formatting; `null` where it can't be formatted. */
export function formatted(document: TextDocument, reading: Pick<AutoscalerReading, "document">): string | null {
  const { yaml, problems } = reading.document;
  if (yaml === null || problems.length > 0 || !isFormatted(reading.document.text)) return null;
  const result = withoutListPadding(yaml.toString({ lineWidth: 0, flowCollectionPadding: true, indent: 2 }));
  if (!meansTheSame(reading.document.text, result)) return null;
  return /\r\n/u.test(document.getText()) ? result.replaceAll(/\r?\n/gu, "\r\n") : result;
}

/** `[ web ]` → `[web]`, as everybody writes it; maps in brackets keep their spaces. */
function withoutListPadding(text: string): string {
  const spaces: number[] = [];
  for (const node of nodesOf(parseDocument(text, { version: "1.2", uniqueKeys: false }).contents)) {
    if (!isSeq(node) || node.flow !== true) continue;
    const { start, end } = spanOf(node);
    if (/^\[ \S/u.test(text.slice(start, start + 3))) spaces.push(start + 1);
    if (/\S \]$/u.test(text.slice(start + 1, end).slice(-3))) spaces.push(end - 2);
  }
  let result = "";
  let from = 0;
  for (const space of spaces.toSorted((a, b) => a - b)) {
    result += text.slice(from, space);
    from = space + 1;
  }
  return result + text.slice(from);
}

/** How much aliases may stand for was limited when the document was read. */
export function meansTheSame(before: string, after: string): boolean {
  const read = (text: string): unknown =>
    parseDocument(text, { version: "1.2", uniqueKeys: false }).toJS({ maxAliasCount: -1, mapAsMap: true });
  return isDeepStrictEqual(read(before), read(after));
}

/** Only what differs is replaced, so that the cursor and folds outside of it stay. */
function smallestEdit(document: TextDocument, before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  // Never between the halves of a pair: neither \r\n nor a surrogate pair.
  while (start > 0 && /[\uD800-\uDBFF\r]/u.test(before.charAt(start - 1))) start -= 1;
  while (end > 0 && /[\uDC00-\uDFFF\n]/u.test(before.charAt(before.length - end))) end -= 1;
  return {
    range: { start: document.positionAt(start), end: document.positionAt(before.length - end) },
    newText: after.slice(start, after.length - end),
  };
}
