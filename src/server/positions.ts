import { Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Span } from "../config/index.js";
import type { Range as PlacedRange } from "../model/index.js";

/** 1-based with an exclusive end → 0-based with an exclusive end; both count UTF-16 units. */
export function toRange({ line, column, endLine, endColumn }: PlacedRange): Range {
  return Range.create(line - 1, column - 1, endLine - 1, endColumn - 1);
}

/** The configuration room leaves out a byte order mark; editors never send one, other clients may. */
function markLength(document: TextDocument): number {
  return document.getText().startsWith("\uFEFF") ? 1 : 0;
}

export function spanToRange(document: TextDocument, span: Span): Range {
  const shift = markLength(document);
  return Range.create(document.positionAt(span.start + shift), document.positionAt(span.end + shift));
}

/** The offset of a position in the text that was read. */
export function offsetAt(
  document: TextDocument,
  position: { readonly line: number; readonly character: number },
): number {
  return Math.max(0, document.offsetAt(position) - markLength(document));
}
