import type { Span } from "./span.js";

/** What the YAML parser has against a text, first of all. */
export interface Complaint {
  /** Where it stands, as the parser has it. */
  readonly at: number;
  /** The parser's own words. */
  readonly parser: string;
}

/** The line of an offset, without its line end. */
function lineAt(text: string, offset: number): Span {
  // Of a negative position `lastIndexOf` makes 0.
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return { start, end: end === -1 ? text.length : end };
}

/** Lines that go on with what is above: blank ones, comments, and the closing of a bracket. */
const continues = /^\s*(?:$|#|[\]}])/u;

/**
 * The smallest entry of the file that a complaint is in: a key at the left margin, or an entry of a list, with all that is
 * indented under it. `null` where nobody can tell how far the slip reaches, as with a quote that is never closed.
 */
export function brokenBlock(text: string, { at, parser }: Complaint): Span | null {
  if (/closing ["']?quote/u.test(parser) || /document/iu.test(parser)) return null;
  // A bracket that is not closed is complained of where the next entry begins.
  const unclosed = /sufficiently indented|must be indented/u.test(parser);
  const inside = unclosed ? Math.max(0, text.slice(0, at).trimEnd().length - 1) : Math.min(at, text.length);
  let first = lineAt(text, inside);
  const begins = (line: string): boolean => /^(?:[^\s#\]}]|\s*- )/u.test(line);
  while (first.start > 0 && !begins(text.slice(first.start, first.end))) first = lineAt(text, first.start - 1);
  const opening = text.slice(first.start, first.end);
  const indent = /^\s*/u.exec(opening)?.[0].length ?? 0;
  let end = first.end;
  while (end < text.length) {
    const next = lineAt(text, end + 1);
    const line = text.slice(next.start, next.end);
    const deeper = (/^\s*/u.exec(line)?.[0].length ?? 0) > indent;
    // A list may stand under its key without indentation.
    const list = /^\s*- /u.test(line) && !/^\s*- /u.test(opening) && /^\s*/u.exec(line)?.[0].length === indent;
    if (!continues.test(line) && !deeper && !list) break;
    end = next.end;
    if (next.end <= next.start && next.end >= text.length) break;
  }
  return { start: first.start, end };
}
