import type { Position, Range, TextEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading } from "../config/index.js";
import { spansAround } from "./folding.js";
import { formatted, meansTheSame } from "./formatting.js";
import { pieceAround } from "./formatting-piece.js";
import { spanToRange } from "./positions.js";

/** Lines that formatting changes: those from `start` (0-based) before `end` become others. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** So many lines may be added or dropped at one place before the two texts are no longer followed line by line. */
const farthest = 50;

/**
 * Formats the lines of a range, and where that alone would change what the file means (half of a map would be indented
 * otherwise than the rest) the entry they are in. Of a long file only the entries that the range touches are looked at.
 */
export function rangeFormattingEdits(document: TextDocument, reading: AutoscalerReading, range: Range): TextEdit[] {
  // A range that ends before the first character of a line does not mean that line.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const piece = pieceAround(reading.document, range.start.line, last);
  if (piece !== null) {
    const { lineIn, lineOf } = piece;
    const lines = { first: Math.max(0, lineIn(range.start.line)), last: lineIn(last) };
    const edits = editsWithin(piece.document, piece.read, lines);
    const placed = edits.flatMap(({ newText, range: { start, end } }): TextEdit[] => {
      const [from, to] = [lineOf(start.line), lineOf(end.line)];
      return from === null || to === null
        ? []
        : [{ range: { start: { ...start, line: from }, end: { ...end, line: to } }, newText }];
    });
    if (placed.length === edits.length) return placed;
  }
  return editsWithin(document, reading, { first: range.start.line, last });
}

/** Lines of a document, from the first to the last. */
interface Lines {
  readonly first: number;
  readonly last: number;
}

function editsWithin(document: TextDocument, reading: Pick<AutoscalerReading, "document">, lines: Lines): TextEdit[] {
  const text = document.getText();
  const wanted = formatted(document, reading);
  if (wanted === null || wanted === text) return [];
  const hunks = hunksOf(text.split("\n"), wanted.split("\n"));
  const begin = document.offsetAt({ line: lines.first, character: 0 });
  const around = spansAround(reading, Math.max(0, begin - (text.startsWith("\uFEFF") ? 1 : 0)))
    .map((span) => spanToRange(document, span))
    .filter(({ start, end }) => start.line <= lines.first && end.line >= lines.last)
    .toReversed();
  const places = [lines, ...around.map(({ start, end }) => ({ first: start.line, last: end.line }))];
  for (const place of places) {
    const chosen = hunks.filter(({ start, end }) => start <= place.last && Math.max(start, end - 1) >= place.first);
    if (chosen.length === 0) continue;
    const edits = chosen.map((hunk) => editOf(document, hunk));
    if (meansTheSame(text, applied(document, edits))) return edits;
  }
  return [];
}

function editOf(document: TextDocument, { start, end, lines }: Hunk): TextEdit {
  const { lineCount } = document;
  if (end < lineCount) {
    return {
      range: { start: { line: start, character: 0 }, end: { line: end, character: 0 } },
      newText: lines.map((line) => `${line}\n`).join(""),
    };
  }
  // The last line has no line end of its own: one comes before what is added, and goes with what is dropped.
  const length = document.getText().length;
  const from = start >= lineCount ? length : document.offsetAt({ line: start, character: 0 });
  return {
    range: {
      start: document.positionAt(lines.length === 0 ? Math.max(0, from - 1) : from),
      end: document.positionAt(length),
    },
    newText: (start >= lineCount ? "\n" : "") + lines.join("\n"),
  };
}

function applied(document: TextDocument, edits: readonly TextEdit[]): string {
  let text = document.getText();
  for (const { range, newText } of edits.toReversed()) {
    text = text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }
  return text;
}

/** What differs between two texts of which one is the other formatted: lines keep their order and their characters but for space. */
function hunksOf(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  const [old, fresh] = [before.map(squeezed), after.map(squeezed)];
  const add = (hunk: Hunk): void => {
    const last = hunks.at(-1);
    // At the end of the text two edits would meet.
    const joins = last?.end === hunk.start && hunk.end === old.length && hunk.start === hunk.end;
    if (!joins) hunks.push(hunk);
    else hunks.splice(-1, 1, { start: last.start, end: hunk.end, lines: [...last.lines, ...hunk.lines] });
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      if (before[i] !== after[j]) add({ start: i, end: i + 1, lines: [after[j] ?? ""] });
      i += 1;
      j += 1;
      continue;
    }
    const [skipped, added] = distance(old, fresh, i, j);
    add({ start: i, end: i + skipped, lines: after.slice(j, j + added) });
    i += skipped;
    j += added;
  }
  return hunks;
}

/** How many lines of each text lie before both say the same again. */
function distance(old: readonly string[], fresh: readonly string[], i: number, j: number): readonly [number, number] {
  for (let steps = 1; steps <= farthest; steps += 1) {
    for (let skipped = 0; skipped <= steps; skipped += 1) {
      const added = steps - skipped;
      const line = old[i + skipped];
      if (line !== undefined && line === fresh[j + added]) return [skipped, added];
    }
  }
  return [old.length - i, fresh.length - j];
}

function squeezed(line: string): string {
  return line.replaceAll(/\s+/gu, "");
}

/**
 * After Enter: indents the new line as what stands above it asks for, where the editor's guess is another one. Only a line
 * that is still empty is touched.
 */
export function onTypeEdits(document: TextDocument, position: Position): TextEdit[] {
  const lineAt = (line: number): string =>
    document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).replace(/\r?\n$/u, "");
  const { line } = position;
  const typed = lineAt(line);
  if (line === 0 || /\S/u.test(typed)) return [];
  const above = lineAt(line - 1);
  const wanted = indentAfter(above);
  if (wanted === null || wanted === typed) return [];
  return [{ range: { start: { line, character: 0 }, end: { line, character: typed.length } }, newText: wanted }];
}

/** The blank space that a line begins with after another; `null` where that one does not tell. */
function indentAfter(above: string): string | null {
  // Comments, blank lines, texts over several lines and open brackets: the editor knows as much.
  const found = /^( *)((?:- +)*)(?:[\w-]+|"[^"]*"|'[^']*') *:(?: +(\S.*?))? *$/u.exec(above);
  if (found === null) return null;
  const [, indent = "", dashes = "", value] = found;
  const inside = indent + " ".repeat(dashes.length);
  if (value === undefined || /^(?:&\S+|#.*|&\S+ +#.*)$/u.test(value)) return `${inside}  `;
  if (/^[|>]/u.test(value) || /^[[{](?!.*[\]}])/u.test(value)) return null;
  return inside;
}
