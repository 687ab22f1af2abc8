import type { UsageHistory, Inventory } from "../model/index.js";
import type { Gateway, UsageSpan } from "../proxmox/index.js";
import { mergeHistories } from "./history/merge.js";
import { isRecorded, readRecords, type ServerRecords } from "./history/server-records.js";

export interface UsageSurveyOptions {
  readonly gateway: Gateway;
  readonly inventory: Inventory;
  /** How far back, in seconds. */
  readonly overSeconds: number;
  /** Points of one distance all through, as a replay needs them, instead of the finest of each time. */
  readonly even?: boolean;
  readonly signal?: AbortSignal;
  /** Told after each container. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** What Proxmox VE still has of a time that long ago: a day in minutes, a month in half hours, a year in quarter days. */
function spansFor(seconds: number): readonly UsageSpan[] {
  if (seconds <= 24 * 3600) return ["day"];
  if (seconds <= 7 * 24 * 3600) return ["day", "week"];
  return seconds <= 30 * 24 * 3600 ? ["day", "month"] : ["day", "month", "year"];
}

/**
 * The usage that the server itself recorded of every running container, the finest there is of each time. A container whose
 * record can't be read is a problem, not a failure; rejects with `ProxmoxError` where nothing more can be read at all.
 */
export function surveyUsage(options: UsageSurveyOptions): Promise<ServerRecords> {
  const { gateway, inventory, overSeconds, signal } = options;
  const cancellation = signal === undefined ? {} : { signal };
  const finest = spansFor(overSeconds);
  const spans = options.even === true ? finest.slice(-1) : finest;
  const running = inventory.containers.filter(isRecorded);
  let done = 0;
  return readRecords(running, async (container) => {
    try {
      const sources: UsageHistory[] = [];
      for (const span of spans) sources.push(await gateway.usageHistory(container, span, cancellation));
      return mergeHistories(sources);
    } finally {
      done += 1;
      options.onProgress?.(done, running.length);
    }
  });
}
