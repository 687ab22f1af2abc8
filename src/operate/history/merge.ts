import type { Sample, UsageHistory } from "../../model/index.js";
import { PackedSamples } from "../samples/index.js";

/** A distance of more than so many steps is a gap, which a coarser source may fill. */
const gapSteps = 2;
/** A source whose step is longer by less than this is not coarser: cycles are never exactly as long as each other. */
const jitter = 1.05;

/**
 * Lays recorded usage of one container from several sources over each other: in each stretch of time the finest source
 * stands alone, of equally fine ones the first; coarser ones fill in what lies before, between and after. `stepSeconds` is
 * that of the newest stretch, and `coarser` says up to when there are points of a coarser one, so that a window that
 * reaches back that far expects no more of them than there can be.
 */
export function mergeHistories(sources: readonly (UsageHistory | undefined)[]): UsageHistory | undefined {
  const present = sources.flatMap((source) => (source === undefined || source.samples.length === 0 ? [] : [source]));
  const [only, second] = present;
  if (only === undefined) return sources.find((source) => source !== undefined);
  if (second === undefined) return only;
  let merged: readonly Dated[] = [];
  for (const source of present.toSorted((a, b) => (isCoarser(b, a) ? -1 : isCoarser(a, b) ? 1 : 0))) {
    merged = filledIn(merged, dated(source));
  }
  return withSteps(merged);
}

/** The step of the newest points, and up to when there are points of coarser ones. */
function withSteps(points: readonly Dated[]): UsageHistory {
  const stepSeconds = points.at(-1)?.step ?? 60;
  const until = new Map<number, number>();
  for (const { sample, step } of points) if (step > stepSeconds * jitter) until.set(step, sample.time);
  const coarser = [...until]
    .map(([step, time]) => ({ stepSeconds: step, until: time }))
    .sort((a, b) => a.until - b.until);
  const samples = new PackedSamples(sampleOf(points));
  return coarser.length === 0 ? { stepSeconds, samples } : { stepSeconds, samples, coarser };
}

function* sampleOf(points: readonly Dated[]): Iterable<Sample> {
  for (const { sample } of points) yield sample;
}

/** A reading and the step of the source it is from. */
interface Dated {
  readonly sample: Sample;
  readonly step: number;
}

function isCoarser(a: UsageHistory, b: UsageHistory): boolean {
  return a.stepSeconds > b.stepSeconds * jitter;
}

function dated({ samples, stepSeconds, coarser = [] }: UsageHistory): readonly Dated[] {
  return Array.from(samples, (sample) => ({
    sample,
    step: coarser.reduce(
      (step, one) => (sample.time <= one.until ? Math.max(step, one.stepSeconds) : step),
      stepSeconds,
    ),
  }));
}

/** `finer` with those of `coarser` between that it says nothing about. Both oldest first. */
function filledIn(finer: readonly Dated[], coarser: readonly Dated[]): readonly Dated[] {
  const result: Dated[] = [];
  let at = 0;
  for (const point of coarser) {
    for (; ; at += 1) {
      const next = finer[at];
      if (next === undefined || next.sample.time > point.sample.time) break;
      result.push(next);
    }
    if (isGap(finer[at - 1], finer[at], point.sample.time)) result.push(point);
  }
  return [...result, ...finer.slice(at)];
}

/** Whether nothing of the finer source stands for a time between two of its readings. */
function isGap(before: Dated | undefined, after: Dated | undefined, time: number): boolean {
  if (before !== undefined && after !== undefined) {
    const step = Math.max(before.step, after.step) * 1000;
    if (after.sample.time - before.sample.time <= step * gapSteps) return false;
  }
  const apart = (point: Dated | undefined): boolean =>
    point === undefined || Math.abs(point.sample.time - time) * 2 > point.step * 1000;
  return apart(before) && apart(after);
}
