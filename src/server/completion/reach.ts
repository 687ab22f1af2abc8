import { lineEndOf, nextLineOf } from "./lines.js";
import type { Frame, Outline } from "./outline.js";

/** Where the line before the one that begins at an offset begins. */
function lineBefore(text: string, lineStart: number): number {
  // Of a negative position `lastIndexOf` makes 0, where a line end may stand.
  return lineStart < 2 ? 0 : text.lastIndexOf("\n", lineStart - 2) + 1;
}

/**
 * Where to begin: at the last line at the margin, for what stands before it says nothing about the place. In a list of
 * policies at the entry, for its neighbours say nothing either.
 */
export function startOf(text: string, begin: number, lineStart: number, outline: Outline): number {
  const first = /^(?:\s*(?:#[^\n]*)?\n)*\s*/u.exec(text.slice(begin))?.[0].length ?? 0;
  if (text.charAt(begin + first) === "{") {
    outline.openFlow([], 0);
    return begin;
  }
  const root = outline.push("map", [], text.slice(begin).search(/[^\s]/u) === -1 ? 0 : rootIndent(text, begin));
  const atMargin = (at: number): boolean => /[^\s#\-\]})"']/u.test(text.charAt(at));
  let start = lineStart === begin ? begin : lineBefore(text, lineStart);
  while (start > begin && !atMargin(start)) start = lineBefore(text, start);
  start = Math.max(start, begin);
  const section = /^(policies|schedules|groups|notifications)[ \t]*:[ \t]*(?:#[^\n]*)?\r?\n/u.exec(
    text.slice(start, start + 500),
  );
  if (section === null) return start;
  const [header, name = ""] = section;
  const dash = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)-[ \r\n]/u.exec(
    text.slice(start + header.length, start + 100_000),
  )?.[1];
  if (dash === undefined) return start;
  const marker = `\n${dash}-`;
  let entry = text.lastIndexOf(marker, lineStart - 2);
  while (entry > start && /\S/u.test(text.charAt(entry + marker.length))) entry = text.lastIndexOf(marker, entry - 1);
  if (entry <= start) return start;
  root.present.add(name);
  outline.push("list", [name], dash.length);
  return entry + 1;
}

/** The column of the keys at the top of a file; 0 but in files that are further in as a whole. */
function rootIndent(text: string, begin: number): number {
  if (/^[A-Za-z"'][^\n]*:/mu.test(text.slice(begin))) return 0;
  return /^( +)[A-Za-z][\w-]*:/mu.exec(text.slice(begin))?.[1]?.length ?? 0;
}

/** Reads on behind the cursor for what else is in the same map or list. */
export function readOn(text: string, outline: Outline, frame: Frame, lineEnd: number): void {
  let at = nextLineOf(text, lineEnd);
  while (at !== null && outline.holds(frame)) {
    const end = lineEndOf(text, at);
    const column = text.slice(at, end).search(/\S/u);
    if (!frame.flow && column !== -1 && column < frame.indent && text.charAt(at + column) !== "#") return;
    outline.line(at, end);
    at = nextLineOf(text, at);
  }
}
