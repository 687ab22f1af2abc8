import { isMap, isScalar, isSeq } from "../document.js";
import type { AutoscalerDocument, Node } from "../document.js";
import type { KeyPath } from "../navigate.js";

/** The node that is written at a path itself: an alias is one, and nothing is found below it. */
export function nodeAt({ root }: AutoscalerDocument, path: KeyPath): Node | null {
  let node = root;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      node = (pair?.value ?? null) as Node | null;
    } else if (isSeq(node) && typeof step === "number") node = (node.items[step] ?? null) as Node | null;
    else return null;
  }
  return node;
}
