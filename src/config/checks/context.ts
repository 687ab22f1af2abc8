import { builtInNumber } from "../built-in.js";
import type { Inventory } from "../../model/index.js";
import type { FindingCode } from "../codes.js";
import type { PlacedProblem, Span } from "../document.js";
import type { AutoscalerFile } from "../generated/autoscaler-file.js";
import type { Places } from "../places.js";

/** What the checks of a file share. */
export interface CheckContext {
  readonly file: AutoscalerFile;
  readonly places: Places;
  /** What there is; `null` where that is not known. */
  readonly inventory: Inventory | null;
  /** Reports at a place; `null` (a value that is not in the file) reports nothing. */
  readonly report: (code: FindingCode, span: Span | null, message: string, suggestion?: string) => void;
}

/** A context that collects into `problems`. */
export function checkContext(
  file: AutoscalerFile,
  places: Places,
  inventory: Inventory | null,
  problems: PlacedProblem[],
): CheckContext {
  return {
    file,
    places,
    inventory,
    report(code, span, message, suggestion) {
      if (span === null) return;
      problems.push(suggestion === undefined ? { code, message, span } : { code, message, span, suggestion });
    },
  };
}

/** Seconds between two cycles; NaN, from which nothing follows, where what the file gives could not be read. */
export function intervalOf({ file, places }: CheckContext): number {
  return file.interval ?? (places.of(file, "interval") === null ? builtInNumber("interval") : Number.NaN);
}

/** The later of several places: where a finding about more than one of them stands. */
export function later(...spans: readonly (Span | null | undefined)[]): Span | null {
  let last: Span | null = null;
  for (const span of spans)
    if (span !== null && span !== undefined && (last === null || span.start > last.start)) last = span;
  return last;
}

/** Where a policy, schedule or group as a whole stands: its name, or else its first key. */
export function entryPlace(context: CheckContext, list: readonly object[], index: number): Span | null {
  const entry = list[index];
  const named = entry === undefined ? null : context.places.value(entry, "name");
  return named ?? context.places.key(list, index);
}
