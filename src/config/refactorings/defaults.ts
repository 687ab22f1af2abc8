import type { Pair } from "yaml";
import { isAlias, isMap, isScalar, isSeq, sliceOf, spanOf } from "../document.js";
import type { AutoscalerDocument, Node, YAMLMap } from "../document.js";
import { clip } from "../kinds.js";
import { editsOf, insertion, lineEndOf, pairAt } from "../fixes/edits.js";
import { keyPathAt, placeOf } from "../navigate.js";
import type { KeyPath } from "../navigate.js";
import type { AutoscalerReading } from "../read.js";
import type { SpanEdit } from "../remedy.js";
import { nodeAt } from "./node-at.js";
import { tried, type Refactoring } from "./refactoring.js";

/** Keys of a policy that are settings, and so may stand in `defaults`. */
const settings = new Set(["behaviour", "cpu", "memory", "swap", "rootfs", "mountPoints", "cooldown", "pause"]);

/**
 * Moves what every policy says alike into `defaults`: the largest part around an offset that is the same in all of them.
 * `null` where that would mean something else: a policy has a preset, which comes before `defaults`; containers are matched
 * by `defaults` itself; or `defaults` says something there already.
 */
export function moveToDefaults(reading: AutoscalerReading, offset: number): Refactoring | null {
  const { document } = reading;
  const place = keyPathAt(document, offset);
  const [section, index, ...setting] = place?.path ?? [];
  if (section !== "policies" || typeof index !== "number" || !settings.has(String(setting[0]))) return null;
  const count = entriesOf(document);
  if (count < 2 || placeOf(document, ["defaults", "match"]) !== null) return null;
  const indices = [...Array(count).keys()];
  if (indices.some((one) => placeOf(document, ["policies", one, "preset"]) !== null)) return null;
  for (let length = 1; length <= setting.length; length += 1) {
    const path = setting.slice(0, length);
    const nodes = indices.map((one) => nodeAt(document, ["policies", one, ...path]));
    const [first] = nodes;
    if (first === null || first === undefined || nodes.some((node) => !isSame(node, first))) continue;
    const text = flowText(document, first);
    const title = `Move “${clip(`${path.join(".")}: ${text ?? ""}`)}” of all ${count} policies into “defaults”`;
    const moved = text === null ? null : tried(reading, title, moving(document, indices, path, text));
    if (moved !== null) return moved;
  }
  return null;
}

function entriesOf(document: AutoscalerDocument): number {
  const policies = nodeAt(document, ["policies"]);
  return isSeq(policies) ? policies.items.length : 0;
}

function isSame(node: Node | null, other: Node): boolean {
  return node !== null && isPlain(node) && isPlain(other) && isSameData(node.toJSON(), other.toJSON());
}

/** Whether both say the same, in whatever order their keys stand. */
function isSameData(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return Object.is(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const others = new Map(Object.entries(other));
  const entries = Object.entries(one);
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isSameData(value, others.get(key)))
  );
}

/** Nothing of it has a name, or is one: those mean something only where they stand. */
function isPlain(node: Node): boolean {
  if (isAlias(node) || node.anchor !== undefined) return false;
  if (isMap(node))
    return (node.items as Pair<Node, Node | null>[]).every(({ value }) => value !== null && isPlain(value));
  return isSeq(node) ? (node.items as Node[]).every(isPlain) : true;
}

/** A value on one line; `null` where it can't be written so. */
function flowText(document: AutoscalerDocument, node: Node): string | null {
  if (isScalar(node)) {
    const { start, end } = spanOf(node);
    const text = sliceOf(document, start, end).trim();
    return /[\r\n]/u.test(text) || (node.type === "PLAIN" && /[,[\]{}]/u.test(text)) ? null : text;
  }
  const parts: (string | null)[] = [];
  if (isMap(node)) {
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const text = value === null ? null : flowText(document, value);
      parts.push(text === null ? null : `${String(isScalar(key) ? key.value : "")}: ${text}`);
    }
  } else if (isSeq(node)) for (const item of node.items as Node[]) parts.push(flowText(document, item));
  if (parts.length === 0 || parts.includes(null)) return null;
  return isMap(node) ? `{ ${parts.join(", ")} }` : `[${parts.join(", ")}]`;
}

function moving(
  document: AutoscalerDocument,
  indices: readonly number[],
  path: KeyPath,
  text: string,
): readonly SpanEdit[] | null {
  const added = adding(document, path, text);
  if (added === null) return null;
  const edits: SpanEdit[] = [added];
  for (const index of indices) {
    const removed = removing(document, ["policies", index, ...path]);
    if (removed === null) return null;
    edits.push(...removed);
  }
  return edits;
}

/** Takes out a pair, and with it the maps that would be empty without it. */
function removing(document: AutoscalerDocument, path: KeyPath): readonly SpanEdit[] | null {
  let last = path;
  while (last.length > 3 && isOnly(nodeAt(document, last.slice(0, -1)))) last = last.slice(0, -1);
  const key = placeOf(document, last)?.key ?? null;
  return key === null ? null : editsOf(document, { kind: "remove", title: "", certainty: "certain", key });
}

function isOnly(node: Node | null): boolean {
  return isMap(node) && node.items.length === 1;
}

/** Puts a setting into `defaults`, in the innermost map of its path that is there. */
function adding(document: AutoscalerDocument, path: KeyPath, text: string): SpanEdit | null {
  const written = (from: number): string =>
    path
      .slice(from)
      .reduceRight<string>(
        (value, key, at) => (at === path.length - from - 1 ? `${key}: ${text}` : `${key}: { ${value} }`),
        "",
      );
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const at: KeyPath = ["defaults", ...path.slice(0, length)];
    const node = nodeAt(document, at);
    if (node === null) continue;
    if (!isMap(node) || placeOf(document, [...at, path[length] ?? ""]) !== null) return null;
    return inFront(document, node, written(length));
  }
  const key = placeOf(document, ["policies"])?.key ?? null;
  const found = key === null ? null : pairAt(document, key.start);
  if (found === null || placeOf(document, ["defaults"]) !== null) return null;
  const newline = lineEndOf(document);
  return insertion(
    document,
    found,
    found.map.flow === true ? `defaults: { ${written(0)} }` : `defaults:${newline}  ${written(0)}`,
  );
}

function inFront(document: AutoscalerDocument, map: YAMLMap, text: string): SpanEdit | null {
  const first = map.items[0]?.key as Node | null | undefined;
  if (first === null || first === undefined) return null;
  const found = pairAt(document, spanOf(first).start);
  return found === null ? null : insertion(document, found, text);
}
