import { parseDocument, type KeyPath, type SchemaInfo, type Span } from "../../config/index.js";
import type { DocumentFormat } from "../document-kind.js";
import { blockSpot } from "./block-spot.js";
import { flowSpot } from "./flow-spot.js";
import { lineEndOf, nextLineOf, stepOf } from "./lines.js";
import { keyAtStart, Outline, type Frame } from "./outline.js";
import { readOn, startOf } from "./reach.js";
import type { Place, Spot } from "./spot.js";

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
  /** Of the document. */
  readonly format: DocumentFormat;
}

/** More than this before the cursor in one section is no configuration that a person completes. */
const largest = 2_000_000;

/** Looks at the text around an offset; `null` where nothing can be completed (comments, block texts, finished values). */
export function cursorAt(text: string, offset: number, format: DocumentFormat): Cursor | null {
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
  const place = { text, outline, lineStart, lineEnd, offset, format };
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
  return described({ text, offset, format }, spot, outline.every);
}

/** Joins what the text says with what the format says. */
function described(
  { text, offset, format }: Pick<Place, "text" | "offset" | "format">,
  spot: Spot,
  around: readonly Frame[],
): Cursor | null {
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
    format,
  };
  if (spot.wants === "entry") {
    const schema = format.schemaAt([...path, 0], document);
    return schema === null ? null : { ...common, wants: "entry", path, schema };
  }
  const schema = format.schemaAt(path, document);
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
