import type { Pair } from "yaml";
import { isMap, isScalar, isSeq, sliceOf, spanOf } from "../document.js";
import type { AutoscalerDocument, Node, Span, YAMLMap } from "../document.js";
import type { Remedy, SpanEdit } from "../remedy.js";

type NodePair = Pair<Node | null, Node | null>;

/** A key with its value, in the map that holds it. */
export interface FoundPair {
  readonly map: YAMLMap;
  readonly pairs: readonly NodePair[];
  readonly index: number;
  readonly pair: NodePair;
}

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}

/** The pair whose key begins at an offset, or in whose value it is and in no deeper one. */
export function pairAt({ root }: AutoscalerDocument, offset: number): FoundPair | null {
  let node = root;
  let found: FoundPair | null = null;
  while (node !== null) {
    let next: Node | null = null;
    if (isMap(node)) {
      const pairs = node.items as NodePair[];
      const index = pairs.findIndex(
        ({ key, value }) =>
          (key !== null && holds(spanOf(key), offset)) || (value !== null && holds(spanOf(value), offset)),
      );
      const pair = pairs[index];
      if (pair === undefined) return found;
      found = { map: node, pairs, index, pair };
      if (pair.key !== null && holds(spanOf(pair.key), offset)) return found;
      next = pair.value;
    } else if (isSeq(node)) {
      next = (node.items as (Node | null)[]).find((item) => item !== null && holds(spanOf(item), offset)) ?? null;
    }
    node = next;
  }
  return found;
}

/** True where a map has a key of that name. */
export function hasKey({ pairs }: FoundPair, name: string): boolean {
  return pairs.some(({ key }) => isScalar(key) && String(key.value) === name);
}

/** The line end that a text uses. */
export function lineEndOf({ text }: AutoscalerDocument): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function lineStart(document: AutoscalerDocument, offset: number): number {
  const at = offset - document.base;
  return document.base + (at === 0 ? 0 : document.text.lastIndexOf("\n", at - 1) + 1);
}

/** Where the line of an offset ends, with its line end. */
function lineEnd(document: AutoscalerDocument, offset: number): number {
  const at = document.text.indexOf("\n", offset - document.base);
  return (at === -1 ? document.text.length : at + 1) + document.base;
}

/** A key with its value, without what stands behind them. */
export function pairSpan(document: AutoscalerDocument, { key, value }: NodePair): Span | null {
  if (key === null) return null;
  const { start, end: keyEnd } = spanOf(key);
  const colon = document.text.indexOf(":", keyEnd - document.base) + document.base;
  const end = value === null ? colon + 1 : Math.max(spanOf(value).end, colon + 1);
  return { start, end: start + sliceOf(document, start, end).trimEnd().length };
}

/** True where a key is the first thing on its line. */
function beginsLine(document: AutoscalerDocument, key: Span): boolean {
  return sliceOf(document, lineStart(document, key.start), key.start).trim() === "";
}

/** Takes a pair out of its map; `null` where nothing would be left, or a comment of something else would go with it. */
function removal(document: AutoscalerDocument, { map, pairs, index, pair }: FoundPair): SpanEdit | null {
  const span = pairSpan(document, pair);
  if (span === null) return null;
  const after = pairs[index + 1]?.key ?? null;
  if (map.flow !== true && pairs.length > 1 && beginsLine(document, span)) {
    return { start: lineStart(document, span.start), end: lineEnd(document, span.end), text: "" };
  }
  if (after !== null) {
    const next = spanOf(after).start;
    const between = sliceOf(document, span.end, next);
    return between.includes("#") ? null : { start: span.start, end: next, text: "" };
  }
  const before = pairs[index - 1];
  const previous = before === undefined ? null : pairSpan(document, before);
  if (map.flow !== true) return null;
  if (previous === null) return { ...span, text: "" };
  return sliceOf(document, previous.end, span.start).includes("#")
    ? null
    : { start: previous.end, end: span.end, text: "" };
}

/** Puts `text` before a pair as a pair of its own. */
export function insertion(document: AutoscalerDocument, { map, pair }: FoundPair, text: string): SpanEdit | null {
  if (pair.key === null) return null;
  const { start } = spanOf(pair.key);
  if (map.flow === true) return { start, end: start, text: `${text}, ` };
  const indent = " ".repeat(start - lineStart(document, start));
  return { start, end: start, text: `${text}${lineEndOf(document)}${indent}` };
}

function nesting(document: AutoscalerDocument, found: FoundPair, into: string): SpanEdit | null {
  const span = pairSpan(document, found.pair);
  if (span === null || hasKey(found, into)) return null;
  const source = sliceOf(document, span.start, span.end);
  const { value } = found.pair;
  // A plain text that is moved between braces must not hold any of their characters.
  const plain = isScalar(value) && value.type === "PLAIN" && /[[\]{},]/u.test(String(value.source));
  if (plain || !isScalar(value) || /[\n#]/u.test(source)) return null;
  return { ...span, text: `${into}: { ${source} }` };
}

/** The edits that a remedy takes in a document; `null` where it can't be carried out there. */
export function editsOf(document: AutoscalerDocument, remedy: Remedy): readonly SpanEdit[] | null {
  const one = (edit: SpanEdit | null): readonly SpanEdit[] | null => (edit === null ? null : [edit]);
  switch (remedy.kind) {
    case "edit":
      return remedy.edits;
    case "swap": {
      const text = ({ start, end }: Span): string => sliceOf(document, start, end);
      return [
        { ...remedy.one, text: text(remedy.other) },
        { ...remedy.other, text: text(remedy.one) },
      ];
    }
    case "insert": {
      const found = pairAt(document, remedy.before.start);
      return found === null ? null : one(insertion(document, found, remedy.text));
    }
    case "remove": {
      const found = pairAt(document, remedy.key.start);
      return found === null ? null : one(removal(document, found));
    }
    case "nest": {
      const found = pairAt(document, remedy.key.start);
      return found === null ? null : one(nesting(document, found, remedy.into));
    }
  }
}
