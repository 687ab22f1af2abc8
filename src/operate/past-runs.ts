import type { Decision, Outcome, Unit } from "../model/index.js";
import type { AuditRecord, FormerSize, RunKind } from "./audit-log.js";
import { sameSize } from "./guard.js";

/** What one run did to one size. Sizes in `unit`; `null`: there was no limit. */
export interface PastChange {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  readonly resource: Decision["resource"];
  readonly unit: Unit;
  readonly from: number | null;
  readonly to: number | null;
  /** Milliseconds since the epoch, of the last of its writes. */
  readonly time: number;
  /** `unknown`: whether it arrived could not be learnt. */
  readonly outcome: "applied" | "unknown";
  /** The run that took it back; `null`: none did. */
  readonly undoneBy: string | null;
}

/** A run that changed something, as the audit log tells of it. */
export interface PastRun {
  readonly run: string;
  readonly kind: RunKind;
  /** Milliseconds since the epoch, of its first line. */
  readonly time: number;
  /** The file it carried out; `null`: the log does not say. */
  readonly file: string | null;
  /** False where it was ended before it could say so itself. */
  readonly ended: boolean;
  /** The run that it took back. */
  readonly undoes: string | null;
  readonly changes: readonly PastChange[];
}

interface Gathered {
  readonly run: string;
  kind: RunKind;
  readonly time: number;
  file: string | null;
  ended: boolean;
  undoes: string | null;
  readonly before: Map<number, FormerSize>;
  readonly changes: Map<string, PastChange>;
}

/** The runs that changed something, newest first. Pure. */
export function pastRuns(records: readonly AuditRecord[]): readonly PastRun[] {
  const gathered = new Map<string, Gathered>();
  for (const record of records) gather(gathered, record);
  const runs = [...gathered.values()];
  const undoneBy = new Map<string, string>();
  for (const { run, undoes, changes } of runs) {
    if (undoes === null) continue;
    for (const key of changes.keys()) undoneBy.set(`${undoes} ${key}`, run);
  }
  return (
    runs
      .filter(({ changes }) => changes.size > 0)
      .map(({ run, kind, time, file, ended, undoes, changes }) => ({
        run,
        kind,
        time,
        file,
        ended,
        undoes,
        changes: [...changes]
          .map(([key, change]) => ({ ...change, undoneBy: undoneBy.get(`${run} ${key}`) ?? null }))
          .sort((a, b) => a.vmid - b.vmid),
      }))
      // By their order in the log: it is only ever appended to, while a clock may have been set back.
      .reverse()
  );
}

function gather(runs: Map<string, Gathered>, record: AuditRecord): void {
  const known = runs.get(record.run);
  const run: Gathered = known ?? {
    run: record.run,
    kind: "apply",
    time: record.time,
    file: null,
    ended: false,
    undoes: null,
    before: new Map(),
    changes: new Map(),
  };
  if (known === undefined) runs.set(record.run, run);
  switch (record.event) {
    case "run-started":
      run.kind = record.kind ?? "apply";
      run.file = record.file;
      run.undoes = record.undoes ?? null;
      break;
    case "run-ended":
      run.ended = true;
      break;
    case "write":
      // The first write of a shrink in stages has what there was before all of them.
      if (!run.before.has(record.vmid)) run.before.set(record.vmid, record.before);
      break;
    case "outcome":
      gatherOutcome(run, record.time, record.outcome);
  }
}

function gatherOutcome(run: Gathered, time: number, outcome: Outcome<unknown>): void {
  const { vmid, node, name, resource, unit, to } = outcome;
  if (outcome.outcome !== "applied" && outcome.outcome !== "unknown") return;
  const key = `${vmid} ${resource}`;
  const earlier = run.changes.get(key);
  const from = earlier === undefined ? formerSize(run.before.get(vmid), outcome) : earlier.from;
  if (sameSize(from, to)) return;
  run.changes.set(key, { vmid, node, name, resource, unit, from, to, time, outcome: outcome.outcome, undoneBy: null });
}

/** As the configuration had it, where `null` is no limit; the engine's own `from` counts the node's cores then. */
function formerSize(before: FormerSize | undefined, { resource, from }: Outcome<unknown>): number | null {
  if (before === undefined) return from;
  return resource === "cores" || resource === "cpulimit" || resource === "memory" || resource === "swap"
    ? before[resource]
    : from;
}
