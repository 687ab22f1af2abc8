import type { UsageHistory } from "../../model/index.js";
import { RecordsError } from "../records.js";
import type { SampleStore } from "../samples/index.js";
import type { HistorySource } from "./source.js";

/** So much is read of any container, to have its newest reading. */
const leastSeconds = 15 * 60;

/** What the loop and `record` have kept on this side. */
export function localHistory(store: SampleStore): HistorySource {
  return async ({ cluster, containers, now }) => {
    if (containers.length === 0) return { history: new Map<number, UsageHistory>(), problems: [] };
    const from = new Map(
      containers.map(({ container, seconds }) => [container.vmid, now - Math.max(seconds, leastSeconds) * 1000]),
    );
    try {
      return { history: await store.read(cluster, { from, to: now }), problems: [] };
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      return { history: new Map<number, UsageHistory>(), problems: [{ node: null, message: error.message }] };
    }
  };
}
