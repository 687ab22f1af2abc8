import type { ReadingSource } from "./estimators/index.js";
import { sampleAt } from "./series.js";
import type { DiskSubject } from "./subject.js";

/** Bytes. */
const gibibyte = 1024 ** 3;

/** More than this over the limit is no rounding but a reading that can't be. */
const jitter = 1.001;

/** What a reading says of the root file system, in GiB. */
export interface DiskUse {
  readonly used: number;
  /** What the file system has: some percent less than its volume. */
  readonly size: number;
}

/** What is used of the root file system by bytes that were read; `null` where they say nothing, or what can't be. */
export function diskUseOf(used: number | null | undefined, size: number | null | undefined): DiskUse | null {
  if (used === null || used === undefined || size === null || size === undefined) return null;
  // An empty root file system is a failed read.
  return used > 0 && size > 0 && used <= size * jitter ? { used: used / gibibyte, size: size / gibibyte } : null;
}

/** What a reading of the past, or the newest, says of the root file system; `null` where it can't be used. */
export function diskUseAt({ container, series }: DiskSubject, index: number): DiskUse | null {
  if (index >= series.recorded) return diskUseOf(container.disk, container.diskLimit);
  const sample = sampleAt(series, index);
  return sample === undefined || sample.locked === true ? null : diskUseOf(sample.disk, sample.diskLimit);
}

/** The readings of the root file system, in GiB, for the estimators. */
export function diskReadings(subject: DiskSubject): ReadingSource {
  const { series } = subject;
  return {
    length: series.length,
    timeAt: (index) => sampleAt(series, index)?.time ?? Number.NaN,
    useAt: (index) => diskUseAt(subject, index)?.used ?? Number.NaN,
  };
}
