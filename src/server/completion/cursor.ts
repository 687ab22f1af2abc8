import {
  keyPathAt,
  parseDocument,
  placeOf,
  schemaAt,
  type AutoscalerDocument,
  type KeyPath,
  type SchemaInfo,
  type Span,
} from "../../config/index.js";

/** What could be typed at a place of a document, however little of it is finished. */
export interface Cursor {
  /** `key`: one of the keys of the map at `path`. `value`: the value at `path`. */
  readonly wants: "key" | "value";
  readonly path: KeyPath;
  readonly schema: SchemaInfo;
  /** What a completion replaces, by offsets in the text. */
  readonly replaces: Span;
  /** What of it stands before the cursor, quotes included. */
  readonly typed: string;
  /** Keys (of a map) or texts (of a list) that are there already. */
  readonly present: ReadonlySet<string>;
  /** Inside of brackets. */
  readonly flow: boolean;
  /** A colon follows, or must not be added. */
  readonly hasColon: boolean;
  /** Spaces before a key at this place. */
  readonly indent: number;
  /** Where the place is a list and its entries stand below each other: the dash is still missing. */
  readonly needsDash: boolean;
}

/** Stands for what will be typed; a character of the private use areas, which no autoscaler file has. */
const mark = "\uE000\uE001";
/** More than this around the cursor is no configuration that a person completes. */
const largest = 200_000;

/** Looks at the part of the text around an offset; `null` where nothing can be completed (comments, block texts). */
export function cursorAt(text: string, offset: number): Cursor | null {
  const lineStart =
    offset === 0 ? 0 : Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  const before = text.slice(lineStart, offset);
  if (inComment(before)) return null;
  const lineEnd = text.slice(offset).search(/[\r\n]|$/u) + offset;
  const after = text.slice(offset, lineEnd);

  const block = entryAround(text, lineStart, lineEnd, blockAround(text, lineStart, lineEnd));
  if (block.end - block.start > largest) return null;
  const isLone = /^\s*(?:- +)*[\w-]*$/u.test(before) && /^[\w-]*\s*(?:\s#.*)?$/u.test(after);
  const { prefix } = block;
  const position = prefix.length + offset - block.start;
  const part = prefix + text.slice(block.start, block.end);
  const lone = isLone && !insideBrackets(part, position);
  const rest = /^[\w-]*/u.exec(after)?.[0].length ?? 0;
  // `min` alone would be a text; with a colon it is the key that it is about to become.
  const patched = lone
    ? `${part.slice(0, position)}${mark}${part.slice(position, position + rest)}:${part.slice(position + rest)}`
    : `${part.slice(0, position)}${mark}${part.slice(position)}`;
  const document = parseDocument(patched);
  const place = keyPathAt(document, position + 1);
  if (place === null || place.at === "inside" || !holdsMark(patched, place.span)) return null;
  const shift = block.start - prefix.length;
  const spans = { start: shift + place.span.start, end: shift + place.span.end - mark.length };
  const replaces = onLine(spans, text, offset, lineStart, lineEnd);
  const context = {
    replaces,
    typed: text.slice(replaces.start, offset),
    flow: insideBrackets(part, position),
    hasColon: !lone && /^[\w-]*\s*:/u.test(after),
  };
  const indent = lone ? before.length - (/(?:[A-Za-z_][\w-]*)?$/u.exec(before)?.[0].length ?? 0) : 0;

  if (place.at === "key") {
    const path = place.path.slice(0, -1);
    const schema = schemaAt(path, document);
    if (schema === null) return null;
    if (schema.type === "map") {
      const present = path.length === 0 ? topLevelKeys(text) : keysAt(document, path, schema);
      return { ...context, wants: "key", path, schema, present, indent, needsDash: false };
    }
    if (!lone) return null;
    if (typeof path.at(-1) === "number") return listEntry(document, path.slice(0, -1), context, indent, false);
    if (schema.type === "list") return listEntry(document, path, context, indent, true);
    return { ...context, wants: "value", path, schema, present: new Set(), indent, needsDash: false };
  }
  const schema = schemaAt(place.path, document);
  if (schema === null) return null;
  if (typeof place.path.at(-1) === "number") {
    if (schema.type === "map")
      return { ...context, wants: "key", path: place.path, schema, present: new Set(), indent, needsDash: false };
    return listEntry(document, place.path.slice(0, -1), context, indent, false);
  }
  return { ...context, wants: "value", path: place.path, schema, present: new Set(), indent, needsDash: false };
}

type Context = Pick<Cursor, "replaces" | "typed" | "flow" | "hasColon">;

function listEntry(
  document: AutoscalerDocument,
  path: KeyPath,
  context: Context,
  indent: number,
  needsDash: boolean,
): Cursor | null {
  const schema = schemaAt([...path, 0], document);
  if (schema === null) return null;
  const present = new Set<string>();
  for (let index = 0; ; index += 1) {
    const span = placeOf(document, [...path, index])?.value;
    if (span === null || span === undefined) break;
    present.add(document.text.slice(span.start, span.end).replaceAll(/^["']|["']$/gu, ""));
  }
  return { ...context, wants: "value", path: [...path, 0], schema, present, indent, needsDash };
}

/** A text whose closing quote is still missing reaches to the end of the file: only the word at the cursor is replaced. */
function onLine(span: Span, text: string, offset: number, lineStart: number, lineEnd: number): Span {
  if (span.start >= lineStart && span.end <= lineEnd && span.start <= offset && span.end >= offset) return span;
  const before = /[^\s,:[\]{}"']*$/u.exec(text.slice(lineStart, offset))?.[0].length ?? 0;
  const after = /^[^\s,:[\]{}"']*/u.exec(text.slice(offset, lineEnd))?.[0].length ?? 0;
  return { start: offset - before, end: offset + after };
}

function keysAt(document: AutoscalerDocument, path: KeyPath, { properties }: SchemaInfo): ReadonlySet<string> {
  return new Set(properties.filter((key) => placeOf(document, [...path, key]) !== null));
}

function topLevelKeys(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^([A-Za-z][\w-]*)[ \t]*:/gmu)].map(([, key = ""]) => key));
}

function holdsMark(text: string, { start, end }: Span): boolean {
  return text.slice(start, end).includes(mark);
}

/**
 * The top-level section that a line belongs to: from the last line that begins at the margin to the next one. The
 * rest of the file can be in any state. A file that is one pair of brackets is taken whole.
 */
function blockAround(text: string, lineStart: number, lineEnd: number): Span {
  const first = /[^\s#]/u.exec(text.replace(/^(?:\s*#.*\r?\n)*/u, ""))?.[0];
  if (first === "{") return { start: 0, end: text.length };
  const atMargin = (at: number): boolean => /[^\s#\-\]}]/u.test(text.charAt(at));
  let start = lineStart;
  while (start > 0 && !atMargin(start)) start = text.lastIndexOf("\n", start - 2) + 1;
  let end = lineEnd;
  while (end < text.length) {
    const next = text.indexOf("\n", end) + 1;
    if (next === 0) {
      end = text.length;
    } else if (atMargin(next) || text.startsWith("---", next)) {
      end = next;
      break;
    } else {
      end = next;
    }
  }
  return { start, end };
}

/** A part of the text, and what stands before it where it is looked at on its own. */
type Block = Span & { readonly prefix: string };

/**
 * Of a long list of policies only the entry with the line: its neighbours say nothing about what may stand in it, and
 * reading them would cost more the longer the file is.
 */
function entryAround(text: string, lineStart: number, lineEnd: number, block: Span): Block {
  const whole = { ...block, prefix: "" };
  const section = /^(?:policies|schedules|groups|notifications)[ \t]*:[ \t]*(?:#[^\n]*)?\r?\n/u.exec(
    text.slice(block.start, block.end),
  )?.[0];
  if (section === undefined || lineStart < block.start + section.length) return whole;
  const dash = /^( *)- /mu.exec(text.slice(block.start + section.length, block.end))?.[1];
  if (dash === undefined) return whole;
  const begins = (at: number): boolean =>
    text.startsWith(`${dash}-`, at) && /\s/u.test(text.charAt(at + dash.length + 1));
  let start = lineStart;
  while (start >= block.start + section.length && !begins(start)) start = text.lastIndexOf("\n", start - 2) + 1;
  if (start < block.start + section.length) return whole;
  let end = text.indexOf("\n", lineEnd) + 1;
  while (end > 0 && end < block.end && !begins(end)) end = text.indexOf("\n", end) + 1;
  return { start, end: end === 0 ? block.end : Math.min(end, block.end), prefix: section };
}

/** True where a comment begins before the end of a part of a line. */
function inComment(before: string): boolean {
  let quote = "";
  for (let index = 0; index < before.length; index += 1) {
    const character = before.charAt(index);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "#" && (index === 0 || /\s/u.test(before.charAt(index - 1)))) {
      return true;
    } else if ((character === '"' || character === "'") && /[\s,:{[]/u.test(before.charAt(index - 1) || " ")) {
      quote = character;
    }
  }
  return false;
}

/** True where more brackets were opened than closed before an offset, quotes and comments left out. */
function insideBrackets(text: string, offset: number): boolean {
  let depth = 0;
  for (const line of text.slice(0, offset).split("\n")) {
    const bare = line.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/gu, "").replace(/(?:^|\s)#.*$/u, "");
    for (const character of bare) {
      if (character === "[" || character === "{") depth += 1;
      else if ((character === "]" || character === "}") && depth > 0) depth -= 1;
    }
  }
  return depth > 0;
}
