import type { Pair } from "yaml";
import { LineCounter } from "yaml";
import { isAlias, isMap, isScalar, isSeq, largestText, parseDocument } from "./document.js";
import type { AutoscalerDocument, Node, PlacedProblem } from "./document.js";
import type { Remedy } from "./remedy.js";
import type { Span } from "./span.js";

/** So many characters before or after the long list of a file are read again with an entry at its edge. */
const longestEdge = 20_000;
/** Stands before a part of a list that is read on its own. */
const heading = "policies:\n";

type NodePair = Pair<Node | null, Node | null>;
interface NodeList {
  items: (Node | null)[];
  range?: [number, number, number] | null;
  comment?: string | null;
}

/** A list directly under a key of the file, whose entries are read on their own. */
interface Section {
  readonly at: number;
  readonly list: NodeList;
}

/** What stands between two texts that differ. */
interface Edit {
  readonly start: number;
  /** In the text before. */
  readonly oldEnd: number;
  readonly newEnd: number;
}

function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same += 1;
  }
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}

/** Marks of documents and directives, and line ends of old: what follows them is not told by its own text. */
const unusual = /^(?:---|\.\.\.|%|\uFEFF)|\r(?!\n)|[\u2028\u2029]/mu;

function hasReferences(node: unknown): boolean {
  if (isAlias(node)) return true;
  if (isMap(node)) {
    return node.anchor !== undefined || node.items.some(({ key, value }) => hasReferences(key) || hasReferences(value));
  }
  if (isSeq(node)) return node.anchor !== undefined || node.items.some(hasReferences);
  return isScalar(node) && node.anchor !== undefined;
}

function isAtMargin(root: Node, text: string): boolean {
  const start = root.range?.[0] ?? 0;
  return start === 0 || text.charAt(start - 1) === "\n";
}

/** True where the entries of a document's lists are independent of each other. */
function isPlain({ text, yaml, root, problems, base }: AutoscalerDocument): boolean {
  if (yaml === null || base !== 0 || problems.length > 0 || yaml.errors.length > 0 || yaml.warnings.length > 0)
    return false;
  if (!isMap(root) || root.flow === true || !isAtMargin(root, text) || unusual.test(text)) return false;
  return !(/[&*]/u.test(text) && hasReferences(root));
}

/** The longest list of a file. */
function longestSection(root: Node | null): Section | null {
  let longest: Section | null = null;
  if (!isMap(root)) return null;
  for (const [at, { value }] of (root.items as NodePair[]).entries()) {
    if (!isSeq(value) || value.flow === true || value.items.length < 8) continue;
    const list = value as NodeList;
    if (longest === null || list.items.length > longest.list.items.length) longest = { at, list };
  }
  return longest;
}

/** Where the line of an entry's dash begins; `null` where the entry is not a map right after it. */
function dashLine(text: string, node: Node | null | undefined): number | null {
  if (!isMap(node) || node.flow === true || node.range === null || node.range === undefined) return null;
  const start = node.range[0];
  const line = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  return /^ *- +$/u.test(text.slice(line, start)) ? line : null;
}

/** How many entries begin before an offset. */
function countBefore(list: NodeList, offset: number): number {
  let low = 0;
  let high = list.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = list.items[middle]?.range?.[0] ?? Number.POSITIVE_INFINITY;
    if (start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Moves a node with all in it. */
function shift(node: unknown, by: number): void {
  if (by === 0) return;
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      shift(key, by);
      shift(value, by);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) shift(item, by);
  } else if (!isScalar(node)) return;
  const { range } = node;
  if (range !== null && range !== undefined) node.range = [range[0] + by, range[1] + by, range[2] + by];
}

function moved(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

function movedRemedy(remedy: Remedy, by: number): Remedy {
  switch (remedy.kind) {
    case "edit":
      return { ...remedy, edits: remedy.edits.map((edit) => ({ ...edit, ...moved(edit, by) })) };
    case "swap":
      return { ...remedy, one: moved(remedy.one, by), other: moved(remedy.other, by) };
    case "insert":
      return { ...remedy, before: moved(remedy.before, by) };
    case "remove":
    case "nest":
      return { ...remedy, key: moved(remedy.key, by) };
  }
}

function movedProblem(problem: PlacedProblem, by: number): PlacedProblem {
  const span = moved(problem.span, by);
  if (problem.remedies === undefined) return { ...problem, span };
  return { ...problem, span, remedies: problem.remedies.map((remedy) => movedRemedy(remedy, by)) };
}

function lineStarts(lines: readonly number[], { start, oldEnd, newEnd }: Edit, after: string): number[] {
  const starts: number[] = [];
  const by = newEnd - oldEnd;
  let index = 0;
  for (; index < lines.length && (lines[index] ?? 0) <= start; index += 1) starts.push(lines[index] ?? 0);
  for (let at = after.indexOf("\n", start); at !== -1 && at < newEnd; at = after.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? 0;
    if (line > oldEnd) starts.push(line + by);
  }
  return starts;
}

/** The part of a text that is read again for an edit. */
interface Window {
  /** Entries before this one stay; the first that is read only shows how the next one begins, unless it is the first of all. */
  readonly first: number;
  /** The first that stays after them; the last that is read only shows how the one before ends. */
  readonly last: number;
  /** From the beginning of the text, or from an entry. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  /** In the text before. */
  readonly start: number;
  readonly end: number;
}

function windowOf({ text }: AutoscalerDocument, { list }: Section, { start, oldEnd }: Edit): Window | null {
  const { items } = list;
  // The entries around the edit; an edit in the indentation or the dash of one belongs to the one before it too.
  let from = countBefore(list, start) - 1;
  while (from >= 0 && (dashLine(text, items[from]) ?? Number.POSITIVE_INFINITY) >= start) from -= 1;
  let to = countBefore(list, oldEnd);
  while (to < items.length && (dashLine(text, items[to]) ?? -1) <= oldEnd) to += 1;
  // One more on each side, whose comments may change with it, and one more that only shows where that ends.
  const fromStart = from - 2 < 0;
  const toEnd = to + 2 >= items.length;
  const first = fromStart ? 0 : from - 2;
  const last = toEnd ? items.length : to + 2;
  const startOffset = fromStart ? 0 : dashLine(text, items[first]);
  const endOffset = toEnd ? text.length : dashLine(text, items[last]);
  if (startOffset === null || endOffset === null) return null;
  const head = fromStart ? (list.range?.[0] ?? 0) : 0;
  const tail = toEnd ? text.length - (list.range?.[1] ?? 0) : 0;
  if (head > longestEdge || tail > longestEdge) return null;
  return { first, last, fromStart, toEnd, start: startOffset, end: endOffset };
}

/** The list at a place of a document that was read for a window. */
function sectionAt(root: Node | null, at: number): NodeList | null {
  if (!isMap(root) || root.flow === true) return null;
  const value = (root.items as NodePair[])[at]?.value;
  return isSeq(value) && value.flow !== true ? (value as NodeList) : null;
}

/** What is told of a document that is read again and again as it changes. */
export interface KeptDocument {
  readonly document: AutoscalerDocument;
  /** The entries of its lists are independent of each other, but for those with syntax errors. */
  readonly plain: boolean;
}

/** Reads a text from the beginning. */
export function parseWhole(text: string): KeptDocument {
  const document = parseDocument(text);
  return { document, plain: isPlain(document) };
}

/**
 * Reads a text that differs little from one that was read before: only the entries of its longest list around the edit, where
 * that is sure to give what a reading of the whole text gives; otherwise the whole text. What was read before is changed, and
 * must not be used any more.
 */
export function parseAgain(kept: KeptDocument, source: string): KeptDocument {
  if (kept.document.text === source) return kept;
  return (kept.plain ? parsePart(kept.document, source) : null) ?? parseWhole(source);
}

function parsePart(before: AutoscalerDocument, source: string): KeptDocument | null {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  const { yaml, root } = before;
  if (yaml === null || !isMap(root) || text.length * 3 > largestText) return null;
  const edit = editBetween(before.text, text);
  const section = longestSection(root);
  const window = section === null ? null : windowOf(before, section, edit);
  if (section === null || window === null) return null;
  const { first, last, fromStart, toEnd } = window;
  // Errors of the text before must be among what is read again.
  if (yaml.errors.some(({ pos }) => pos[0] < window.start || pos[1] > window.end)) return null;
  const by = edit.newEnd - edit.oldEnd;
  if (fromStart && toEnd) return null;
  const part = text.slice(window.start, window.end + by);
  const lead = fromStart ? "" : heading;
  if (unusual.test(part)) return null;
  const read = parseDocument(lead + part, text.length);
  const at = fromStart && isMap(read.root) ? read.root.items.length - 1 : 0;
  const list = sectionAt(read.root, at);
  if (read.yaml === null || !isMap(read.root) || list === null || read.yaml.warnings.length > 0) return null;
  // What is wrong besides the first slip is found by leaving out what is around it, which may be more than was read.
  if (read.problems.length > 1 || read.problems.some(({ code }) => code !== "syntax")) return null;
  if (/[&*]/u.test(part) && hasReferences(read.root)) return null;
  if (!toEnd && read.root.items.length !== at + 1) return null;
  const offset = fromStart ? 0 : window.start - lead.length;

  // What is before the list decides how all of the rest is indented.
  if (fromStart && (read.problems.length > 0 || !isAtMargin(read.root, part))) return null;

  // What shows how the others begin and end must stand where it stood, without a mistake in it.
  const { items } = section.list;
  const kept = { from: fromStart ? 0 : 1, to: toEnd ? list.items.length : list.items.length - 1 };
  if (kept.to < kept.from || list.items.length < kept.to) return null;
  const opening = fromStart ? null : startIfSame(items[first], list.items[0], -offset);
  const closing = toEnd ? null : startIfSame(items[last - 1], list.items.at(-1), by - offset);
  if ((!fromStart && opening === null) || (!toEnd && closing === null)) return null;
  const second = list.items[kept.from]?.range?.[0] ?? Number.POSITIVE_INFINITY;
  for (const { pos } of read.yaml.errors) {
    if (opening !== null && pos[0] < Math.min(second, list.items[0]?.range?.[2] ?? 0)) return null;
    if (closing !== null && pos[1] >= closing) return null;
  }

  // From here on the document before is changed.
  for (const node of list.items) shift(node, offset);
  const rest = items.slice(toEnd ? last : last - 1);
  for (const node of rest) shift(node, by);
  const after = (root.items as NodePair[]).slice(section.at + 1);
  const whole = section.list;
  const range = whole.range ?? [0, 0, 0];
  const listRange = list.range ?? [0, 0, 0];
  const rootRange = root.range ?? [0, 0, 0];
  const readRange = read.root.range ?? [0, 0, 0];
  whole.items = [...items.slice(0, fromStart ? 0 : first + 1), ...list.items.slice(kept.from, kept.to), ...rest];
  const startOf = (old: number, fresh: number): number => (fromStart ? fresh : old);
  const endOf = (old: number, fresh: number): number => (toEnd ? fresh + offset : old + by);
  whole.range = [startOf(range[0], listRange[0]), endOf(range[1], listRange[1]), endOf(range[2], listRange[2])];
  root.range = [
    startOf(rootRange[0], readRange[0]),
    endOf(rootRange[1], readRange[1]),
    endOf(rootRange[2], readRange[2]),
  ];
  const freshPairs = read.root.items as NodePair[];
  const pair = (root.items as NodePair[])[section.at];
  if (fromStart) {
    const fresh = freshPairs[at];
    if (pair !== undefined && fresh !== undefined) pair.key = fresh.key;
    copyComments(read.root, root, ["commentBefore", "spaceBefore"]);
    copyComments(list, whole, ["commentBefore", "spaceBefore"]);
    copyComments(read.yaml, yaml, ["commentBefore"]);
  }
  if (toEnd) {
    for (const fresh of freshPairs.slice(at + 1)) {
      shift(fresh.key, offset);
      shift(fresh.value, offset);
    }
    copyComments(read.root, root, ["comment"]);
    copyComments(list, whole, ["comment"]);
    copyComments(read.yaml, yaml, ["comment"]);
  } else {
    for (const { key, value } of after) {
      shift(key, by);
      shift(value, by);
    }
  }
  root.items = [
    ...(fromStart ? freshPairs.slice(0, at) : (root.items as NodePair[]).slice(0, section.at)),
    ...(pair === undefined ? [] : [pair]),
    ...(toEnd ? freshPairs.slice(at + 1) : after),
  ] as typeof root.items;
  const [oldRange, freshRange] = [yaml.range, read.yaml.range];
  yaml.range = [
    startOf(oldRange[0], freshRange[0]),
    endOf(oldRange[1], freshRange[1]),
    endOf(oldRange[2], freshRange[2]),
  ];
  for (const error of read.yaml.errors) error.pos = [error.pos[0] + offset, error.pos[1] + offset];
  yaml.errors = read.yaml.errors;

  const lines = new LineCounter();
  lines.lineStarts = lineStarts(before.lines.lineStarts, edit, text);
  const problems = offset === 0 ? read.problems : read.problems.map((problem) => movedProblem(problem, offset));
  return { document: { text, base: 0, yaml, root, aliases: new Map(), problems, lines }, plain: true };
}

type Comments = Partial<Record<"comment" | "commentBefore" | "spaceBefore", unknown>>;

function copyComments(from: object, to: object, names: readonly (keyof Comments)[]): void {
  for (const name of names) {
    if ((from as Comments)[name] === undefined) Reflect.deleteProperty(to, name);
    else (to as Comments)[name] = (from as Comments)[name];
  }
}

/** Where an entry begins that was read as it was before, in another place; `null` where it was not. */
function startIfSame(before: Node | null | undefined, after: Node | null | undefined, by: number): number | null {
  if (!isMap(before) || !isMap(after) || after.flow === true) return null;
  const [old, now] = [before.range, after.range];
  if (old === null || old === undefined || now === null || now === undefined) return null;
  return old[0] + by === now[0] && before.items.length === after.items.length ? now[0] : null;
}
