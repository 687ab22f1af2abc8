import { replacing } from "./remedy.js";
import type { Remedy, SpanEdit } from "./remedy.js";

/** What the YAML parser complains of, and where. */
export interface SyntaxError {
  readonly code: string;
  /** Its own words. */
  readonly message: string;
  readonly start: number;
}

/** Characters that end a plain text between brackets or braces. */
const ends = new Set([",", "[", "]", "{", "}", " ", "\t"]);

/** Where a plain text that holds the reference begins. */
function tokenStart(line: string, from: number): number {
  let at = from;
  while (at > 0 && !ends.has(line[at - 1] ?? "")) at -= 1;
  return at;
}

function tokenEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !ends.has(line[at] ?? "")) at += 1;
  return at;
}

/** Puts each reference of a line that has no quotes into quotes, with what belongs to it. */
export function quoteReferences(line: string, lineStart: number): readonly SpanEdit[] {
  const edits: SpanEdit[] = [];
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (quote !== "") {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = "";
    } else if ((character === '"' || character === "'") && /[\s,[{:]/u.test(line[at - 1] ?? " ")) {
      quote = character;
    } else if (character === "#" && /\s/u.test(line[at - 1] ?? " ")) {
      break;
    } else if (line.startsWith("${", at)) {
      const close = line.indexOf("}", at);
      if (close === -1) break;
      const start = tokenStart(line, at);
      let end = tokenEnd(line, close + 1);
      // Further references of the same text.
      while (line.startsWith("{", end) && line[end - 1] === "$" && line.includes("}", end)) {
        end = tokenEnd(line, line.indexOf("}", end) + 1);
      }
      const text = line.slice(start, end);
      if (/["\\]/u.test(text)) break;
      edits.push({ start: lineStart + start, end: lineStart + end, text: `"${text}"` });
      at = end - 1;
    }
  }
  return edits;
}

/** Puts the plain text that begins at a place into quotes. */
function quoteToken(text: string, start: number): Remedy | null {
  const token = /^[^\s,[\]{}"\\]+/u.exec(text.slice(start, start + 300))?.[0];
  return token === undefined
    ? null
    : replacing({ start, end: start + token.length }, `"${token}"`, `Put “${token}” in quotes`, "certain");
}

/** Two spaces for each tab that a line begins with. */
function untab(text: string): Remedy {
  const edits: SpanEdit[] = [];
  for (const match of text.matchAll(/^[ \t]*\t[ \t]*/gmu)) {
    edits.push({ start: match.index, end: match.index + match[0].length, text: match[0].replaceAll("\t", "  ") });
  }
  return { kind: "edit", edits, title: "Indent with spaces instead of tabs", certainty: "likely" };
}

function close(text: string, start: number, bracket: string): Remedy {
  const end = text.slice(0, start).trimEnd().length;
  return {
    kind: "edit",
    edits: [{ start: end, end, text: bracket }],
    title: `Close it with “${bracket}”`,
    certainty: "likely",
  };
}

/** Ways to mend a syntax error; `said` is our own sentence for it. */
export function syntaxRemedies({ code, message, start }: SyntaxError, said: string, text: string): readonly Remedy[] {
  if (said.includes("a reference needs quotes")) {
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const lineEnd = text.indexOf("\n", start);
    const edits = quoteReferences(text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd), lineStart);
    return [{ kind: "edit", edits, title: "Put the reference in quotes", certainty: "certain" }];
  }
  if (code === "TAB_AS_INDENT") return [untab(text)];
  if (code === "BAD_ALIAS" || code === "BAD_SCALAR_START") {
    const remedy = quoteToken(text, start);
    return remedy === null ? [] : [remedy];
  }
  const bracket = /end with a ([\]}])/u.exec(message)?.[1];
  return bracket === undefined ? [] : [close(text, start, bracket)];
}
