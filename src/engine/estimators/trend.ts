import { median } from "./percentile.js";
import type { UsageWindow } from "./usage-window.js";

/** How what is in use has grown, as a line. */
export interface Trend {
  /** Growth in units a second, negative where it falls. */
  readonly slope: number;
  /** Nineteen times in twenty the slope is between these. */
  readonly lowestSlope: number;
  readonly highestSlope: number;
  /** What the line says is in use at {@link time}. */
  readonly level: number;
  /** The newest reading's, in milliseconds. */
  readonly time: number;
  /** True where it has surely grown, and went on growing in the newer half: a jump long ago is no trend. */
  readonly growing: boolean;
}

/** When what is in use meets a size, in seconds from now. */
export interface Meeting {
  readonly seconds: number;
  readonly soonest: number;
  /** Infinite where the growth is hardly certain. */
  readonly latest: number;
}

/** So many points are compared with each other; more readings are gathered to their medians first. */
const mostPoints = 48;

/** With fewer points the interval of the slope can't exclude chance. */
const leastPoints = 6;

/** The two-sided 95 % quantile of the normal distribution. */
const quantile = 1.96;

/** The newer half must have grown at this share of the whole slope at least. */
const stillGrowing = 0.25;

/**
 * The median of the slopes between all pairs of points (Theil 1950), which up to 29 % of wild readings do not move, with the
 * interval that Sen (1968) derived for it from the distribution of Kendall's tau. `null` with too few points.
 */
export function trendOf(window: UsageWindow): Trend | null {
  const points = pointsOf(window);
  if (points.length < leastPoints) return null;
  const slopes = slopesOf(points);
  const slope = middleOf(slopes);
  const { length: count } = points;
  const spread = quantile * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const lowestSlope = slopes[Math.max(0, Math.round((slopes.length - spread) / 2) - 1)] ?? Number.NaN;
  const highestSlope = slopes[Math.min(slopes.length - 1, Math.round((slopes.length + spread) / 2))] ?? Number.NaN;
  const newer = middleOf(slopesOf(points.slice(count >>> 1)));
  const time = window.times[window.length - 1] ?? 0;
  return {
    slope,
    lowestSlope,
    highestSlope,
    level: median(points.map((point) => point.use + (slope * (time - point.time)) / 1000)),
    time,
    growing: lowestSlope > 0 && newer >= slope * stillGrowing,
  };
}

/** When a growing use meets `size`; `null` where it does not grow. */
export function meetingOf(trend: Trend, size: number, now: number): Meeting | null {
  if (!trend.growing) return null;
  const since = (now - trend.time) / 1000;
  const after = (slope: number) => (slope > 0 ? Math.max(0, (size - trend.level) / slope - since) : Infinity);
  return { seconds: after(trend.slope), soonest: after(trend.highestSlope), latest: after(trend.lowestSlope) };
}

interface Point {
  readonly time: number;
  readonly use: number;
}

/** The readings themselves, or the medians of as many equal parts of their time. */
function pointsOf({ times, uses, length }: UsageWindow): readonly Point[] {
  const begin = times[0] ?? 0;
  const end = times[length - 1] ?? 0;
  const points: Point[] = [];
  if (length <= mostPoints) {
    for (let index = 0; index < length; index += 1) points.push({ time: times[index] ?? 0, use: uses[index] ?? 0 });
    return points;
  }
  const width = (end - begin) / mostPoints;
  let first = 0;
  for (let part = 1; part <= mostPoints && first < length; part += 1) {
    const until = part === mostPoints ? Number.POSITIVE_INFINITY : begin + part * width;
    let next = first;
    while (next < length && (times[next] ?? 0) < until) next += 1;
    if (next === first) continue;
    const middle = ((times[first] ?? 0) + (times[next - 1] ?? 0)) / 2;
    points.push({ time: middle, use: median(uses.subarray(first, next)) });
    first = next;
  }
  return points;
}

/** The slopes between all pairs, in order, in units a second. */
function slopesOf(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  points.forEach((later, index) => {
    for (let before = 0; before < index; before += 1) {
      const earlier = points[before];
      if (earlier === undefined || later.time <= earlier.time) continue;
      slopes[count] = ((later.use - earlier.use) * 1000) / (later.time - earlier.time);
      count += 1;
    }
  });
  return slopes.subarray(0, count).sort();
}

function middleOf(sorted: Float64Array): number {
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
