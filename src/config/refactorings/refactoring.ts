import type { Finding, Severity, TextEdit } from "../../model/index.js";
import { exactRangeOf } from "../document.js";
import { edited, ordered } from "../fixes/fixes.js";
import { readAutoscalerFile } from "../read.js";
import type { AutoscalerReading } from "../read.js";
import type { SpanEdit } from "../remedy.js";

/** A change of a file that is right already. Its edits don't overlap. */
export interface Refactoring {
  /** In the imperative, with its numbers. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

function countsOf(findings: readonly Finding[], severities: readonly Severity[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { code, severity } of findings) {
    if (severities.includes(severity)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/**
 * The change, tried: `null` where the text that it makes has a finding of one of these severities that was not there before.
 */
export function tried(
  reading: AutoscalerReading,
  title: string,
  edits: readonly SpanEdit[] | null,
  severities: readonly Severity[] = ["error", "warning"],
): Refactoring | null {
  const { document, options } = reading;
  const sorted = edits === null ? null : ordered(document, edits);
  if (sorted === null || sorted.length === 0) return null;
  const before = countsOf(reading.findings, severities);
  const after = countsOf(readAutoscalerFile(edited(document, sorted), options).findings, severities);
  if ([...after].some(([code, count]) => count > (before.get(code) ?? 0))) return null;
  return { title, edits: sorted.map(({ text, ...span }) => ({ range: exactRangeOf(document, span), newText: text })) };
}
