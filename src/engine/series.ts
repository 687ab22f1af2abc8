import type { Container, Sample, SampleList, UsageHistory } from "../model/index.js";

/**
 * The readings of one container up to now, oldest first: the recorded ones and, where it is newer
 * than the last of them, what the inventory itself shows. Nothing is copied; {@link sampleAt} counts
 * through both.
 */
export interface Series {
  readonly samples: SampleList;
  /** So many of the samples are not in the future. */
  readonly recorded: number;
  readonly observation: Sample | null;
  readonly length: number;
  /** Distance of the source's points in seconds, 0 where nothing was recorded. */
  readonly stepSeconds: number;
  /** Older points of a coarser source, see {@link UsageHistory.coarser}. */
  readonly coarser: UsageHistory["coarser"];
}

const nothingRecorded: UsageHistory = { stepSeconds: 0, samples: [] };

/** The readings of a container up to `now`. */
export function seriesOf(
  container: Container,
  observedAt: number,
  history: UsageHistory = nothingRecorded,
  now: number,
): Series {
  const { samples, stepSeconds, coarser } = history;
  const recorded = countUntil(samples, samples.length, now);
  const time = Math.min(observedAt, now);
  const last = recorded > 0 ? samples.at(recorded - 1) : undefined;
  const newer = !container.stale && (last === undefined || time > last.time);
  return {
    samples,
    recorded,
    observation: newer ? observationOf(container, time) : null,
    length: recorded + (newer ? 1 : 0),
    stepSeconds: stepSeconds > 0 ? stepSeconds : 0,
    coarser,
  };
}

/** Distance of the points after `from` (milliseconds since the epoch) in seconds, where a coarser source reaches into that time; else 0. */
function coarserStepSince({ coarser }: Series, from: number): number {
  if (coarser === undefined) return 0;
  return coarser.reduce((step, one) => (one.until > from ? Math.max(step, one.stepSeconds) : step), 0);
}

/**
 * A longer silence before a reading of that time (milliseconds since the epoch) is a gap, where it is one of `seconds`
 * otherwise: as far as a coarser source reaches, its own distance is none.
 */
export function longestGapAt(time: number, coarser: Series["coarser"], seconds: number): number {
  if (coarser === undefined) return seconds;
  return coarser.reduce(
    (longest, one) => (one.until >= time ? Math.max(longest, one.stepSeconds * 1.5) : longest),
    seconds,
  );
}

/** How many readings there can be within so many seconds before `now`, at least one. */
export function expectedReadings(series: Series, seconds: number, periodSeconds: number, now: number): number {
  // Where the older part of the window is of a coarser source, there can't be more readings than that has.
  const step = coarserStepSince(series, now - seconds * 1000);
  const period = step > periodSeconds * 1.05 ? step : periodSeconds;
  return Math.max(1, Math.floor(seconds / period + 1e-9));
}

/** What an inventory of `time` (milliseconds since the epoch) says of a container, as a reading. */
export function observationOf(container: Container, time: number): Sample {
  const { cpu, cores, memory, memoryLimit, lock, configuration, pressure } = container;
  const locked = lock !== null;
  const sample: Sample =
    configuration === null
      ? { time, cpu, cores, memory, memoryLimit, locked }
      : { time, cpu, cores, memory, memoryLimit, locked, cpulimit: configuration.cpulimit };
  if (pressure === null) return sample;
  return { ...sample, pressureCpu: fractionOf(pressure.cpuSome), pressureMemory: fractionOf(pressure.memorySome) };
}

function fractionOf(percent: number | null): number | null {
  return percent === null ? null : percent / 100;
}

/** So many periods after the last reading under a lock nothing is judged: between a regular reading and the next but one. */
export const settling = 1.5;

/**
 * When the newest reading under a lock was taken, if that is so short ago that it is left alone until there are readings
 * again that the lock had no part in; else `null`.
 */
export function lockedShortlyBefore(series: Series, now: number, periodSeconds: number): number | null {
  const begin = now - settling * periodSeconds * 1000;
  for (let index = series.length - 1; index >= 0; index -= 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined || sample.time <= begin) return null;
    if (sample.locked === true) return sample.time;
  }
  return null;
}

/** The reading at a place, 0 being the oldest. */
export function sampleAt(series: Series, index: number): Sample | undefined {
  return index < series.recorded ? series.samples.at(index) : (series.observation ?? undefined);
}

/** The place of the first reading after `time`; the length where there is none. */
export function firstAfter(series: Series, time: number): number {
  const { observation } = series;
  if (observation !== null && observation.time <= time) return series.length;
  return countUntil(series.samples, series.recorded, time);
}

/** How many of the first `count` samples are not after `time`. */
function countUntil(samples: SampleList, count: number, time: number): number {
  let low = 0;
  let high = count;
  // The newest samples are asked for most: from the end ever longer leaps narrow the search.
  for (let leap = 1; leap <= count; leap *= 2) {
    if ((samples.at(count - leap)?.time ?? 0) <= time) {
      low = count - leap + 1;
      break;
    }
    high = count - leap;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples.at(middle)?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
