import { pausesOf, type Pause } from "../../engine/index.js";
import type { OutcomeDocument } from "../../model/index.js";
import { AuditLog } from "../audit-log.js";
import type { RecordedCluster } from "../recorded-clusters.js";
import { StateStore } from "../state-store.js";

/** What a run did to a container. */
export interface RecordedChange {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly run: string;
  readonly cluster: string;
  readonly outcome: OutcomeDocument;
}

/** A pause that somebody set, with the cluster whose records it stands in. */
export interface RecordedPause {
  readonly cluster: string;
  readonly pause: Pause;
}

export interface RecordedPast {
  /** The newest first. */
  readonly history: readonly RecordedChange[];
  readonly pauses: readonly RecordedPause[];
  /** Records that could not be read, in sentences. */
  readonly faults: readonly string[];
}

/** So many changes of the last runs are told. */
const mostChanges = 10;

/**
 * What earlier runs did to a container, and what is paused at a time (milliseconds since the epoch), by the records of
 * this machine.
 */
export async function recordedPast(
  vmid: number,
  at: number,
  clusters: readonly RecordedCluster[],
): Promise<RecordedPast> {
  const history: RecordedChange[] = [];
  const pauses: RecordedPause[] = [];
  const faults: string[] = [];
  for (const { cluster, location } of clusters) {
    try {
      for (const record of await new AuditLog(location).read(cluster)) {
        if (record.event !== "outcome" || record.outcome.vmid !== vmid) continue;
        history.push({ time: record.time, run: record.run, cluster, outcome: record.outcome });
      }
      const state = await new StateStore(location).read(cluster);
      pauses.push(...pausesOf(state, vmid, at).map((pause: Pause) => ({ cluster, pause })));
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  history.sort((a, b) => b.time - a.time);
  return { history: history.slice(0, mostChanges), pauses, faults };
}
