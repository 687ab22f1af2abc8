import type { Estimate } from "../config/index.js";
import { last, mean, percentile, usageWindow, withoutSpikes, type UsageWindow } from "./estimators/index.js";
import { firstAfter, longestGapAt, sampleAt } from "./series.js";
import { useOf, type Subject } from "./subject.js";

/** The server's own record of a week has one point in half an hour: a longer silence is a gap. */
const longestGapSeconds = 1800;

/** No reading may stand for more of a window than this, unless its source has no more to tell. */
const largestShare = 0.1;

/**
 * What was in use in the last `overSeconds` before `until`, by the readings that can be used. Time under a lock does not
 * count. In a window shorter than the distance of two readings it is the newest one.
 */
export function usageOver(subject: Subject, overSeconds: number, until = subject.now): UsageWindow {
  const { periodSeconds, series } = subject;
  const begin = until - overSeconds * 1000;
  const to = firstAfter(series, until);
  const inside = firstAfter(series, begin);
  return usageWindow(
    {
      length: series.length,
      timeAt: (index) => sampleAt(series, index)?.time ?? Number.NaN,
      useAt: (index) => {
        const sample = sampleAt(series, index);
        return sample === undefined || sample.locked === true ? Number.NaN : useOf(sample, subject);
      },
    },
    {
      from: overSeconds < periodSeconds ? Math.max(0, Math.min(to - 1, inside)) : inside,
      to,
      begin,
      periodSeconds,
      longestGapAt: (time) => longestGapAt(time, series.coarser, longestGapOf(overSeconds, periodSeconds)),
    },
  );
}

/** A longer silence is a gap in a window of that length, where no coarser source reaches into it. */
export function longestGapOf(overSeconds: number, periodSeconds: number): number {
  return Math.max(2 * periodSeconds, Math.min(longestGapSeconds, overSeconds * largestShare));
}

/** What a strategy goes by instead of the newest reading. */
export interface Estimated {
  readonly use: number;
  /** Readings that were taken back to what is usual. */
  readonly spikes: number;
}

/** The estimate over a window of readings; NaN where there are none. */
export function estimated(window: UsageWindow, { of, ignoreSpikes }: Estimate): Estimated {
  const { window: calm, spikes } = ignoreSpikes ? withoutSpikes(window) : { window, spikes: 0 };
  return { use: estimators[of](calm), spikes };
}

const estimators: Readonly<Record<Estimate["of"], (window: UsageWindow) => number>> = {
  last,
  mean,
  p50: (window) => percentile(window, 0.5),
  p90: (window) => percentile(window, 0.9),
  p95: (window) => percentile(window, 0.95),
  p99: (window) => percentile(window, 0.99),
};

/** True where an estimate is no more than the newest reading, which needs no window. */
export function isNewest({ of, ignoreSpikes }: Estimate): boolean {
  return of === "last" && !ignoreSpikes;
}
