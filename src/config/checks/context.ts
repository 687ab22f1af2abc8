import { builtInNumber } from "../built-in.js";
import type { Inventory } from "../../model/index.js";
import type { FindingCode } from "../codes.js";
import type { PlacedProblem, Span } from "../document.js";
import type { AutoscalerFile, Defaults } from "../generated/autoscaler-file.js";
import type { Places } from "../places.js";
import type { Remedy } from "../remedy.js";
import type { Settled } from "./settled.js";

/** What the checks of a file share. */
export interface CheckContext {
  readonly file: AutoscalerFile;
  readonly places: Places;
  /** `defaults` of the files that are included, the lowest first. */
  readonly below: readonly Defaults[];
  /** False where an included file was not read: nothing follows from what is not there. */
  readonly complete: boolean;
  /** What there is; `null` where that is not known. */
  readonly inventory: Inventory | null;
  /** What was found out about entries before. */
  readonly settled: Settled;
  /** How often something was found to be wrong, whether it was told or had been told before. */
  readonly noticed: { count: number };
  /** Reports at a place; `null` (a value that is not in the file) reports nothing. */
  readonly report: (code: FindingCode, span: Span | null, message: string, remedies?: readonly Remedy[]) => void;
}

/** `defaults` of a file that has none: always the same, so that what rests on them is. */
export const noSettings: Defaults = {};

/** What there is to check a file with. */
export type Surroundings = Omit<CheckContext, "file" | "report" | "noticed">;

/** A context that collects into `problems`. */
export function checkContext(
  file: AutoscalerFile,
  surroundings: Surroundings,
  problems: PlacedProblem[],
): CheckContext {
  const noticed = { count: 0 };
  return {
    file,
    ...surroundings,
    noticed,
    report(code, span, message, remedies) {
      noticed.count += 1;
      if (span === null) return;
      problems.push(remedies === undefined ? { code, message, span } : { code, message, span, remedies });
    },
  };
}

/** Runs a check of an entry, unless it is among those in which it finds nothing. */
export function checkUnlessClean(
  { noticed }: CheckContext,
  clean: WeakSet<object>,
  entry: object,
  check: () => void,
): void {
  if (clean.has(entry)) return;
  const before = noticed.count;
  check();
  if (noticed.count === before) clean.add(entry);
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
