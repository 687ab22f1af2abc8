import type { KeyPath } from "../../config/index.js";
import { flowSpot } from "./flow-spot.js";
import { lineAfter, stepOf, widthOf } from "./lines.js";
import { keyAtStart, withoutComment } from "./outline.js";
import { plain, type Place, type Spot } from "./spot.js";

/** A place outside of brackets. */
export function blockSpot(place: Place): Spot | null {
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
  { text, outline, lineStart, lineEnd, offset, format }: Place,
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
    const kind = format.schemaAt(awaited.path)?.type;
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
