import type { UsageHistory, InventoryProblem } from "../../model/index.js";
import { mergeHistories } from "./merge.js";
import type { HistorySource, WantedHistory } from "./source.js";

/** Distances up to so many steps are no gap: readings come late now and then. */
const tolerated = 2.5;

/**
 * Asks one source after the other, each only for the containers whose windows those before it don't fill, and lays
 * what they say over each other.
 */
export function severalHistories(sources: readonly HistorySource[]): HistorySource {
  return async (request) => {
    const history = new Map<number, UsageHistory>();
    const problems: InventoryProblem[] = [];
    for (const source of sources) {
      const containers = request.containers.filter(
        (wanted) => !fills(history.get(wanted.container.vmid), wanted, request.now),
      );
      if (containers.length === 0) break;
      const usage = await source({ ...request, containers });
      problems.push(...usage.problems);
      for (const [vmid, found] of usage.history) {
        const merged = mergeHistories([history.get(vmid), found]);
        if (merged !== undefined) history.set(vmid, merged);
      }
    }
    return { history, problems };
  };
}

/** Whether the readings reach over the whole window without a gap. */
function fills(history: UsageHistory | undefined, { seconds }: WantedHistory, now: number): boolean {
  if (history === undefined) return false;
  const longest = history.stepSeconds * tolerated * 1000;
  let before = now - seconds * 1000;
  for (const { time } of history.samples) {
    if (time - before > longest) return false;
    before = Math.max(before, time);
  }
  return now - before <= longest;
}
