import type { Pair } from "yaml";
import { isAlias, isMap, isScalar, isSeq, spanOf } from "./document.js";
import type { AutoscalerDocument, Node, Span } from "./document.js";
import { childShape, fileShape } from "./shape.js";
import type { MapShape, Shape } from "./shape.js";

/** A way into the file: keys of maps and indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** What may stand at a place, as the schema has it. */
export interface SchemaInfo {
  readonly description: string;
  /** `map`, `list`, or what the text is: `duration`, `size`, `percentage`, `choice`, `vmids`, … */
  readonly type: string;
  /** As it is written in the file; `undefined`: none. */
  readonly default: unknown;
  /** Values that are possible, each with what it means; empty where others are too. */
  readonly choices: readonly { readonly value: string; readonly description: string }[];
  readonly examples: readonly unknown[];
  /** The bounds of a scalar, in its own unit where they are texts; `null`: none. */
  readonly minimum: number | string | null;
  readonly maximum: number | string | null;
  /** Keys that are possible, where it is a map. */
  readonly properties: readonly string[];
  readonly required: readonly string[];
  readonly secret: boolean;
  readonly deprecated: boolean;
}

/** The variant of a map that its discriminator chooses in the document; all keys of all variants where it chooses none. */
function settle(shape: Shape, node: Node | null): Shape {
  if (shape.kind !== "variant") return shape;
  const chosen = isMap(node) ? node.get(shape.discriminator) : undefined;
  const variant = typeof chosen === "string" ? shape.variants.get(chosen) : undefined;
  if (variant !== undefined) return variant;
  const properties = new Map<string, Shape>();
  for (const one of shape.variants.values()) for (const [key, child] of one.properties) properties.set(key, child);
  const choices = new Map([...shape.variants].map(([name, one]) => [name, one.description]));
  const discriminator = properties.get(shape.discriminator);
  if (discriminator?.kind === "scalar") properties.set(shape.discriminator, { ...discriminator, choices });
  const { description, examples, replacedBy } = shape;
  return {
    kind: "map",
    description,
    default: undefined,
    examples,
    replacedBy,
    properties,
    pattern: null,
    required: [shape.discriminator],
    isMatch: false,
  } satisfies MapShape;
}

function childNode(node: Node | null, step: string | number, document: AutoscalerDocument | null): Node | null {
  if (!isMap(node) && !isSeq(node)) return null;
  const child = node.get(step, true) as Node | null | undefined;
  return follow(child ?? null, document);
}

function follow(node: Node | null, document: AutoscalerDocument | null): Node | null {
  return node !== null && isAlias(node) ? (document?.aliases.get(node) ?? null) : node;
}

/**
 * What may stand at a path; `null` where the format has no such place. With a document, maps whose keys depend on one
 * of them (a notification on its `type`) are seen as they stand there.
 */
export function schemaAt(path: KeyPath, document: AutoscalerDocument | null = null): SchemaInfo | null {
  let node = document?.root ?? null;
  let shape = settle(fileShape(), node);
  for (const step of path) {
    const child = childShape(shape, step);
    if (child === null) return null;
    node = childNode(node, step, document);
    shape = settle(child, node);
  }
  return describe(shape);
}

function describe(shape: Shape): SchemaInfo {
  const scalar = shape.kind === "scalar" ? shape : null;
  const map = shape.kind === "map" ? shape : null;
  return {
    description: shape.description,
    type: scalar?.scalar ?? shape.kind,
    default: shape.default,
    choices: [...(scalar?.choices ?? [])].map(([value, description]) => ({ value, description })),
    examples: shape.examples,
    minimum: scalar?.minimum ?? null,
    maximum: scalar?.maximum ?? null,
    properties: [...(map?.properties.keys() ?? [])],
    required: map?.required ?? [],
    secret: scalar?.secret === true,
    deprecated: shape.replacedBy !== null,
  };
}

/** Where an offset is in a document. */
export interface KeyPlace {
  readonly path: KeyPath;
  /** On a key, on a value, or in a map or list but on none of its entries. */
  readonly at: "key" | "value" | "inside";
  /** The key, the value, or the map or list. */
  readonly span: Span;
}

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/** The path of what stands at an offset (UTF-16 units, in `document.text`); `null` outside of everything. */
export function keyPathAt(document: AutoscalerDocument, offset: number): KeyPlace | null {
  let node = document.root;
  const path: (string | number)[] = [];
  while (node !== null && holds(spanOf(node), offset)) {
    let next: Node | null = null;
    if (isMap(node)) {
      for (const pair of node.items as Pair<Node | null, Node | null>[]) {
        const { key, value } = pair;
        const name = isScalar(key) ? String(key.value) : null;
        if (key !== null && name !== null && holds(spanOf(key), offset)) {
          return { path: [...path, name], at: "key", span: spanOf(key) };
        }
        if (value !== null && name !== null && holds(spanOf(value), offset)) {
          path.push(name);
          next = value;
          break;
        }
      }
    } else if (isSeq(node)) {
      const index = (node.items as (Node | null)[]).findIndex((item) => item !== null && holds(spanOf(item), offset));
      if (index !== -1) {
        path.push(index);
        next = (node.items as (Node | null)[])[index] ?? null;
      }
    }
    if (next === null) {
      const inside = isMap(node) || isSeq(node);
      return { path, at: inside ? "inside" : "value", span: spanOf(node) };
    }
    node = next;
  }
  return path.length === 0 || node === null ? null : { path, at: "value", span: spanOf(node) };
}

/** The key and the value at a path, where the document has them. */
export function placeOf(
  document: AutoscalerDocument,
  path: KeyPath,
): { readonly key: Span | null; readonly value: Span | null } | null {
  let node = document.root;
  let key: Span | null = null;
  for (const step of path) {
    node = follow(node, document);
    if (isMap(node)) {
      const pair = (node.items as Pair<Node | null, Node | null>[]).find(
        (one) => isScalar(one.key) && String(one.key.value) === step,
      );
      if (pair === undefined) return null;
      key = pair.key === null ? null : spanOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
      key = null;
      node = (node.items as (Node | null)[])[step] ?? null;
    } else {
      return null;
    }
  }
  return { key, value: node === null ? null : spanOf(node) };
}
