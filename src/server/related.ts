import { isMap, isScalar, isSeq } from "yaml";
import { keyPathAt, placeOf, type AutoscalerDocument, type KeyPath, type Span } from "../config/index.js";
import type { Finding } from "../model/index.js";

export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** The other places of a finding that is about several: the one that it contradicts, and the entries that it names. */
export function relatedTo(finding: Finding, document: AutoscalerDocument): readonly Related[] {
  const path = keyPathAt(document, offsetOf(finding, document))?.path;
  if (path === undefined) return [];
  const other = otherPlace(finding, document, path);
  return other === null ? namedEntries(finding, document, path) : [other];
}

function otherPlace(finding: Finding, document: AutoscalerDocument, path: KeyPath): Related | null {
  switch (finding.code) {
    case "duplicate-key":
      return firstKey(document, path);
    case "duplicate-name":
      return sameName(document, path);
    case "min-above-max":
      return sibling(document, path, { min: ["max"], max: ["min"] });
    case "below-above-above":
      return (
        sibling(document, path.slice(0, -1), { scaleUp: ["scaleDown", "below"], scaleDown: ["scaleUp", "above"] }) ??
        sibling(document, path, { scaleUp: ["scaleDown"], scaleDown: ["scaleUp"] })
      );
    case "never-wins": {
      const span = finding.message.includes(" in `ignore`") ? (placeOf(document, ["ignore"])?.key ?? null) : null;
      return span === null ? null : { span, message: "`ignore` is here." };
    }
    default:
      return null;
  }
}

const sections = { policy: "policies", schedule: "schedules", group: "groups" } as const;

/** Policies, schedules and groups that the message calls by name, but for the one that the finding stands in. */
function namedEntries({ message }: Finding, document: AutoscalerDocument, path: KeyPath): readonly Related[] {
  const found: Related[] = [];
  for (const [, word = "", name = ""] of message.matchAll(/\b(policy|schedule|group) `([^`]+)`/giu)) {
    const kind = word.toLowerCase();
    const section = sections[kind as keyof typeof sections];
    const index = indexOf(document, section, name);
    // Two may have one name: then its own entry is meant.
    const isOwn = path[0] === section && (path[1] === index || nameOf(document, path) === name);
    if (index === -1 || isOwn) continue;
    const entry = [section, index] as const;
    const span = placeOf(document, [...entry, "name"])?.value ?? placeOf(document, [...entry, "match"])?.key ?? null;
    if (span !== null) found.push({ span, message: `The ${kind} \`${name}\` is here.` });
  }
  return found;
}

/** The name that the entry of a path is given. */
function nameOf(document: AutoscalerDocument, [section, index]: KeyPath): string | null {
  const place = placeOf(document, [section ?? "", index ?? "", "name"])?.value ?? null;
  return place === null ? null : document.text.slice(place.start, place.end).replaceAll(/^["']|["']$/gu, "");
}

/** The place of an entry in its list, by its name or by what it is called without one; -1: there is none. */
function indexOf(document: AutoscalerDocument, section: string, name: string): number {
  const [, place] = /^\w+\[(\d+)\]$/u.exec(name) ?? [];
  if (place !== undefined) return Number(place);
  const list = isMap(document.root) ? document.root.get(section) : undefined;
  if (!isSeq(list)) return -1;
  return list.items.findIndex((item) => {
    const given: unknown = isMap(item) ? item.get("name", true) : undefined;
    return isScalar(given) && String(given.value) === name;
  });
}

function offsetOf({ line, column }: Finding, { lines }: AutoscalerDocument): number {
  return (lines.lineStarts[line - 1] ?? 0) + column - 1;
}

/** The place at the same level that a table names for the last step of the path. */
function sibling(
  document: AutoscalerDocument,
  path: KeyPath,
  others: Readonly<Record<string, readonly string[]>>,
): Related | null {
  const other = others[String(path.at(-1))];
  if (other === undefined) return null;
  const span = placeOf(document, [...path.slice(0, -1), ...other])?.key ?? null;
  return span === null ? null : { span, message: `\`${other.join(".")}\` is here.` };
}

function firstKey(document: AutoscalerDocument, path: KeyPath): Related | null {
  // Of two equal keys the first is found.
  const span = placeOf(document, path)?.key ?? null;
  return span === null ? null : { span, message: `\`${String(path.at(-1))}\` stands here first.` };
}

function sameName(document: AutoscalerDocument, path: KeyPath): Related | null {
  const [section, index] = path;
  const list = isMap(document.root) ? document.root.get(section) : undefined;
  if (!isSeq(list) || typeof index !== "number") return null;
  const nameOf = (item: unknown): string | null => {
    const name: unknown = isMap(item) ? item.get("name", true) : undefined;
    return isScalar(name) ? String(name.value).toLowerCase() : null;
  };
  const name = nameOf(list.items[index]);
  const first = list.items.findIndex((item) => name !== null && nameOf(item) === name);
  const span = first === index ? null : (placeOf(document, [section ?? "", first, "name"])?.value ?? null);
  return span === null ? null : { span, message: "This one has the name first." };
}
