import type { Strategy } from "../config/index.js";
import type { SampleList } from "../model/index.js";
import { bucketEnd, bucketOf, cpuForm, memoryForm, WeightedOrder, type HistogramForm } from "./estimators/index.js";
import { firstAfter, longestGapAt, sampleAt, type Series } from "./series.js";
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
 * no more than one of an hour; with a half-life a pass over numbers, instead of ten thousand samples read again.
 */
interface Running {
  readonly memory: boolean;
  readonly overSeconds: number;
  readonly periodSeconds: number;
  readonly halfLifeSeconds: number | null;
  /** Up to when there are readings of coarser sources, see {@link longestGapAt}. */
  readonly coarser: Series["coarser"];
  readonly form: HistogramForm;
  /** Decayed weights are as of this time. */
  readonly reference: number;
  head: number;
  end: number;
  times: Float64Array;
  /** NaN: it says nothing. */
  uses: Float64Array;
  /** Milliseconds that it stands for: whole ones, or decayed where there is a half-life. */
  weights: Float64Array | Uint32Array;
  /** Of all entries the uses in order; `null` where there is a half-life, for which buckets do. */
  readonly order: WeightedOrder | null;
  /** Of each entry its bucket; filled only where there is a half-life. */
  buckets: Uint16Array;
  /** The time of the sample before the first entry; NaN: none is known. */
  before: number;
}

/**
 * Kept by the array that samples are appended to. It is a memory of what was computed and nothing else: what it is worth is
 * seen from the samples each time, and where they are not what they were it is made anew.
 */
const kept = new WeakMap<SampleList, Running[]>();

/** An exponent of two that no weight passes: then they are made anew, as of a later time. */
const mostHalfLives = 100;

/** The same as estimating the window of the last `overSeconds` from its samples, only faster where it is asked again. */
export function runningPercentile(subject: Subject, strategy: Percentile): RunningPercentile {
  const begin = subject.now - strategy.overSeconds * 1000;
  const running = synchronised(subject, strategy, begin);
  return running.order === null
    ? decayedPercentile(running, subject, strategy.of, begin)
    : plainPercentile(running, running.order, subject, strategy.of, begin);
}

/** What the window cuts off its first reading and what was read just now are put into the order for the moment. */
function plainPercentile(
  running: Running,
  order: WeightedOrder,
  subject: Subject,
  share: number,
  begin: number,
): RunningPercentile {
  const { head, end, uses, weights } = running;
  const whole = head < end ? (weights[head] ?? 0) : 0;
  const first = uses[head] ?? Number.NaN;
  // An entry that can't be used has no weight, and none of it is cut off.
  const cut = whole > 0 ? whole - firstWeight(running, begin) : 0;
  const newest = observed(subject, running, begin);
  order.add(first, -cut);
  if (newest !== null) order.add(newest.use, newest.weight);
  const { total } = order;
  const use = total > 0 ? order.reaching(total * share - 1e-6) : Number.NaN;
  if (newest !== null) order.add(newest.use, -newest.weight);
  order.add(first, cut);
  return { use, covered: total / 1000 };
}

function decayedPercentile(running: Running, subject: Subject, share: number, begin: number): RunningPercentile {
  const { form, halfLifeSeconds, buckets, weights, head, end } = running;
  const first = firstWeight(running, begin);
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
    const bucket = bucketOf(form, newest.use);
    sums[bucket] = (sums[bucket] ?? 0) + newest.weight;
    total += newest.weight;
  }
  if (!(total > 0)) return { use: Number.NaN, covered: 0 };
  const decay = 2 ** ((running.reference - subject.now) / 1000 / (halfLifeSeconds ?? Number.POSITIVE_INFINITY));
  return { use: bucketEnd(form, bucketReaching(sums, total * share * (1 - 1e-12))), covered: (total * decay) / 1000 };
}

/** Whatever lies before the window is no part of what its first reading stands for. */
function firstWeight(running: Running, begin: number): number {
  return weightOf(running, running.times[running.head] ?? Number.NaN, running.before, begin);
}

interface Newest {
  readonly use: number;
  readonly weight: number;
}

/** What the inventory itself shows, which is not recorded yet. */
function observed(subject: Subject, running: Running, begin: number): Newest | null {
  const { observation } = subject.series;
  if (observation === null || observation.locked === true || !(observation.time > begin)) return null;
  const use = useOf(observation, subject);
  if (!isUse(use)) return null;
  return { use, weight: weightOf(running, observation.time, lastTime(running), begin) };
}

/** The bucket in which the weight is reached. */
function bucketReaching(sums: Float64Array, weight: number): number {
  let left = weight;
  for (let bucket = 0; bucket < sums.length; bucket += 1) {
    const own = sums[bucket] ?? 0;
    if (own > 0 && own >= left) return bucket;
    left -= own;
  }
  return sums.length - 1;
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
  const first = Math.min(series.recorded, firstAfter(series, begin));
  const made = created(subject, strategy, series.recorded - first);
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

/** As many samples as before lie between the beginning of the window and the newest that was looked at; that and the one before them are still there. */
function isTrue(one: Running, { now, series, periodSeconds }: Subject, begin: number): boolean {
  if (one.periodSeconds !== periodSeconds || one.coarser !== series.coarser || one.head === one.end) return false;
  if (one.halfLifeSeconds !== null && (now - one.reference) / 1000 / one.halfLifeSeconds > mostHalfLives) return false;
  const newest = lastTime(one);
  const after = Math.min(series.recorded, firstAfter(series, newest));
  const first = Math.min(series.recorded, firstAfter(series, begin));
  // What its first entry stands for is told by the sample before, which may have been dropped meanwhile.
  const before = first > 0 ? (series.samples.at(first - 1)?.time ?? Number.NaN) : Number.NaN;
  return (
    after - first === one.end - one.head &&
    series.samples.at(after - 1)?.time === newest &&
    Object.is(before, one.before)
  );
}

function created(
  { now, periodSeconds, series, settings }: Subject,
  { overSeconds, halfLifeSeconds }: Percentile,
  expected: number,
): Running {
  const size = Math.max(64, roomy(expected));
  const memory = settings.resource === "memory";
  return {
    memory,
    overSeconds,
    periodSeconds,
    halfLifeSeconds,
    coarser: series.coarser,
    form: memory ? memoryForm : cpuForm,
    reference: now,
    head: 0,
    end: 0,
    times: new Float64Array(size),
    uses: new Float64Array(size),
    // No reading stands for as long as 32 bits can count.
    weights: halfLifeSeconds === null ? new Uint32Array(size) : new Float64Array(size),
    // Readings before and after may stand for some time beside that of the window.
    order: halfLifeSeconds === null ? new WeightedOrder(overSeconds * 1000 * 1.5) : null,
    buckets: new Uint16Array(halfLifeSeconds === null ? 0 : size),
    before: Number.NaN,
  };
}

/** Adds the recorded samples from a place on; those after the newest that was looked at, unless given. */
function extend(one: Running, subject: Subject, from?: number): void {
  const { series } = subject;
  for (let index = from ?? firstAfter(series, lastTime(one)); index < series.recorded; index += 1) {
    const sample = series.samples.at(index);
    if (sample === undefined) continue;
    const use = sample.locked === true ? Number.NaN : useOf(sample, subject);
    const usable = isUse(use) && !Number.isNaN(sample.time);
    const before = lastTime(one);
    makeRoom(one);
    one.times[one.end] = sample.time;
    one.uses[one.end] = use;
    const weight = usable ? weightOf(one, sample.time, before, Number.NEGATIVE_INFINITY) : 0;
    one.weights[one.end] = weight;
    if (one.order === null) one.buckets[one.end] = usable ? bucketOf(one.form, use) : unusable;
    else if (usable) one.order.add(use, weight);
    one.end += 1;
  }
}

function forget(one: Running, begin: number): void {
  while (one.head < one.end && (one.times[one.head] ?? 0) <= begin) {
    one.before = one.times[one.head] ?? Number.NaN;
    const use = one.uses[one.head] ?? Number.NaN;
    if (one.order !== null && isUse(use)) one.order.add(use, -(one.weights[one.head] ?? 0));
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

/** How long a reading stands for: in whole milliseconds, or decayed from the middle of that time. */
function weightOf(one: Running, time: number, before: number, begin: number): number {
  const { periodSeconds, halfLifeSeconds, overSeconds, coarser } = one;
  const since = Number.isNaN(before) ? periodSeconds : (time - Math.max(before, begin)) / 1000;
  const longest = longestGapAt(time, coarser, longestGapOf(overSeconds, periodSeconds));
  const seconds = since > longest ? periodSeconds : Math.max(0, since);
  if (halfLifeSeconds === null) return Math.round(seconds * 1000);
  return seconds * 1000 * 2 ** (((time - one.reference) / 1000 - seconds / 2) / halfLifeSeconds);
}

/** Room for an eighth more: of ten thousand entries one is moved at most eight times as it comes. */
function roomy(entries: number): number {
  return Math.ceil((entries * 9) / 8) + 8;
}

/** Moves the entries to the beginning, into larger arrays where little of the room is left. */
function makeRoom(one: Running): void {
  if (one.end < one.times.length) return;
  const { head, end } = one;
  const size = Math.max(one.times.length, roomy(end - head));
  if (size === one.times.length) {
    for (const array of [one.times, one.uses, one.weights, one.buckets]) array.copyWithin(0, head, end);
  } else {
    const moved = <A extends Float64Array | Uint32Array | Uint16Array>(made: A, old: A): A => {
      made.set(old.subarray(head, end));
      return made;
    };
    one.times = moved(new Float64Array(size), one.times);
    one.uses = moved(new Float64Array(size), one.uses);
    one.weights =
      one.order === null
        ? moved<Float64Array | Uint32Array>(new Float64Array(size), one.weights)
        : moved<Float64Array | Uint32Array>(new Uint32Array(size), one.weights);
    if (one.order === null) one.buckets = moved(new Uint16Array(size), one.buckets);
  }
  one.head = 0;
  one.end = end - head;
}
