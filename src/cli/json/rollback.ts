import type { OutcomeDocument, Unit } from "../../model/index.js";
import type { PastRun } from "../../operate/index.js";

/** What `rollback --format json` lists; its schema is `schemas/rollback.schema.json`. */
export interface RunsDocument {
  readonly version: 1;
  readonly cluster: string;
  readonly runs: readonly {
    readonly run: string;
    readonly kind: "apply" | "rollback";
    readonly time: string;
    readonly file: string | null;
    readonly ended: boolean;
    readonly undoes: string | null;
    readonly changes: readonly {
      readonly vmid: number;
      readonly node: string;
      readonly name: string;
      readonly resource: string;
      readonly unit: Unit;
      readonly from: number | null;
      readonly to: number | null;
      readonly time: string;
      readonly outcome: "applied" | "unknown";
      readonly undoneBy: string | null;
    }[];
  }[];
}

/** Runs, newest first. */
export function runsDocument(cluster: string, runs: readonly PastRun[]): RunsDocument {
  return {
    version: 1,
    cluster,
    runs: runs.map(({ time, changes, ...run }) => ({
      ...run,
      time: new Date(time).toISOString(),
      changes: changes.map((change) => ({ ...change, time: new Date(change.time).toISOString() })),
    })),
  };
}

/** What `rollback --vmid` and `rollback --run` print. */
export interface RollbackDocument {
  readonly version: 1;
  readonly run: string;
  readonly undoes: string;
  readonly results: readonly OutcomeDocument[];
}
