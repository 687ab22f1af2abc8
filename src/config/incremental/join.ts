import type { Document } from "yaml";
import type { Node, YAMLMap } from "../document.js";
import { blockListOf, pairsOf, startOf } from "./joints.js";
import type { Joint, NodeList, NodePair } from "./joints.js";
import { shiftNode } from "./shift.js";
import type { Border, Window } from "./window.js";

/** A map of a whole text, or of a window of it. */
export interface Tree {
  readonly yaml: Document.Parsed;
  readonly root: YAMLMap;
}

/** True where the first two joints of what was read of a window are those of its left border. */
export function beginsWith({ root }: Tree, { kept, read }: Border, by: number): boolean {
  const [first, second] = pairsOf(root);
  const items = blockListOf(first)?.items ?? [];
  const stands = (node: Node | null | undefined, { start }: Joint): boolean => startOf(node) === start + by;
  if (kept.entry !== null) {
    if (!stands(items[0], kept)) return false;
    return read.entry !== null ? stands(items[1], read) : items.length === 1 && stands(second?.key, read);
  }
  if (!stands(first?.key, kept)) return false;
  return read.entry !== null ? stands(items[0], read) : stands(second?.key, read);
}

/** True where the last two joints of what was read of a window are those of its right border. */
export function endsWith({ root }: Tree, { kept, read }: Border, by: number): boolean {
  const [last, before] = [pairsOf(root).at(-1), pairsOf(root).at(-2)];
  const items = blockListOf(last)?.items ?? [];
  const stands = (node: Node | null | undefined, { start }: Joint): boolean => startOf(node) === start + by;
  if (kept.entry !== null) {
    if (!stands(items.at(-1), kept)) return false;
    return read.entry !== null ? stands(items.at(-2), read) : items.length === 1 && stands(last?.key, read);
  }
  if (!stands(last?.key, kept)) return false;
  return read.entry !== null ? stands(blockListOf(before)?.items.at(-1), read) : stands(before?.key, read);
}

type Notes = Partial<Record<"comment" | "commentBefore" | "spaceBefore", unknown>>;

function copyNotes(from: object, to: object, names: readonly (keyof Notes)[]): void {
  if (from === to) return;
  for (const name of names) {
    if ((from as Notes)[name] === undefined) Reflect.deleteProperty(to, name);
    else (to as Notes)[name] = (from as Notes)[name];
  }
}

type Range = [number, number, number];

/** The beginning of one range with the end of another. */
function spliced(left: Range | null | undefined, right: Range | null | undefined, by: number): Range {
  return [left?.[0] ?? 0, (right?.[1] ?? 0) + by, (right?.[2] ?? 0) + by];
}

/** Puts `entries` before the first of a list's, or after its last, in place of those that only showed where it begins or ends. */
function joinLeft(fresh: NodePair, old: NodePair, { kept, read }: Border): NodePair {
  if (kept.entry === null) {
    // Comments before the key stand outside of the window.
    if (read.entry === null) return old;
    fresh.key = old.key;
    return fresh;
  }
  const [before, after] = [blockListOf(old), blockListOf(fresh)];
  if (before === null || after === null) return old;
  before.items = [...before.items.slice(0, kept.entry + 1), ...after.items.slice(1)];
  copyNotes(after, before, ["comment"]);
  before.range = spliced(before.range, after.range, 0);
  old.value = before;
  return old;
}

/** What a list of the text before goes on with after the window, and how it ends. */
interface Rest {
  readonly items: (Node | null)[];
  readonly comment: object;
  readonly range: Range | null | undefined;
}

function restOf(list: NodeList, from: number): Rest {
  const { comment, range } = list;
  return { items: list.items.slice(from), comment: { comment: comment ?? undefined }, range };
}

/**
 * Puts what was read of a window in the place of what stood there. Both trees are used up: `old` becomes that of the whole text.
 * `offset` is where the window's text begins in the whole, `by` how far all after it has moved.
 */
export function joinTrees(old: Tree, fresh: Tree, { left, right }: Window, offset: number, by: number): void {
  const pairs = pairsOf(old.root);
  const freshPairs = pairsOf(fresh.root);
  for (const { key, value } of freshPairs) {
    shiftNode(key, offset);
    shiftNode(value, offset);
  }
  // Taken before the left side is joined, which may be the same list.
  const rightList = right === null || right.kept.entry === null ? null : blockListOf(pairs[right.kept.pair]);
  const rest = rightList === null || right === null ? null : restOf(rightList, right.kept.entry ?? 0);
  const after = right === null ? [] : pairs.slice(right.kept.pair + (rest === null ? 0 : 1));
  for (const item of rest?.items ?? []) shiftNode(item, by);
  for (const { key, value } of after) {
    shiftNode(key, by);
    shiftNode(value, by);
  }

  const middle = [...freshPairs];
  const [first] = middle;
  const opening = left === null ? undefined : pairs[left.kept.pair];
  if (left !== null && first !== undefined && opening !== undefined) middle[0] = joinLeft(first, opening, left);
  const closing = middle.at(-1);
  if (right !== null && rest === null) middle.pop();
  else if (rest !== null && closing !== undefined) {
    const list = blockListOf(closing);
    if (list !== null) {
      list.items = [...list.items.slice(0, -1), ...rest.items];
      copyNotes(rest.comment, list, ["comment"]);
      list.range = spliced(list.range, rest.range, by);
    }
  }
  old.root.items = [...pairs.slice(0, left?.kept.pair ?? 0), ...middle, ...after] as typeof old.root.items;
  joinEnds(old, fresh, { left, right }, offset, by);
}

/** What a map and its document have beside their entries. */
function joinEnds(
  old: Tree,
  fresh: Tree,
  { left, right }: Pick<Window, "left" | "right">,
  offset: number,
  by: number,
): void {
  for (const [before, now] of [
    [old.root, fresh.root],
    [old.yaml, fresh.yaml],
  ] as const) {
    const [was, is] = [before.range as Range | null | undefined, now.range as Range | null | undefined];
    const shifted = spliced(is, is, offset);
    const start = left === null ? shifted : was;
    before.range = right === null ? spliced(start, shifted, 0) : spliced(start, was, by);
    if (left === null) copyNotes(now, before, ["commentBefore", "spaceBefore"]);
    if (right === null) copyNotes(now, before, ["comment"]);
  }
}
