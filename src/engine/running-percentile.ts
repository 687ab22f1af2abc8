import type { Strategy } from "../config/index.js";
import type { Sample } from "../model/index.js";
import { bucketEnd, bucketOf, cpuForm, memoryForm, weightedRank, type HistogramForm } from "./estimators/index.js";
import { firstAfter, sampleAt } from "./series.js";
import { useOf, type Subject } from "./subject.js";
import { longestGapOf } from "./usage.js";

type Percentile = Extract<Strategy, { kind: "percentile" }>;

/** A percentile, and the seconds that readings cover; with a half-life both are weighed by age. */
export interface RunningPercentile {
  readonly use: number;
  readonly covered: number;
}

/**
 * The readings of one window in the order of their times, as far as they were looked at: one entry a sample, usable or
 * not. From decision to decision only what is new is added and what is too old dropped, so that a percentile of a week costs
 * a pass over numbers instead of ten thousand samples read again.
 */
interface Running {
  readonly memory: boolean;
  readonly overSeconds: number;
  readonly periodSeconds: number;
  readonly halfLifeSeconds: number | null;
  readonly form: HistogramForm;
  /** Decayed weights are as of this time. */
  readonly reference: number;
  head: number;
  end: number;
  times: Float64Array;
  /** NaN: it says nothing. */
  uses: Float64Array;
  /** Seconds that it stands for, decayed where there is a half-life. */
  weights: Float64Array;
  buckets: Uint16Array;
  /** The time of the sample before the first entry; NaN: none is known. */
  before: number;
}

/**
 * Kept by the array that samples are appended to. It is a memory of what was computed and nothing else: what it is worth is
 * seen from the samples each time, and where they are not what they were it is made anew.
 */
const kept = new WeakMap<readonly Sample[], Running[]>();

/** An exponent of two that no weight passes: then they are made anew, as of a later time. */
const mostHalfLives = 100;

/** The same as estimating the window of the last `overSeconds` from its samples, only faster where it is asked again. */
export function runningPercentile(subject: Subject, strategy: Percentile): RunningPercentile {
  const { now } = subject;
  const begin = now - strategy.overSeconds * 1000;
  const running = synchronised(subject, strategy, begin);
  const { form, halfLifeSeconds, buckets, weights, uses, head, end } = running;
  // Whatever lies before the window is no part of what its first reading stands for.
  const first = weightOf(running, running.times[head] ?? now, running.before, begin);
  const sums = new Float64Array(form.buckets);
  let total = 0;
  for (let index = head; index < end; index += 1) {
    const bucket = buckets[index] ?? unusable;
    if (bucket === unusable) continue;
    const weight = index === head ? first : (weights[index] ?? 0);
    sums[bucket] = (sums[bucket] ?? 0) + weight;
    total += weight;
  }
  const newest = observed(subject, running, begin);
  if (newest !== null) {
    sums[newest.bucket] = (sums[newest.bucket] ?? 0) + newest.weight;
    total += newest.weight;
  }
  const rank = rankOf(sums, total, strategy.of, halfLifeSeconds !== null);
  if (rank === null) return { use: Number.NaN, covered: 0 };
  if (halfLifeSeconds !== null) {
    const decay = 2 ** ((running.reference - now) / 1000 / halfLifeSeconds);
    return { use: bucketEnd(form, rank.bucket), covered: total * decay };
  }
  const insideUses: number[] = [];
  const insideWeights: number[] = [];
  for (let index = head; index < end; index += 1) {
    if (buckets[index] !== rank.bucket) continue;
    insideUses.push(uses[index] ?? 0);
    insideWeights.push(index === head ? first : (weights[index] ?? 0));
  }
  if (newest !== null && newest.bucket === rank.bucket) {
    insideUses.push(newest.use);
    insideWeights.push(newest.weight);
  }
  const use = weightedRank(Float64Array.from(insideUses), Float64Array.from(insideWeights), rank.left);
  return { use, covered: total };
}

interface Newest {
  readonly use: number;
  readonly weight: number;
  readonly bucket: number;
}

/** What the inventory itself shows, which is not recorded yet. */
function observed(subject: Subject, running: Running, begin: number): Newest | null {
  const { observation } = subject.series;
  if (observation === null || observation.locked === true || !(observation.time > begin)) return null;
  const use = useOf(observation, subject);
  if (!isUse(use)) return null;
  return {
    use,
    weight: weightOf(running, observation.time, lastTime(running), begin),
    bucket: bucketOf(running.form, use),
  };
}

/** The bucket in which the share of the weight is reached, and how much of it has to be passed inside. */
function rankOf(
  sums: Float64Array,
  total: number,
  share: number,
  decayed: boolean,
): { bucket: number; left: number } | null {
  if (!(total > 0)) return null;
  let left = decayed ? total * share * (1 - 1e-12) : total * share - 1e-9;
  for (let bucket = 0; bucket < sums.length; bucket += 1) {
    const weight = sums[bucket] ?? 0;
    if (weight > 0 && weight >= left) return { bucket, left };
    left -= weight;
  }
  return { bucket: sums.length - 1, left };
}

/** What is kept of the samples, brought up to now; made anew where they are not what was looked at before. */
function synchronised(subject: Subject, strategy: Percentile, begin: number): Running {
  const { series } = subject;
  let all = kept.get(series.samples);
  if (all === undefined) {
    all = [];
    kept.set(series.samples, all);
  }
  const place = all.findIndex((one) => isFor(one, subject, strategy));
  const known = all[place];
  if (known !== undefined) {
    forget(known, begin);
    if (isTrue(known, subject, begin)) {
      extend(known, subject);
      return known;
    }
  }
  const made = created(subject, strategy);
  const first = Math.min(series.recorded, firstAfter(series, begin));
  made.before = first > 0 ? (sampleAt(series, first - 1)?.time ?? Number.NaN) : Number.NaN;
  extend(made, subject, first);
  if (known === undefined) all.push(made);
  else all[place] = made;
  return made;
}

function isFor(one: Running, subject: Subject, { overSeconds, halfLifeSeconds }: Percentile): boolean {
  return (
    one.memory === (subject.settings.resource === "memory") &&
    one.overSeconds === overSeconds &&
    one.halfLifeSeconds === halfLifeSeconds
  );
}

/** So many samples as before lie between the beginning of the window and the newest that was looked at, which is still there. */
function isTrue(one: Running, { now, series, periodSeconds }: Subject, begin: number): boolean {
  if (one.periodSeconds !== periodSeconds || one.head === one.end) return false;
  if (one.halfLifeSeconds !== null && (now - one.reference) / 1000 / one.halfLifeSeconds > mostHalfLives) return false;
  const newest = lastTime(one);
  const after = Math.min(series.recorded, firstAfter(series, newest));
  const first = Math.min(series.recorded, firstAfter(series, begin));
  return after - first === one.end - one.head && series.samples[after - 1]?.time === newest;
}

function created({ now, periodSeconds, settings }: Subject, { overSeconds, halfLifeSeconds }: Percentile): Running {
  const memory = settings.resource === "memory";
  return {
    memory,
    overSeconds,
    periodSeconds,
    halfLifeSeconds,
    form: memory ? memoryForm : cpuForm,
    reference: now,
    head: 0,
    end: 0,
    times: new Float64Array(64),
    uses: new Float64Array(64),
    weights: new Float64Array(64),
    buckets: new Uint16Array(64),
    before: Number.NaN,
  };
}

/** Adds the recorded samples from a place on; those after the newest that was looked at, unless given. */
function extend(one: Running, subject: Subject, from?: number): void {
  const { series } = subject;
  for (let index = from ?? firstAfter(series, lastTime(one)); index < series.recorded; index += 1) {
    const sample = series.samples[index];
    if (sample === undefined) continue;
    const use = sample.locked === true ? Number.NaN : useOf(sample, subject);
    const usable = isUse(use) && !Number.isNaN(sample.time);
    const before = lastTime(one);
    makeRoom(one);
    one.times[one.end] = sample.time;
    one.uses[one.end] = use;
    one.weights[one.end] = usable ? weightOf(one, sample.time, before, Number.NEGATIVE_INFINITY) : 0;
    one.buckets[one.end] = usable ? bucketOf(one.form, use) : unusable;
    one.end += 1;
  }
}

function forget(one: Running, begin: number): void {
  while (one.head < one.end && (one.times[one.head] ?? 0) <= begin) {
    one.before = one.times[one.head] ?? Number.NaN;
    one.head += 1;
  }
}

/** The bucket of what can't be used: no histogram has so many. */
const unusable = 0xffff;

function isUse(use: number): boolean {
  return use >= 0 && use < Number.POSITIVE_INFINITY;
}

function lastTime(one: Running): number {
  return one.end > one.head ? (one.times[one.end - 1] ?? Number.NaN) : one.before;
}

/** How long a reading stands for, in seconds, decayed from the middle of that time. */
function weightOf(one: Running, time: number, before: number, begin: number): number {
  const { periodSeconds, halfLifeSeconds, overSeconds } = one;
  const since = Number.isNaN(before) ? periodSeconds : (time - Math.max(before, begin)) / 1000;
  const seconds = since > longestGapOf(overSeconds, periodSeconds) ? periodSeconds : Math.max(0, since);
  if (halfLifeSeconds === null) return seconds;
  return seconds * 2 ** (((time - one.reference) / 1000 - seconds / 2) / halfLifeSeconds);
}

/** Moves the entries to the beginning, into larger arrays where more than half of the room is taken. */
function makeRoom(one: Running): void {
  if (one.end < one.times.length) return;
  const { head, end } = one;
  const size = end - head > one.times.length / 2 ? one.times.length * 2 : one.times.length;
  const moved = <A extends Float64Array | Uint16Array>(made: A, old: A): A => {
    made.set(old.subarray(head, end));
    return made;
  };
  one.times = moved(new Float64Array(size), one.times);
  one.uses = moved(new Float64Array(size), one.uses);
  one.weights = moved(new Float64Array(size), one.weights);
  one.buckets = moved(new Uint16Array(size), one.buckets);
  one.head = 0;
  one.end = end - head;
}
