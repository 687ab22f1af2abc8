import { parseDocument, type AutoscalerDocument } from "../config/index.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import { isMap, isSeq, itemsOf, pairsOf, shownSpan, spanOf, type Node, type NodePair } from "./nodes.js";

/** A part of a document that is formatted for itself as it would be in the whole. */
export interface Piece {
  readonly document: TextDocument;
  readonly read: { readonly document: AutoscalerDocument };
  /** The line of the whole document that a line of the piece is; `null` for one that only leads up to it. */
  readonly lineOf: (line: number) => number | null;
  /** The same the other way. */
  readonly lineIn: (line: number) => number;
}

/** Where entries of a list stand once they are formatted; those that stand elsewhere move together, or not at all. */
const dashColumn = 2;

/**
 * The smallest part of a document around some lines (0-based, the last one included): some keys of the top with all that is in
 * them, or some entries of a list under one of them. `null` where only the whole will do.
 */
export function pieceAround(
  { text, root, problems, lines }: AutoscalerDocument,
  first: number,
  last: number,
): Piece | null {
  if (!isMap(root) || root.flow === true || problems.length > 0) return null;
  const lineAt = (offset: number): number => lines.linePos(offset).line - 1;
  const pairs = pairsOf(root);
  const begin = ({ key }: NodePair): number => (key === null ? 0 : lineAt(spanOf(key).start));
  const end = ({ key, value }: NodePair): number => {
    const node = value ?? key;
    const shown = node === null ? 0 : shownSpan({ text }, spanOf(node)).end;
    return lineAt(Math.max(shown, key === null ? 0 : spanOf(key).end));
  };
  const from = pairs.findLastIndex((pair) => begin(pair) <= first);
  const to = pairs.findIndex((pair) => end(pair) >= last);
  const [head, tail] = [pairs[from], pairs[to]];
  if (head === undefined || tail === undefined || to < from || head.key === null) return null;
  if (lines.linePos(spanOf(head.key).start).col !== 1) return null;
  const linesOf = (start: number, stop: number): string => {
    const [a, b] = [lines.lineStarts[start] ?? 0, lines.lineStarts[stop + 1] ?? text.length];
    return text.slice(a, b);
  };
  if (head === tail) {
    const entries = entriesAround(head, { text, lines }, first, last, end(head));
    if (entries !== null) {
      const header = begin(head);
      const lead = linesOf(header, header);
      return piece(lead + linesOf(entries.first, entries.last), {
        lineOf: (line) => (line === 0 ? null : entries.first + line - 1),
        lineIn: (line) => line - entries.first + 1,
      });
    }
  }
  if (from === 0 && to === pairs.length - 1) return null;
  const start = begin(head);
  return piece(linesOf(start, end(tail)), { lineOf: (line) => start + line, lineIn: (line) => line - start });
}

function entriesAround(
  { key, value }: NodePair,
  { text, lines }: Pick<AutoscalerDocument, "text" | "lines">,
  first: number,
  last: number,
  end: number,
): { readonly first: number; readonly last: number } | null {
  if (!isSeq(value) || value.flow === true || key === null) return null;
  const begins = itemsOf(value as Node).map((item) => {
    if (item === null) return null;
    const { line } = lines.linePos(spanOf(item).start);
    const begin = lines.lineStarts[line - 1] ?? 0;
    const isThere = text.startsWith(`${" ".repeat(dashColumn)}- `, begin);
    return isThere ? line - 1 : null;
  });
  const known = begins.filter((line) => line !== null);
  if (known.length !== begins.length) return null;
  const from = known.findLastIndex((line) => line <= first);
  const next = known.findIndex((line) => line > last);
  const start = known[from];
  if (start === undefined || last > end || (from === 0 && next === -1)) return null;
  const stop = next === -1 ? end : (known[next] ?? 0) - 1;
  return { first: start, last: stop };
}

function piece(text: string, places: Pick<Piece, "lineOf" | "lineIn">): Piece | null {
  const document = TextDocument.create("", "", 0, text);
  const read = parseDocument(text);
  // An alias stands for something that may be outside.
  return read.problems.length > 0 ? null : { document, read: { document: read }, ...places };
}
