import type { Sample } from "../model/index.js";
import { capacityOf, useOf, type Subject } from "./subject.js";
import { expectedReadings, firstAfter, sampleAt } from "./series.js";
import { larger, smaller, tolerance } from "./sizes.js";

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

/** Whether tasks waited for the resource at least so much of the time when the reading was taken. Not where it does not tell. */
export function isPressed(sample: Sample, subject: Subject, pressure: number): boolean {
  const waited = pressureOf(sample, subject);
  return waited !== null && waited >= pressure - tolerance;
}

/** The share of the time that tasks waited for the resource, as a fraction; `null` where the reading does not tell. */
export function pressureOf(sample: Sample, { settings }: Subject): number | null {
  return (settings.resource === "memory" ? sample.pressureMemory : sample.pressureCpu) ?? null;
}

/**
 * Looks at the last `forSeconds`: from just after its beginning to now, so that a reading a minute makes two of two
 * minutes. Expected are floor(for / period), at least one. Readings under a lock, missing and impossible ones are not there.
 * Where a `pressure` is given, a reading with as much of it is above and not below, whatever its usage.
 */
export function judgeWindow(
  subject: Subject,
  forSeconds: number,
  direction: "above" | "below",
  threshold: number,
  pressure: number | null = null,
): WindowVerdict {
  const { now, periodSeconds, series } = subject;
  const begin = now - forSeconds * 1000;
  const inside = firstAfter(series, begin);
  const expected = expectedReadings(series, forSeconds, periodSeconds, now);
  // A window shorter than the distance of two readings is judged on the last one. Where a coarse source is continued by
  // a finer one, all that lies in the window counts.
  const coarse = forSeconds > 0 && series.stepSeconds > forSeconds * 1.05 && inside >= series.length - 1;
  const first = forSeconds < periodSeconds ? Math.min(series.length - 1, inside) : inside;
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
    const pressed = pressure !== null && isPressed(sample, subject, pressure);
    if (direction === "above" ? !pressed && smaller(usage, threshold) : pressed || larger(usage, threshold)) {
      brokenAt = sample.time;
    }
  }
  const sufficient = there >= expected * enough - 1e-9;
  return { there, expected, sufficient, holds: brokenAt === null, brokenAt, highestUse, coarse };
}
