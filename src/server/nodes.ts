import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { AutoscalerDocument, KeyPath, Span } from "../config/index.js";

export { isAlias, isMap, isScalar, isSeq };
export type { Node };

/** A pair of a map as it is composed. */
export type NodePair = Pair<Node | null, Node | null>;

/** The pairs of a map; none where it is no map. */
export function pairsOf(node: Node | null): readonly NodePair[] {
  return isMap(node) ? (node.items as NodePair[]) : [];
}

/** The entries of a list; none where it is no list. */
export function itemsOf(node: Node | null): readonly (Node | null)[] {
  return isSeq(node) ? (node.items as (Node | null)[]) : [];
}

/** What an alias stands for, or the node itself. */
export function follow(node: Node | null, { aliases }: AutoscalerDocument): Node | null {
  return node !== null && isAlias(node) ? (aliases.get(node) ?? null) : node;
}

/** The pair of a map that has a key. */
export function pairOf(node: Node | null, key: string): NodePair | null {
  return pairsOf(node).find((pair) => isScalar(pair.key) && pair.key.value === key) ?? null;
}

/** The node at a path, aliases followed; `null` where there is none. */
export function nodeAt(document: AutoscalerDocument, path: KeyPath): Node | null {
  let node = follow(document.root, document);
  for (const step of path) {
    const next = typeof step === "number" ? itemsOf(node)[step] : pairOf(node, step)?.value;
    node = follow(next ?? null, document);
  }
  return node;
}

/** The text a scalar stands for, as it is written but for its quotes; `null` for everything else. */
export function textOf(node: Node | null): string | null {
  if (!isScalar(node)) return null;
  return typeof node.value === "number"
    ? (node.source ?? String(node.value))
    : typeof node.value === "string"
      ? node.value
      : null;
}

/** Where a node stands, without what follows it; an empty one has an empty span. */
export function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** The span without the blank space that a block ends with. */
export function shownSpan({ text }: Pick<AutoscalerDocument, "text">, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** A node and all below it, in the order of the text. */
export function* nodesOf(node: Node | null): Generator<Node> {
  if (node === null) return;
  yield node;
  for (const { key, value } of pairsOf(node)) {
    yield* nodesOf(key);
    yield* nodesOf(value);
  }
  for (const item of itemsOf(node)) yield* nodesOf(item);
}
