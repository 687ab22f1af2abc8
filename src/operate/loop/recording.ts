import type { Inventory } from "../../model/index.js";
import { ProxmoxError, type Gateway } from "../../proxmox/index.js";
import type { Clock } from "../clock.js";
import { readingOf, type Reading } from "../samples/index.js";
import { ClusterTime } from "./cluster-time.js";
import { systemTimer, Ticks, type Timer } from "./ticks.js";

export interface RecordingOptions {
  readonly gateway: Gateway;
  readonly intervalSeconds: number;
  /** Ends by itself after so many seconds; `null`: only with the signal. */
  readonly forSeconds: number | null;
  readonly signal: AbortSignal;
  /** Takes each look, in their order; false when nobody wants more. */
  readonly onReading: (reading: Reading, inventory: Inventory) => Promise<boolean>;
  /** Told of each look that failed: nothing is recorded for that time. `failures` are those in a row. */
  readonly onFailure: (error: ProxmoxError, failures: number) => Promise<void>;
  readonly timer?: Timer;
  readonly openClock?: (signal: AbortSignal) => Promise<Clock>;
  readonly wall?: () => number;
}

export interface Recording {
  readonly looks: number;
  readonly failed: number;
  /** Looks that were due while another one was still under way. */
  readonly missed: number;
}

/**
 * Looks at the cluster every interval, by the cluster's clock, until its time is over, the signal aborts, or nobody wants
 * more. A look that fails leaves a gap. Rejects with `ProxmoxError` where the first one fails.
 */
export async function recordUsage(options: RecordingOptions): Promise<Recording> {
  const { gateway, signal, intervalSeconds, forSeconds, timer = systemTimer } = options;
  const { openClock, wall } = options;
  const time = new ClusterTime({
    gateway,
    timer,
    ...(openClock === undefined ? {} : { openClock }),
    ...(wall === undefined ? {} : { wall }),
  });
  const counts = { looks: 0, failed: 0, missed: 0 };
  const start = timer.now();
  const ticks = new Ticks(start, intervalSeconds * 1000);
  let inRow = 0;
  for (;;) {
    try {
      await time.renew(signal);
      const inventory = await gateway.inventory({
        signal,
        // No bulk figure has the cpulimit, without which nobody knows later what CPU usage was a share of.
        configurationOf: ({ status, template }) => status === "running" && !template,
        configurationAge: 3600,
      });
      await time.follow(signal);
      inRow = 0;
      counts.looks += 1;
      if (!(await options.onReading(readingOf(inventory, time.now()), inventory))) break;
    } catch (error) {
      if (!(error instanceof ProxmoxError)) throw error;
      if (signal.aborted) break;
      if (counts.looks === 0) throw error;
      inRow += 1;
      counts.failed += 1;
      await options.onFailure(error, inRow);
    }
    const { at, missed } = ticks.next(timer.now());
    counts.missed += missed;
    if (forSeconds !== null && at - start > forSeconds * 1000) break;
    if (!(await timer.wait(at - timer.now(), signal))) break;
  }
  return counts;
}
