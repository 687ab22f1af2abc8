import { FoldingRangeKind, type FoldingRange, type Position, type SelectionRange } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading, Span } from "../config/index.js";
import { isMap, isSeq, itemsOf, pairsOf, shownSpan, spanOf, type Node } from "./nodes.js";
import { offsetAt, spanToRange } from "./positions.js";

/** What can be folded: maps, lists and their entries of more than one line, and comments of several. */
export function foldingRangesOf(document: TextDocument, reading: AutoscalerReading): FoldingRange[] {
  const ranges = new Map<number, FoldingRange>();
  const { document: text } = reading;
  const add = (span: Span): void => {
    const { start, end } = spanToRange(document, shownSpan(text, span));
    // Of what begins on one line the outermost is folded.
    const before = ranges.get(start.line);
    if (end.line > start.line && (before?.endLine ?? 0) < end.line) {
      ranges.set(start.line, { startLine: start.line, endLine: end.line });
    }
  };
  const visit = (node: Node | null): void => {
    for (const { key, value } of pairsOf(node)) {
      if (key !== null && (isMap(value) || isSeq(value))) {
        add({ start: spanOf(key).start, end: spanOf(value).end });
      }
      visit(value);
    }
    for (const item of itemsOf(node)) {
      if (item !== null) add(spanOf(item));
      visit(item);
    }
  };
  visit(text.root);
  return [...ranges.values(), ...comments(document)].toSorted((a, b) => a.startLine - b.startLine);
}

function comments(document: TextDocument): readonly FoldingRange[] {
  const found: FoldingRange[] = [];
  let first: number | null = null;
  const lines = document.getText().split("\n");
  // A line that is no comment ends the last one.
  for (const [line, text] of [...lines, ""].entries()) {
    if (/^\s*#/u.test(text)) first ??= line;
    else {
      if (first !== null && line - 1 > first) {
        found.push({ startLine: first, endLine: line - 1, kind: FoldingRangeKind.Comment });
      }
      first = null;
    }
  }
  return found;
}

/** What is selected step by step around each position: the value, its pair, the map it is in, and so on. */
export function selectionRangesAt(
  document: TextDocument,
  reading: AutoscalerReading,
  positions: readonly Position[],
): SelectionRange[] {
  return positions.map((position) => {
    let chosen: SelectionRange | undefined;
    for (const span of spansAround(reading, offsetAt(document, position))) {
      const range = spanToRange(document, span);
      chosen = chosen === undefined ? { range } : { range, parent: chosen };
    }
    return chosen ?? { range: { start: position, end: position } };
  });
}

/** The spans of what stands around an offset, from the outside in, each inside of the one before and another one. */
export function spansAround({ document }: Pick<AutoscalerReading, "document">, offset: number): readonly Span[] {
  const spans: Span[] = [{ start: 0, end: document.text.length }];
  const enter = (span: Span): boolean => {
    const { start, end } = shownSpan(document, span);
    const outer = spans.at(-1);
    if (outer === undefined || offset < start || offset > end || start < outer.start || end > outer.end) return false;
    if (start !== outer.start || end !== outer.end) spans.push({ start, end });
    return true;
  };
  let node: Node | null = document.root;
  while (node !== null && enter(spanOf(node))) {
    let next: Node | null = null;
    for (const { key, value } of pairsOf(node)) {
      if (key === null) continue;
      const { start, end } = spanOf(key);
      if (!enter({ start, end: value === null ? end : Math.max(end, spanOf(value).end) })) continue;
      next = start <= offset && offset <= end ? key : value;
      break;
    }
    for (const item of itemsOf(node)) {
      const { start, end } = item === null ? { start: 1, end: 0 } : spanOf(item);
      if (start <= offset && offset <= end) next = item;
    }
    node = next;
  }
  return spans;
}
