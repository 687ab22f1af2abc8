/**
 * What was in use over a span of time: one entry for each usable reading, oldest first. Each stands for the time since
 * the reading before it, so that sources of different steps can be mixed: a week of half hours and an hour of
 * minutes weigh as what they are.
 */
export interface UsageWindow {
  /** So many entries of the arrays count. */
  readonly length: number;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** In the unit of the resource. */
  readonly uses: Float64Array;
  /** How long each reading stands for. */
  readonly seconds: Float64Array;
  /** The sum of `seconds`: gaps are left out. */
  readonly covered: number;
}

/** Where readings come from, oldest first, without copying them. */
export interface ReadingSource {
  readonly length: number;
  /** Milliseconds since the epoch; never falls from one place to the next. */
  readonly timeAt: (index: number) => number;
  /** NaN where the reading says nothing that could be used. */
  readonly useAt: (index: number) => number;
}

export interface Span {
  /** The first place that counts, and the first that no longer does. */
  readonly from: number;
  readonly to: number;
  /** No reading stands for time before it, in milliseconds since the epoch. */
  readonly begin: number;
  /** What a reading stands for after a gap, and where there is none before it. */
  readonly periodSeconds: number;
  /** A longer silence before a reading of that time is a gap, in seconds. */
  readonly longestGapAt: (time: number) => number;
}

/** The readings of a span with the time that each stands for. */
export function usageWindow(source: ReadingSource, span: Span): UsageWindow {
  const { from, to, begin, periodSeconds, longestGapAt } = span;
  const size = Math.max(0, to - from);
  const times = new Float64Array(size);
  const uses = new Float64Array(size);
  const seconds = new Float64Array(size);
  let length = 0;
  let covered = 0;
  let before = from > 0 ? source.timeAt(from - 1) : Number.NaN;
  for (let index = from; index < to; index += 1) {
    const time = source.timeAt(index);
    const since = Number.isNaN(before) ? periodSeconds : (time - Math.max(before, begin)) / 1000;
    before = time;
    const use = source.useAt(index);
    if (!(use >= 0 && use < Number.POSITIVE_INFINITY) || Number.isNaN(time)) continue;
    const lasting = since > longestGapAt(time) ? periodSeconds : Math.max(0, since);
    times[length] = time;
    uses[length] = use;
    seconds[length] = lasting;
    covered += lasting;
    length += 1;
  }
  return { length, times, uses, seconds, covered };
}

/** Of the time that is looked at so much must be covered by readings. */
export const enough = 0.8;

/**
 * Whether readings cover enough of a span: four fifths of the whole periods in it, so that a window of 90 seconds
 * over a reading a minute expects one.
 */
export function covers({ covered }: UsageWindow, overSeconds: number, periodSeconds: number): boolean {
  const expected = Math.max(1, Math.floor(overSeconds / periodSeconds + 1e-9)) * periodSeconds;
  return covered >= Math.min(overSeconds, expected) * enough - 1e-9;
}
