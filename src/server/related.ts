import { isMap, isScalar, isSeq } from "yaml";
import { keyPathAt, placeOf, type AutoscalerDocument, type KeyPath, type Span } from "../config/index.js";
import type { Finding } from "../model/index.js";

export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** The other place of a finding that is about two, where there is one. */
export function relatedTo(finding: Finding, document: AutoscalerDocument): Related | null {
  const path = keyPathAt(document, offsetOf(finding, document))?.path;
  if (path === undefined) return null;
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
    default:
      return null;
  }
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
