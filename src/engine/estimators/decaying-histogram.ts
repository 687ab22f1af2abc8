import type { UsageWindow } from "./usage-window.js";

/**
 * A histogram whose older readings count less and less: after one half-life half, after two a quarter. The form is that of
 * the Kubernetes Vertical Pod Autoscaler (`pkg/recommender/util`: exponential buckets, each 5 % wider than
 * the one before): a percentile is at most a bucket too high, and a reading is added in constant time, however long
 * the history. Its contents do not depend on the order in which readings came.
 */
export interface DecayingHistogram {
  readonly form: HistogramForm;
  readonly halfLifeSeconds: number;
  /** Weight by bucket, as of {@link reference}. */
  readonly weights: Float64Array;
  /** The time at which a reading weighs what it stands for, in milliseconds. It moves on now and then, see {@link add}. */
  reference: number;
  total: number;
  /** Seconds that readings stand for, not decayed. */
  covered: number;
  /** Times of the oldest and the newest reading, in milliseconds. */
  oldest: number;
  newest: number;
}

export interface HistogramForm {
  /** Width of the first bucket, in the unit of the resource. */
  readonly first: number;
  /** Each bucket is wider than the one before by this factor. */
  readonly ratio: number;
  readonly buckets: number;
}

/** From a hundredth of a core to a thousand cores: 176 buckets, as in the VPA. */
export const cpuForm: HistogramForm = formUpTo(0.01, 1000);

/** From 10 MB (here 10 MiB) to a terabyte: 176 buckets as well. */
export const memoryForm: HistogramForm = formUpTo(10, 1_000_000);

function formUpTo(first: number, largest: number): HistogramForm {
  const ratio = 1.05;
  return { first, ratio, buckets: Math.ceil(Math.log((largest * (ratio - 1)) / first + 1) / Math.log(ratio)) + 1 };
}

export function decayingHistogram(form: HistogramForm, halfLifeSeconds: number, reference: number): DecayingHistogram {
  return {
    form,
    halfLifeSeconds,
    weights: new Float64Array(form.buckets),
    reference,
    total: 0,
    covered: 0,
    oldest: Number.POSITIVE_INFINITY,
    newest: Number.NEGATIVE_INFINITY,
  };
}

/** The histogram of a window. */
export function histogramOf(
  window: UsageWindow,
  form: HistogramForm,
  halfLifeSeconds: number,
  reference: number,
): DecayingHistogram {
  const histogram = decayingHistogram(form, halfLifeSeconds, reference);
  const { times, uses, seconds, length } = window;
  for (let index = 0; index < length; index += 1) {
    add(histogram, uses[index] ?? 0, seconds[index] ?? 0, times[index] ?? 0);
  }
  return histogram;
}

/** After so many half-lives the weights are taken back to 1, long before a double would overflow (the VPA's figure). */
const mostHalfLives = 100;

/** Adds a reading: what was in use, for how many seconds before it that stands, and when it was taken. */
export function add(histogram: DecayingHistogram, use: number, seconds: number, time: number): void {
  // It is as old as the middle of the time that it stands for.
  const halfLives = ((time - histogram.reference) / 1000 - seconds / 2) / histogram.halfLifeSeconds;
  if (halfLives > mostHalfLives) {
    rebase(histogram, time);
    add(histogram, use, seconds, time);
    return;
  }
  const weight = seconds * 2 ** halfLives;
  const bucket = bucketOf(histogram.form, use);
  histogram.weights[bucket] = (histogram.weights[bucket] ?? 0) + weight;
  histogram.total += weight;
  histogram.covered += seconds;
  if (time < histogram.oldest) histogram.oldest = time;
  if (time > histogram.newest) histogram.newest = time;
}

function rebase(histogram: DecayingHistogram, time: number): void {
  const factor = 2 ** (-(time - histogram.reference) / 1000 / histogram.halfLifeSeconds);
  let total = 0;
  histogram.weights.forEach((weight, bucket) => {
    histogram.weights[bucket] = weight * factor;
    total += weight * factor;
  });
  histogram.total = total;
  histogram.reference = time;
}

/** The end of the bucket in which the share of the weight is reached, so that it errs upwards. NaN while it is empty. */
export function percentileOf(histogram: DecayingHistogram, share: number): number {
  const { form, weights, total } = histogram;
  if (!(total > 0)) return Number.NaN;
  const wanted = total * share * (1 - 1e-12);
  let passed = 0;
  for (let bucket = 0; bucket < form.buckets; bucket += 1) {
    const weight = weights[bucket] ?? 0;
    passed += weight;
    if (weight > 0 && passed >= wanted) return bucketEnd(form, bucket);
  }
  return bucketStart(form, form.buckets);
}

/** The bucket that a use falls into. */
export function bucketOf({ first, ratio, buckets }: HistogramForm, use: number): number {
  if (!(use >= first)) return 0;
  const bucket = Math.floor(Math.log((use * (ratio - 1)) / first + 1) / Math.log(ratio) + 1e-9);
  return Math.min(buckets - 1, bucket);
}

/** Where a bucket ends and the next begins. */
export function bucketEnd(form: HistogramForm, bucket: number): number {
  return bucketStart(form, bucket + 1);
}

/** The sum of the widths before it: first × (ratio^n − 1) / (ratio − 1). */
function bucketStart({ first, ratio }: HistogramForm, bucket: number): number {
  return (first * (ratio ** bucket - 1)) / (ratio - 1);
}

/**
 * How much weight readings without a gap would have over a span that ends now, in seconds: what is there is held
 * against it. The integral of 2^(−t / half-life) from 0 to the span.
 */
export function fullWeight(overSeconds: number, halfLifeSeconds: number): number {
  return (halfLifeSeconds / Math.LN2) * (1 - 2 ** (-overSeconds / halfLifeSeconds));
}

/** The weight that readings have as of a time, in seconds: comparable with {@link fullWeight}. */
export function weightAt({ total, reference, halfLifeSeconds }: DecayingHistogram, time: number): number {
  return total * 2 ** ((reference - time) / 1000 / halfLifeSeconds);
}

/**
 * The VPA's confidence, in days: how long readings were taken, or how much of that time they cover if that is less.
 * A bound is widened by 1 / confidence: after a day twice as high, after a week by a seventh.
 */
export function confidenceOf({ covered, oldest, newest }: DecayingHistogram): number {
  if (covered <= 0) return 0;
  return Math.min((newest - oldest) / 86_400_000, covered / 86_400);
}
