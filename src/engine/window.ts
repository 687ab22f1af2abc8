import { capacityOf, useOf, type Subject } from "./subject.js";
import { firstAfter, sampleAt } from "./series.js";
import { larger, smaller } from "./sizes.js";

/** Of the readings that a rule expects so many must be there. */
const enough = 0.8;

/** What the readings of a window say about one condition. */
export interface WindowVerdict {
  /** Usable readings in the window. */
  readonly there: number;
  readonly expected: number;
  readonly sufficient: boolean;
  /** True of every usable reading. */
  readonly holds: boolean;
  /** Time of the newest reading that it is not true of, `null` where there is none. */
  readonly brokenAt: number | null;
  /** The most that was in use, in the resource's unit. */
  readonly highestUse: number;
  /** True where the source is coarser than the window, so that its last reading alone decided. */
  readonly coarse: boolean;
}

/**
 * Looks at the last `forSeconds`: from just after its beginning to now, so that a reading a minute makes two of two
 * minutes. Expected are floor(for / period), at least one. Readings under a lock, missing and impossible ones are not there.
 */
export function judgeWindow(
  subject: Subject,
  forSeconds: number,
  direction: "above" | "below",
  threshold: number,
): WindowVerdict {
  const { now, periodSeconds, series } = subject;
  const coarse = forSeconds > 0 && series.stepSeconds > forSeconds * 1.05;
  const expected = Math.max(1, Math.floor(forSeconds / periodSeconds + 1e-9));
  // A window shorter than the distance of two readings is judged on the last one.
  const inside = coarse ? series.length : firstAfter(series, now - forSeconds * 1000);
  const first = coarse || forSeconds < periodSeconds ? Math.min(series.length - 1, inside) : inside;
  let there = 0;
  let highestUse = 0;
  let brokenAt: number | null = null;
  for (let index = series.length - 1; index >= first; index -= 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined || sample.locked === true) continue;
    const use = useOf(sample, subject);
    if (Number.isNaN(use)) continue;
    there += 1;
    if (use > highestUse) highestUse = use;
    if (brokenAt !== null) continue;
    const usage = use / capacityOf(sample, subject);
    if (direction === "above" ? smaller(usage, threshold) : larger(usage, threshold)) brokenAt = sample.time;
  }
  const sufficient = there >= expected * enough - 1e-9;
  return { there, expected, sufficient, holds: brokenAt === null, brokenAt, highestUse, coarse };
}
