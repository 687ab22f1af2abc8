import type { Span } from "../document.js";
import { commentText } from "./old-comments.js";
import type { OldComment } from "./old-tree.js";
import { lastWins } from "./old-tree.js";
import type { OldEntry, OldFile, OldScalar } from "./old-tree.js";

type Entry = Omit<OldEntry, "overridden">;

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r|$/gu)) {
    lines.push({ text: text.slice(start, index), start });
    start = index + end.length;
  }
  return lines;
}

function textAt(text: string, span: Span): OldScalar {
  return { kind: "scalar", text, value: text, span };
}

/**
 * Reads an INI file as Python's configparser does: keys without case, `=` or `:`, comments on lines of their own, a line
 * further in goes on with the value before it. Blanks at the end of a line don't count.
 */
export function oldIni(text: string): OldFile {
  const comments: OldComment[] = [];
  const sections: { readonly key: string; readonly keySpan: Span; readonly entries: Entry[] }[] = [];
  for (const { text: line, start } of linesOf(text)) {
    const indent = line.length - line.trimStart().length;
    const trimmed = line.trim();
    if (trimmed === "") continue;
    if (/^[#;]/u.test(trimmed)) {
      comments.push({ start: start + indent, text: commentText(trimmed), alone: true });
      continue;
    }
    const name = /^\[([^\]]*)\]/u.exec(trimmed)?.[1];
    if (name !== undefined) {
      sections.push({ key: name, keySpan: { start, end: start + line.length }, entries: [] });
      continue;
    }
    const section = sections.at(-1) ?? { key: "DEFAULT", keySpan: { start, end: start }, entries: [] };
    if (sections.length === 0) sections.push(section);
    const previous = section.entries.at(-1);
    if (indent > 0 && previous?.value.kind === "scalar" && !/^\s*[\w.-]+\s*[=:]/u.test(line)) {
      const joined = `${previous.value.text}\n${trimmed}`.trim();
      const span = { start: previous.value.span.start, end: start + line.trimEnd().length };
      section.entries[section.entries.length - 1] = { ...previous, value: textAt(joined, span) };
      continue;
    }
    const [, key = trimmed, separator = "", value = ""] = /^([^=:]*?)\s*([=:])\s*(.*)$/su.exec(trimmed) ?? [];
    const keySpan = { start: start + indent, end: start + indent + key.length };
    const valueStart = separator === "" ? keySpan.end : start + indent + trimmed.length - value.length;
    const span = value === "" ? keySpan : { start: valueStart, end: valueStart + value.length };
    section.entries.push({ key: key.toLowerCase(), keySpan, value: textAt(value, span) });
  }
  const whole = { start: 0, end: text.length };
  const entries = sections.map(({ key, keySpan, entries: own }) => ({
    key,
    keySpan,
    value: { kind: "map" as const, entries: lastWins(own), span: keySpan },
  }));
  return { text, root: { kind: "map", entries: lastWins(entries), span: whole }, comments };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/**
 * Reads variables as dotenv does: `KEY=value` with or without `export`, quotes taken off, escapes in double quotes alone,
 * a comment behind an unquoted value only after a blank. A quoted value may go over several lines.
 */
export function oldEnvironment(text: string): OldFile {
  const comments: OldComment[] = [];
  const entries: Entry[] = [];
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index += 1) {
    const { text: line, start } = lines[index] ?? { text: "", start: 0 };
    const trimmed = line.trimStart();
    const indent = line.length - trimmed.length;
    if (trimmed.startsWith("#")) {
      comments.push({ start: start + indent, text: commentText(trimmed), alone: true });
      continue;
    }
    const match = /^((?:export\s+)?)([\w.-]+)(\s*[=:]\s*)(.*)$/su.exec(trimmed);
    if (match === null) {
      // What is no assignment is not dropped either.
      if (trimmed.trim() !== "") {
        const span = { start: start + indent, end: start + line.trimEnd().length };
        entries.push({ key: trimmed.trim(), keySpan: span, value: textAt("", span) });
      }
      continue;
    }
    const [, prefix = "", key = "", separator = "", rest = ""] = match;
    const keyStart = start + indent + prefix.length;
    const keySpan = { start: keyStart, end: keyStart + key.length };
    const valueStart = keySpan.end + separator.length;
    const quote = /^["'`]/u.exec(rest)?.[0];
    let raw = rest;
    if (quote !== undefined) {
      // To the closing quote, on a later line if need be; without one the line counts as it is.
      let last = index;
      while (closing(raw, quote) === -1 && last + 1 < lines.length && last < index + 100) {
        last += 1;
        raw += `\n${lines[last]?.text ?? ""}`;
      }
      const end = closing(raw, quote);
      if (end !== -1) {
        index = last;
        const inside = raw.slice(1, end);
        const value =
          quote === '"' ? inside.replace(/\\(.)/gsu, (whole, one: string) => escapes[one] ?? whole) : inside;
        entries.push({ key, keySpan, value: textAt(value, { start: valueStart, end: valueStart + end + 1 }) });
        const behind = /^\s*#/u.exec(raw.slice(end + 1));
        if (behind !== null) {
          comments.push({ start: valueStart + end + 1, text: commentText(raw.slice(end + 1).trim()), alone: false });
        }
        continue;
      }
      raw = rest;
    }
    const hash = raw.search(/(?:^|\s)#/u);
    const value = (hash === -1 ? raw : raw.slice(0, hash)).trim();
    if (hash !== -1) {
      comments.push({ start: valueStart + hash, text: commentText(raw.slice(hash).trim()), alone: false });
    }
    const span = value === "" ? keySpan : { start: valueStart, end: valueStart + value.length };
    entries.push({ key, keySpan, value: textAt(value, span) });
  }
  return { text, root: { kind: "map", entries: lastWins(entries), span: { start: 0, end: text.length } }, comments };
}

/** Where the quote that opens a text is closed; -1: nowhere. */
function closing(text: string, quote: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === "\\" && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}
