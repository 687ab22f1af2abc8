import { parseDocument, schemaAt, type KeyPath, type SchemaInfo, type Span } from "../../config/index.js";
import { keyAtStart, lineEndOf, nextLineOf, Outline, withoutComment, type Frame } from "./outline.js";

/** What could be typed at a place of a document, however little of it is finished. */
export interface Cursor {
  /** `key`: one of the keys of the map at `path`. `value`: the value at `path`. `entry`: an entry of the list at `path`. */
  readonly wants: "key" | "value" | "entry";
  readonly path: KeyPath;
  /** Of the map, the value, or the entries. */
  readonly schema: SchemaInfo;
  /** What a completion replaces, by offsets in the text. */
  readonly replaces: Span;
  /** What of it stands before the cursor, quotes included. */
  readonly typed: string;
  /** Keys (of a map) or texts (of a list) that are there already. */
  readonly present: ReadonlySet<string>;
  /** Inside of brackets. */
  readonly flow: boolean;
  /** Inside of brackets, where a map is to be entered whose braces are missing. */
  readonly needsBraces: boolean;
  /** A colon follows, or must not be added. */
  readonly hasColon: boolean;
  /** The column of keys at this place; of the key where a value is wanted. */
  readonly indent: number;
  /** Blank space that does not fit the place, and what fits. */
  readonly blank: { readonly span: Span; readonly text: string } | null;
  /** What must stand before and behind a completion: a space after a colon, a dash, a comma. */
  readonly lead: string;
  readonly trail: string;
  /** Lines that are further in follow: they are the value already. */
  readonly nested: boolean;
  /** Spaces of one level of this file. */
  readonly step: number;
  readonly eol: string;
}

/** More than this before the cursor in one section is no configuration that a person completes. */
const largest = 2_000_000;

/** Looks at the text around an offset; `null` where nothing can be completed (comments, block texts, finished values). */
export function cursorAt(text: string, offset: number): Cursor | null {
  const begin = text.startsWith("\uFEFF") ? 1 : 0;
  if (offset < begin) return null;
  const lineStart = Math.max(begin, offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1);
  const lineEnd = Math.max(lineEndOf(text, lineStart), lineStart);
  if (offset > lineEnd || lineEnd - lineStart > 10_000) return null;

  const outline = new Outline(text);
  const from = startOf(text, begin, lineStart, outline);
  if (offset - from > largest) return null;
  for (let at = from; at < lineStart;) {
    outline.line(at, lineEndOf(text, at));
    at = nextLineOf(text, at) ?? lineStart;
  }
  outline.beginLine(text.slice(lineStart, lineEnd));
  const place = { text, outline, lineStart, lineEnd, offset };
  const spot = outline.inFlow ? flowSpot(place, lineStart) : blockSpot(place);
  if (spot === null) return null;

  if (spot.frame !== null) {
    const word = text.slice(spot.replaces.start, spot.replaces.end);
    // What follows further in belongs to the key at the cursor.
    if (!spot.flow && spot.wants === "key" && word !== "") {
      outline.awaited = { path: [...spot.path, word], indent: spot.indent };
      const colon = text.indexOf(":", spot.replaces.end) + 1;
      if (spot.hasColon) outline.value(colon, lineEnd, [...spot.path, word], spot.indent);
    }
    readOn(text, outline, spot.frame, lineEnd);
  }
  return described(text, offset, spot, outline.every);
}

/** What the text alone says about a place. */
interface Spot {
  readonly wants: "key" | "value" | "entry" | "either";
  readonly path: KeyPath;
  /** Whose keys or texts are there already. */
  readonly frame: Frame | null;
  readonly replaces: Span;
  readonly flow: boolean;
  readonly hasColon: boolean;
  readonly indent: number;
  readonly blank: { readonly span: Span; readonly text: string } | null;
  readonly lead: string;
  readonly trail: string;
  readonly nested: boolean;
}

interface Place {
  readonly text: string;
  readonly outline: Outline;
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly offset: number;
}

const plain = { flow: false, hasColon: false, blank: null, lead: "", trail: "", nested: false } as const;

/**
 * Where to begin: at the last line at the margin, for what stands before it says nothing about the place. In a list of
 * policies at the entry, for its neighbours say nothing either.
 */
function startOf(text: string, begin: number, lineStart: number, outline: Outline): number {
  const first = /^(?:\s*(?:#[^\n]*)?\n)*\s*/u.exec(text.slice(begin))?.[0].length ?? 0;
  if (text.charAt(begin + first) === "{") {
    outline.openFlow([], 0);
    return begin;
  }
  const root = outline.push("map", [], text.slice(begin).search(/[^\s]/u) === -1 ? 0 : rootIndent(text, begin));
  const atMargin = (at: number): boolean => /[^\s#\-\]})"']/u.test(text.charAt(at));
  let start = lineStart === begin ? begin : text.lastIndexOf("\n", lineStart - 2) + 1;
  while (start > begin && !atMargin(start)) start = text.lastIndexOf("\n", start - 2) + 1;
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
function readOn(text: string, outline: Outline, frame: Frame, lineEnd: number): void {
  let at = nextLineOf(text, lineEnd);
  while (at !== null && outline.holds(frame)) {
    const end = lineEndOf(text, at);
    const column = text.slice(at, end).search(/\S/u);
    if (!frame.flow && column !== -1 && column < frame.indent && text.charAt(at + column) !== "#") return;
    outline.line(at, end);
    at = nextLineOf(text, at);
  }
}

/** A place outside of brackets. */
function blockSpot(place: Place): Spot | null {
  const { text, outline, lineStart, lineEnd, offset } = place;
  const line = text.slice(lineStart, lineEnd);
  const written = withoutComment(line);
  const cursor = offset - lineStart;
  const comment = line.slice(written.length).search(/\S/u);
  if (comment !== -1 && cursor > written.length + comment) return null;
  const blank = /^[ \t]*/u.exec(line)?.[0] ?? "";
  const isBlank = written.trim() === "";
  const column = widthOf(isBlank ? line.slice(0, cursor) : blank, stepOf(text));
  if (outline.inText(isBlank ? column : blank.length)) return null;
  // A block text is over.
  if (isBlank && line.trim() !== "") return null;

  const dashes = /^(?:-[ \t]+)*/u.exec(written.slice(blank.length))?.[0] ?? "";
  let prefix = blank.length + dashes.length;
  let rest = written.slice(prefix);
  let lead = "";
  let dashText = dashes;
  if (rest === "-") {
    // A dash alone, with or without the space behind it.
    const space = line.length > prefix + 1;
    dashText = `${dashes}- `;
    prefix = space ? line.length : prefix + 1;
    rest = "";
    lead = space ? "" : " ";
    if (cursor < prefix && !(space && cursor >= blank.length + dashes.length + 2)) return null;
  } else if (rest === "" && dashes !== "") {
    prefix = Math.max(prefix, cursor);
  }
  if (!isBlank && cursor < prefix && rest !== "") return null;
  if (dashText !== "") {
    if (cursor < blank.length + dashes.length) return null;
    if (!outline.dashes(blank.length, dashText)) return null;
  }
  const keyColumn = blank.length + dashText.length;

  const entry = keyAtStart(rest);
  if (entry !== null && cursor >= prefix + entry.end) {
    const map = outline.mapFor(keyColumn, dashText !== "");
    if (map === null) return null;
    return valueSpot(place, lineStart + prefix + entry.end, [...map.path, entry.key], map.indent);
  }
  const tokenEnd = prefix + (entry === null ? rest.length : entry.written);
  if (rest !== "" && cursor > tokenEnd) return null;
  const opening = rest.charAt(0);
  if (opening === "[" || opening === "{") {
    const { awaited } = outline;
    if (awaited === null || cursor === prefix) return null;
    outline.openFlow(awaited.path, awaited.indent);
    return flowSpot(place, lineStart + prefix);
  }
  if (/^[|>&*!%@`#]/u.test(opening)) return null;
  const replaces =
    rest === "" ? { start: offset, end: offset } : { start: lineStart + prefix, end: lineStart + tokenEnd };
  const hasColon = entry !== null;
  const base = { ...plain, replaces, hasColon, lead };

  if (dashText !== "") {
    const { awaited } = outline;
    if (awaited === null) return null;
    const list = outline.top ?? null;
    // Whether it is a key or a value depends on what the list holds: `described` decides.
    return { ...base, wants: "either", path: awaited.path, frame: list, indent: keyColumn };
  }
  return lineSpot(place, { ...base, column, isBlank, blank, entry: entry?.key ?? null });
}

/** A line without a dash: a key of one of the maps around, or an entry of a list that lacks its dash. */
function lineSpot(
  { text, outline, lineStart, lineEnd, offset }: Place,
  line: Pick<Spot, "replaces" | "hasColon"> & {
    readonly column: number;
    readonly isBlank: boolean;
    readonly blank: string;
    readonly entry: string | null;
  },
): Spot | null {
  const next = lineAfter(text, lineEnd);
  // What follows further in would become the value of a key: so the key stands beside it.
  const column = line.isBlank && next !== null && next.column > line.column ? next.column : line.column;
  const base = { ...plain, replaces: line.replaces, hasColon: line.hasColon };
  const at = (indent: number): Pick<Spot, "indent" | "blank" | "nested"> => {
    const written = line.isBlank ? text.slice(lineStart, offset) : line.blank;
    return {
      indent,
      blank:
        written === " ".repeat(indent) || line.entry !== null
          ? null
          : { span: { start: lineStart, end: lineStart + written.length }, text: " ".repeat(indent) },
      nested: next !== null && next.column > indent,
    };
  };
  const { awaited } = outline;
  const isListAtMargin = awaited !== null && next !== null && next.isDash && next.column === awaited.indent;
  if (awaited !== null && (column > awaited.indent || (isListAtMargin && column === awaited.indent && line.isBlank))) {
    const isSibling = next !== null && (next.column > awaited.indent || isListAtMargin);
    // A line below the word that is further in is what the word is to hold.
    const indent = isSibling && (line.isBlank || next.column < column) && line.entry === null ? next.column : column;
    const kind = schemaAt(awaited.path)?.type;
    if (kind === "list") {
      const list = outline.push("list", awaited.path, indent);
      return { ...base, ...at(indent), wants: "entry", path: awaited.path, frame: list };
    }
    if (kind === "map") {
      const map = outline.mapFor(indent, false);
      return map === null ? null : { ...base, ...at(indent), wants: "key", path: map.path, frame: map };
    }
    return { ...base, ...at(column), wants: "value", path: awaited.path, frame: null };
  }
  const left = outline.leave(column);
  let top = outline.top;
  if (top !== undefined && top.indent < column && left[0] !== undefined) {
    outline.restore([left[0]]);
    top = left[0];
  }
  const isEntryNext = next !== null && next.isDash && next.column === column;
  if (top?.kind === "list" && top.indent === column && !(line.isBlank && isEntryNext)) {
    const beside = outline.frames().at(-2);
    if (beside?.kind === "map" && beside.indent === column) {
      outline.mapFor(column, false);
      top = outline.top;
    }
  }
  if (top === undefined) return null;
  if (top.kind === "list") return { ...base, ...at(top.indent), wants: "entry", path: top.path, frame: top };
  outline.awaited = null;
  return { ...base, ...at(top.indent), wants: "key", path: top.path, frame: top };
}

/** A value behind its colon. */
function valueSpot(place: Place, colon: number, path: KeyPath, indent: number): Spot | null {
  const { text, outline, lineEnd, offset } = place;
  const whole = text.slice(colon, lineEnd);
  const written = withoutComment(whole);
  const value = written.trimStart();
  const start = colon + written.length - value.length;
  const end = start + value.length;
  const base = { ...plain, wants: "value", path, frame: null, indent } as const;
  if (value === "") {
    // Before a comment there must be room.
    const comment = whole.trim() === "" ? "" : text.charAt(offset) === "#" ? " " : "";
    const next = lineAfter(text, lineEnd);
    const nested = next !== null && (next.column > indent || (next.isDash && next.column === indent));
    if (nested) return null;
    return { ...base, replaces: { start: offset, end: offset }, lead: offset === colon ? " " : "", trail: comment };
  }
  if (offset < start) return null;
  const first = value.charAt(0);
  if (first === "[" || first === "{") {
    if (offset === start) return null;
    outline.openFlow(path, indent);
    return flowSpot(place, start);
  }
  if (/^[|>&*!%@`#]/u.test(first)) return null;
  if (first === '"' || first === "'") {
    const close = value.indexOf(first, 1);
    if (close === -1) {
      const word = /^[^\s,[\]{}"']*/u.exec(text.slice(offset, lineEnd))?.[0].length ?? 0;
      // What is behind the word is not ours; with it the quote would close elsewhere.
      return end > offset + word ? null : { ...base, replaces: { start, end: Math.max(offset, end) } };
    }
    const after = start + close + 1;
    return offset > after || after < end ? null : { ...base, replaces: { start, end: after } };
  }
  return offset > end ? null : { ...base, replaces: { start, end } };
}

/** A place inside of brackets; `from` is where reading has come to. */
function flowSpot({ text, outline, lineEnd, offset }: Place, from: number): Spot | null {
  outline.flow(from, offset);
  if (!outline.inFlow || outline.inComment) return null;
  const frame = outline.top;
  if (frame?.flow !== true || frame.complete) return null;
  const { token } = outline;
  const after = text.slice(offset, lineEnd);
  const path: KeyPath = frame.kind === "list" ? [...frame.path, frame.count] : [...frame.path, frame.key ?? ""];
  const wants = frame.kind === "list" ? "either" : frame.key === null ? "key" : "value";

  let replaces: Span;
  let open = false;
  if (token === null) {
    const quote = /^["']/u.exec(after)?.[0];
    const close = quote === undefined ? -1 : after.indexOf(quote, 1);
    if (quote !== undefined && close === -1) return null;
    replaces = { start: offset, end: offset + (quote === undefined ? plainLength(after) : close + 1) };
  } else if (token.end < offset) {
    return null;
  } else if (token.quote === "") {
    replaces = { start: token.start, end: offset + plainLength(after) };
  } else {
    const isClosed = token.end - token.start > 1 && text.charAt(token.end - 1) === token.quote;
    const close = isClosed ? 0 : after.indexOf(token.quote) + 1;
    // A quote that is not closed on its line is closed by the completion.
    open = !isClosed && close === 0;
    const word = /^[^\s,[\]{}"']*/u.exec(after)?.[0].length ?? 0;
    if (open && after.slice(word).trim() !== "") return null;
    replaces = { start: token.start, end: offset + (open ? word : close) };
  }
  if (wants === "key" && frame.present.has("")) return null;
  // `{` and a letter of a block map below: nothing is known of it.
  const behind = text.slice(replaces.end, replaces.end + 4000).replace(/^(?:\s|#[^\n]*\n)*/u, "");
  const hasColon = wants === "key" && behind.startsWith(":");
  const isEnd = behind === "" || /^[,}\]]/u.test(behind) || !/^(?:- +)*[A-Za-z_][\w-]*:(?:\s|$)/u.test(behind);
  const trail =
    hasColon || isEnd ? (/^[^,}\]:]/u.test(behind) && !hasColon && replaces.end !== lineEnd ? "," : "") : "";
  const follows = needsComma(text, replaces.end, frame.indent) && !hasColon ? "," : trail;
  const before = text.charAt(replaces.start - 1);
  const lead = wants === "value" && before === ":" ? " " : "";
  const key = frame.kind === "map" && frame.key === null;
  outline.flow(Math.max(offset, replaces.end), lineEnd);
  return {
    ...plain,
    wants,
    path: key ? frame.path : path,
    frame: wants === "value" ? null : frame,
    replaces,
    flow: true,
    hasColon,
    indent: frame.indent,
    lead,
    trail: open ? "" : follows,
  };
}

/** True where another entry of the same brackets follows that no comma divides from this place. */
function needsComma(text: string, from: number, indent: number): boolean {
  for (let at = from; at < text.length;) {
    const end = lineEndOf(text, at);
    const part = text.slice(at, end);
    const written = part.trimStart();
    if (at > from && written !== "" && keyAtStart(written) !== null && part.length - written.length <= indent)
      return false;
    if (written !== "" && !written.startsWith("#")) return !/^[,}\]:]/u.test(written);
    at = nextLineOf(text, at) ?? text.length;
  }
  return false;
}

function plainLength(after: string): number {
  const match = /^(?:[^\s,[\]{}#:"']|:(?![\s,[\]{}]|$)|\$\{[^}\s]*\})*/u.exec(after);
  return match?.[0].length ?? 0;
}

/** The column of the next line with something on it. */
function lineAfter(text: string, lineEnd: number): { readonly column: number; readonly isDash: boolean } | null {
  for (let at = nextLineOf(text, lineEnd); at !== null; at = nextLineOf(text, at)) {
    const line = text.slice(at, lineEndOf(text, at));
    const column = line.search(/\S/u);
    if (column === -1 || line.charAt(column) === "#") continue;
    return { column, isDash: /^-(?:\s|$)/u.test(line.slice(column)) };
  }
  return null;
}

/** Columns of blank space; a tab, which YAML does not allow there, is meant as one level. */
function widthOf(blank: string, step: number): number {
  return blank.replaceAll("\t", " ".repeat(step)).length;
}

/** Spaces of one level, from the first line that is further in. */
function stepOf(text: string): number {
  const first = /^[A-Za-z][\w-]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( {2,8})(?=[A-Za-z])/mu.exec(text.slice(0, 20_000));
  return first?.[1]?.length ?? 2;
}

/** Joins what the text says with what the format says. */
function described(text: string, offset: number, spot: Spot, around: readonly Frame[]): Cursor | null {
  const { path, document } = settled(spot.path, around);
  const { frame, replaces, flow, hasColon, indent, lead, blank, trail, nested } = spot;
  const isTop = spot.path.length === 0 && !flow;
  const present = new Set([...(frame?.present ?? []), ...(isTop ? topLevelKeys(text) : [])]);
  const common = {
    replaces,
    flow,
    hasColon,
    indent,
    trail,
    nested,
    typed: text.slice(replaces.start, offset),
    ...indented({ blank, lead }),
    present,
    needsBraces: false,
    step: stepOf(text),
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  if (spot.wants === "entry") {
    const schema = schemaAt([...path, 0], document);
    return schema === null ? null : { ...common, wants: "entry", path, schema };
  }
  const schema = schemaAt(path, document);
  if (schema === null) return null;
  if (spot.wants === "key") return schema.type === "map" ? { ...common, wants: "key", path, schema } : null;
  if (spot.wants === "either" && schema.type === "map") {
    const keys = new Set(spot.flow || frame === null ? [] : keysOfEntry(text, offset, spot.indent));
    return { ...common, present: keys, needsBraces: spot.flow, wants: "key", path, schema };
  }
  return { ...common, wants: "value", path, schema };
}

/** The keys at the margin of the whole file: of other sections nothing else was read. */
function topLevelKeys(text: string): readonly string[] {
  return [...text.matchAll(/^\uFEFF?["']?([A-Za-z][\w-]*)["']?[ \t]*:/gmu)].map(([, key = ""]) => key);
}

/** Missing indentation is part of what is written: two insertions at one place have no order. */
function indented({ blank, lead }: Pick<Spot, "blank" | "lead">): Pick<Spot, "blank" | "lead"> {
  const isMissing = blank !== null && blank.span.start === blank.span.end;
  return isMissing ? { blank: null, lead: `${blank.text}${lead}` } : { blank, lead };
}

/** The keys of a list's entry that begins on the cursor's line. */
function keysOfEntry(text: string, offset: number, indent: number): readonly string[] {
  const keys: string[] = [];
  for (let at = nextLineOf(text, offset); at !== null; at = nextLineOf(text, at)) {
    const line = text.slice(at, lineEndOf(text, at));
    const column = line.search(/\S/u);
    if (column === -1 || line.charAt(column) === "#") continue;
    if (column < indent) break;
    const entry = column === indent ? keyAtStart(line.slice(column)) : null;
    if (entry !== null) keys.push(entry.key);
  }
  return keys;
}

/** A path for the schema, and a document that says which variant of an entry is meant: a notification by its `type`. */
function settled(
  path: KeyPath,
  around: readonly Frame[],
): { readonly path: KeyPath; readonly document: ReturnType<typeof parseDocument> | null } {
  const [section, index, ...rest] = path;
  if (section !== "notifications" || typeof index !== "number") return { path, document: null };
  const entry = around.findLast((frame) => frame.kind === "map" && frame.path.length === 2 && frame.path[1] === index);
  const type = entry?.scalars.get("type");
  if (type === undefined) return { path, document: null };
  return {
    path: [section, 0, ...rest],
    document: parseDocument(`notifications: [{ type: ${JSON.stringify(type)} }]`),
  };
}
