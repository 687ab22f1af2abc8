import { LineCounter } from "yaml";
import { isAlias, isMap, isScalar, isSeq, largestText, parseDocument } from "../document.js";
import type { AutoscalerDocument, Node, PlacedProblem } from "../document.js";
import { editBetween, lineStartsAfter } from "./edit.js";
import { beginsWith, endsWith, joinTrees } from "./join.js";
import type { Tree } from "./join.js";
import { shiftProblem } from "./shift.js";
import { windowOf } from "./window.js";
import type { Window } from "./window.js";

/** Stands before a part of a list that is read on its own. */
const heading = "policies:\n";

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

/** True where nothing is wrong with a document as YAML but one slip, which says where it stands. */
function hasOneSlip({ yaml, problems }: AutoscalerDocument): boolean {
  if (yaml === null || yaml.warnings.length > 0) return false;
  if (problems.length === 0) return yaml.errors.length === 0;
  return problems.length === 1 && problems[0]?.code === "syntax" && yaml.errors.length > 0;
}

/** True where the entries of a document are independent of each other. */
function isPlain(document: AutoscalerDocument): boolean {
  const { text, root } = document;
  if (!hasOneSlip(document) || unusual.test(text)) return false;
  if (!isMap(root) || root.flow === true || !isAtMargin(root, text)) return false;
  return !(/[&*]/u.test(text) && hasReferences(root));
}

/** A document that is read again and again as its text changes. */
export interface KeptDocument {
  readonly document: AutoscalerDocument;
  /** Its entries are independent of each other. */
  readonly plain: boolean;
}

/** Reads a text from the beginning. */
export function parseWhole(source: string): KeptDocument {
  const document = parseDocument(source);
  return { document, plain: isPlain(document) };
}

/**
 * Reads a text that differs little from one that was read before: only the entries around the edit, where that is sure to give
 * what a reading of the whole text gives; otherwise the whole text. What was read before is changed, and must not be used any
 * more.
 */
export function parseAgain(kept: KeptDocument, source: string): KeptDocument {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  if (kept.document.text === text) return kept;
  return (kept.plain ? parsePart(kept.document, text) : null) ?? parseWhole(source);
}

function parsePart(before: AutoscalerDocument, text: string): KeptDocument | null {
  const { yaml, root } = before;
  // Longer texts are counted in bytes.
  if (yaml === null || !isMap(root) || text.length * 3 > largestText) return null;
  const old: Tree = { yaml, root };
  const edit = editBetween(before.text, text);
  const window = windowOf(before, root, edit);
  if (window === null) return null;
  const by = edit.newEnd - edit.oldEnd;
  const part = text.slice(window.start, window.end + by);
  if (unusual.test(part)) return null;
  const lead = window.left !== null && window.left.kept.entry !== null ? heading : "";
  const offset = window.start - lead.length;
  const read = parseDocument(lead + part, text.length);
  if (read.yaml === null || !isMap(read.root) || read.root.flow === true || !hasOneSlip(read)) return null;
  if (/[&*]/u.test(part) && hasReferences(read.root)) return null;
  const fresh: Tree = { yaml: read.yaml, root: read.root };
  if (!fits(fresh, window, lead + part, offset, by)) return null;
  const slips = slipsOf(before, read, window, offset, by);
  if (slips === null) return null;

  joinTrees(old, fresh, window, offset, by);
  yaml.errors = slips.errors;
  const lines = new LineCounter();
  lines.lineStarts = lineStartsAfter(before.lines.lineStarts, edit, text);
  return {
    document: { text, base: 0, yaml, root: old.root, aliases: new Map(), problems: slips.problems, lines },
    plain: true,
  };
}

/** True where what was read of a window begins and ends as it did before. */
function fits(fresh: Tree, { left, right }: Window, text: string, offset: number, by: number): boolean {
  // What begins the text decides how all of it is indented.
  if (left === null && !isAtMargin(fresh.root, text)) return false;
  if (left !== null && !beginsWith(fresh, left, -offset)) return false;
  return right === null || endsWith(fresh, right, by - offset);
}

interface Slips {
  readonly errors: YamlErrors;
  readonly problems: readonly PlacedProblem[];
}

type YamlErrors = Tree["yaml"]["errors"];
type Place = YamlErrors[number]["pos"];

/** What is wrong with the whole text: with what was read again, or with what was not; `null` where with both. */
function slipsOf(
  before: AutoscalerDocument,
  read: AutoscalerDocument,
  { start, end, left, right }: Window,
  offset: number,
  by: number,
): Slips | null {
  const old = before.yaml?.errors ?? [];
  const fresh = read.yaml?.errors ?? [];
  const isBefore = ([from, to]: Place): boolean => left !== null && from < start && to <= start;
  const isAfter = ([from]: Place): boolean => right !== null && from >= end;
  const isInside = ([from, to]: Place): boolean =>
    (left === null || from >= left.read.line) && (right === null || to <= right.kept.line);
  const [above, below] = [old.filter(({ pos }) => isBefore(pos)), old.filter(({ pos }) => isAfter(pos))];
  const outside = [...above, ...below];
  if (outside.length > 0) {
    // One slip is told; where it is not the same for all of them, the whole text has to say which.
    if (fresh.length > 0 || (above.length < old.length && below.length < old.length)) return null;
    if (outside.some(({ code }) => code === "TAB_AS_INDENT")) return null;
    if (below.length === 0) return { errors: above, problems: before.problems };
    for (const error of below) error.pos = [error.pos[0] + by, error.pos[1] + by];
    return { errors: below, problems: before.problems.map((problem) => shiftProblem(problem, by)) };
  }
  // What is kept at the borders was read without a mistake.
  if (!old.every(({ pos }) => isInside(pos))) return null;
  for (const { pos, code } of fresh) {
    if (code === "TAB_AS_INDENT") return null;
    if (left !== null && pos[0] + offset < left.read.start) return null;
    if (right !== null && pos[1] + offset > right.kept.line + by) return null;
  }
  for (const error of fresh) error.pos = [error.pos[0] + offset, error.pos[1] + offset];
  return { errors: fresh, problems: read.problems.map((problem) => shiftProblem(problem, offset)) };
}
