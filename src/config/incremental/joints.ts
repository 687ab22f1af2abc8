import type { Pair, YAMLSeq } from "yaml";
import { isMap, isScalar, isSeq } from "../document.js";
import type { Node, YAMLMap } from "../document.js";

export type NodePair = Pair<Node | null, Node | null>;
export type NodeList = YAMLSeq<Node | null>;

/** A place by its numbers: a pair of the document's map, or an entry of the list that is its value. */
export interface Spot {
  readonly pair: number;
  /** `null`: the key itself. */
  readonly entry: number | null;
}

/**
 * A place in a file where the parser is always in the same state, whatever stands before: the line of a key at the left
 * margin, or that of an entry of the list under such a key. What comes after it is read alike as long as it is not changed.
 */
export interface Joint extends Spot {
  /** Where its line begins. */
  readonly line: number;
  /** Where the key begins, or what stands after the dash. */
  readonly start: number;
  /** An edit that begins here or later leaves it what it is. */
  readonly sure: number;
}

export function pairsOf(root: YAMLMap): NodePair[] {
  return root.items as NodePair[];
}

/** The list in block style that is the value of a pair. */
export function blockListOf(pair: NodePair | undefined): NodeList | null {
  const value = pair?.value;
  return isSeq(value) && value.flow !== true ? (value as NodeList) : null;
}

/** Where a node begins; NaN where there is none, which no comparison holds of. */
export function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? Number.NaN;
}

function lineOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function entryJoint(text: string, node: Node | null | undefined, spot: Spot): Joint | null {
  if (!isMap(node) || node.flow === true) return null;
  const start = startOf(node);
  const line = lineOf(text, start);
  return /^ *- +$/u.test(text.slice(line, start)) ? { ...spot, line, start, sure: start } : null;
}

function keyJoint(text: string, pair: NodePair | undefined, spot: Spot): Joint | null {
  const key = pair?.key;
  if (!isScalar(key) || key.type !== "PLAIN" || key.range === null || key.range === undefined) return null;
  const [start, end] = key.range;
  if (lineOf(text, start) !== start || text.charAt(end) !== ":") return null;
  // Before a key of one character and a blank the lexer remembers how far the lines before were indented.
  if (/\s/u.test(text.charAt(start + 1))) return null;
  return { ...spot, line: start, start, sure: end + 1 };
}

/** The joint at a spot; `null` where what stands there is none. */
export function jointAt(root: YAMLMap, text: string, spot: Spot): Joint | null {
  const pair = pairsOf(root)[spot.pair];
  if (spot.entry === null) return keyJoint(text, pair, spot);
  return entryJoint(text, blockListOf(pair)?.items[spot.entry], spot);
}

/** How many entries of a pair's list are spots; a list whose first entry is no joint is one with its key. */
function entriesOf(root: YAMLMap, text: string, pair: number): number {
  const list = blockListOf(pairsOf(root)[pair]);
  if (list === null || jointAt(root, text, { pair, entry: 0 }) === null) return 0;
  return list.items.length;
}

export function nextSpot(root: YAMLMap, text: string, { pair, entry }: Spot): Spot | null {
  const next = entry === null ? 0 : entry + 1;
  if (next < entriesOf(root, text, pair)) return { pair, entry: next };
  return pair + 1 < pairsOf(root).length ? { pair: pair + 1, entry: null } : null;
}

export function spotBefore(root: YAMLMap, text: string, { pair, entry }: Spot): Spot | null {
  if (entry !== null) return { pair, entry: entry === 0 ? null : entry - 1 };
  if (pair === 0) return null;
  const entries = entriesOf(root, text, pair - 1);
  return { pair: pair - 1, entry: entries === 0 ? null : entries - 1 };
}

/** The number of nodes, in the order of the text, that begin at an offset or before it. */
function countUpTo(nodes: readonly (Node | null)[], offset: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(nodes[middle]) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last spot that begins at an offset or before it; `null` where none does. */
export function spotAt(root: YAMLMap, text: string, offset: number): Spot | null {
  const pair = pairsOf(root).findLastIndex(({ key }) => startOf(key) <= offset);
  if (pair === -1) return null;
  const entries = entriesOf(root, text, pair);
  const list = entries === 0 ? null : blockListOf(pairsOf(root)[pair]);
  const count = list === null ? 0 : countUpTo(list.items, offset);
  return { pair, entry: count === 0 ? null : count - 1 };
}
