import { formatPercentage } from "../../model/index.js";
import { isMap, isScalar, sliceOf } from "../document.js";
import type { AutoscalerDocument, YAMLMap } from "../document.js";
import { editsOf, lineEndOf, pairAt, pairSpan } from "../fixes/edits.js";
import { keyPathAt, placeOf, schemaAt } from "../navigate.js";
import type { KeyPath } from "../navigate.js";
import type { AutoscalerReading } from "../read.js";
import type { SpanEdit } from "../remedy.js";
import type { Span } from "../span.js";
import { nodeAt } from "./node-at.js";
import { tried, type Refactoring } from "./refactoring.js";

/**
 * Turns thresholds into a target, or a target into thresholds, for the resource that an offset is in: what made it act
 * before makes it act after. Thresholds of 80 % and 25 % are a target of 52.5 % ± 52.4 % of it, for 52.5 × 1.524 = 80 and
 * 52.5 × 0.476 = 25. `null` where the offset is in no such resource, or something else than both of them is written there.
 */
export function convertStrategy(reading: AutoscalerReading, offset: number): Refactoring | null {
  const { document } = reading;
  const path = resourcePathAt(document, offset);
  const map = path === null ? null : nodeAt(document, path);
  if (path === null || !isMap(map)) return null;
  return toTarget(reading, path, map) ?? toThresholds(reading, path, map);
}

function resourcePathAt(document: AutoscalerDocument, offset: number): KeyPath | null {
  const path = keyPathAt(document, offset)?.path ?? [];
  const length = path[0] === "defaults" ? 2 : path[0] === "policies" || path[0] === "schedules" ? 3 : null;
  if (length === null || path.length < length) return null;
  const resource = path[length - 1];
  return resource === "cpu" || resource === "memory" ? path.slice(0, length) : null;
}

function toTarget(reading: AutoscalerReading, path: KeyPath, map: YAMLMap): Refactoring | null {
  const { document } = reading;
  const above = percentageAt(document, [...path, "scaleUp", "above"]);
  const below = percentageAt(document, [...path, "scaleDown", "below"]);
  if (above === null || below === null || below >= above || map.has("target")) return null;
  const target = formatPercentage(tidy((above + below) / 2));
  const tolerance = formatPercentage(tidy((above - below) / (above + below)));
  const most = textAt(document, [...path, "scaleUp", "maxStep"]) ?? textAt(document, [...path, "scaleUp", "step"]);
  const entries = [
    `target: ${target}`,
    `tolerance: ${tolerance}`,
    ...(most === null || map.has("maxStep") ? [] : [`maxStep: ${most}`]),
  ];
  const title = `Convert to a target of ${target} ± ${tolerance} of it (acts from ${formatPercentage(above)} and ${formatPercentage(below)} on, as now)`;
  return tried(reading, title, replacing(document, map, [...path, "scaleUp"], entries, [...path, "scaleDown"]));
}

function toThresholds(reading: AutoscalerReading, path: KeyPath, map: YAMLMap): Refactoring | null {
  const { document } = reading;
  const target = percentageAt(document, [...path, "target"]);
  const written = placeOf(document, [...path, "tolerance"]) !== null;
  const tolerance = written ? percentageAt(document, [...path, "tolerance"]) : defaultTolerance(path);
  if (target === null || tolerance === null || map.has("scaleUp") || map.has("scaleDown")) return null;
  const above = tidy(target * (1 + tolerance));
  const gone = written ? [...path, "tolerance"] : null;
  const band = `${formatPercentage(target)} ± ${formatPercentage(tolerance)} of it`;
  const to = (below: number, remark: string): Refactoring | null => {
    const entries = [
      `scaleUp: { above: ${formatPercentage(above)} }`,
      `scaleDown: { below: ${formatPercentage(below)} }`,
    ];
    const title = `Convert to thresholds of ${formatPercentage(above)} and ${formatPercentage(below)} (${band}, ${remark})`;
    return tried(reading, title, replacing(document, map, [...path, "target"], entries, gone));
  };
  return (
    to(tidy(target * (1 - tolerance)), "as now") ??
    to(tidy(above * afterDoubling), "shrinking later than now, or it would grow and shrink in turn")
  );
}

/** Growing from one core to two halves its usage: `below` must be under half of `above`. */
const afterDoubling = 0.45;

/** Entries in the place of one, and another taken away; `null` where a comment would go with them. */
function replacing(
  document: AutoscalerDocument,
  map: YAMLMap,
  place: KeyPath,
  entries: readonly string[],
  gone: KeyPath | null,
): readonly SpanEdit[] | null {
  const span = spanAt(document, place);
  if (span === null || sliceOf(document, span.start, span.end).includes("#")) return null;
  const { text, base } = document;
  const lineStart = text.lastIndexOf("\n", span.start - base - 1) + 1;
  const separator = map.flow === true ? ", " : `${lineEndOf(document)}${" ".repeat(span.start - base - lineStart)}`;
  const edits: SpanEdit[] = [{ ...span, text: entries.join(separator) }];
  if (gone === null) return edits;
  const other = spanAt(document, gone);
  const key = placeOf(document, gone)?.key ?? null;
  if (other === null || key === null || sliceOf(document, other.start, other.end).includes("#")) return null;
  const removed = editsOf(document, { kind: "remove", title: "", certainty: "certain", key });
  return removed === null ? null : [...edits, ...removed];
}

/** A key with its value. */
function spanAt(document: AutoscalerDocument, path: KeyPath): Span | null {
  const key = placeOf(document, path)?.key ?? null;
  const found = key === null ? null : pairAt(document, key.start);
  return found === null ? null : pairSpan(document, found.pair);
}

function textAt(document: AutoscalerDocument, path: KeyPath): string | null {
  const node = nodeAt(document, path);
  return isScalar(node) && typeof node.source === "string" && !node.source.includes("${") ? node.source : null;
}

/** A fraction, where a percentage is written out. */
function percentageAt(document: AutoscalerDocument, path: KeyPath): number | null {
  return fractionOf(textAt(document, path) ?? "");
}

function fractionOf(text: string): number | null {
  const number = /^(\d+(?:\.\d+)?)\s*%$/u.exec(text)?.[1];
  return number === undefined ? null : Number(number) / 100;
}

function defaultTolerance(path: KeyPath): number | null {
  const written = schemaAt([...path, "tolerance"])?.default;
  return typeof written === "string" ? fractionOf(written) : null;
}

/** To a tenth of a percent. */
function tidy(fraction: number): number {
  return Math.round(fraction * 1000) / 1000;
}
