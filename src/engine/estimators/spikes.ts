import { median } from "./percentile.js";
import type { UsageWindow } from "./usage-window.js";

/** What is usual in a window. A reading outside is a spike or a dip, unless it lasts. */
export interface Usual {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A modified z-score above it is an outlier: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993). */
const outlying = 3.5;

/** Makes the median absolute deviation of a normal distribution its standard deviation: 1 / Φ⁻¹(3/4). */
const normal = 1.4826;

/** Readings that differ by less than this share of the median are not told apart, also where more than half are the same. */
const noise = 0.05;

/** What is unusual in more than this share of the readings is usual. */
const rare = 0.2;

/** With fewer readings nothing can be said to be unusual. */
const least = 5;

/** So many unusual readings in a row are no spike but a new level. */
export const lasting = 3;

/** What is usual by the median and the median absolute deviation, which a few spikes do not move; `null` with too few readings. */
export function usualOf({ uses, length }: UsageWindow): Usual | null {
  if (length < least) return null;
  const values = uses.subarray(0, length);
  const middle = median(values);
  const deviations = values.map((use) => Math.abs(use - middle));
  const deviation = median(deviations) * normal;
  const most = outlying * Math.max(deviation, middle * noise);
  return { median: middle, lowest: Math.max(0, middle - most), highest: middle + most };
}

/** A window without its spikes, and how many there were. */
export interface Calmed {
  readonly window: UsageWindow;
  readonly spikes: number;
}

/**
 * Takes spikes and dips back to the edge of what is usual. They are not dropped: a spike that is larger must never make
 * the estimate smaller. Three in a row are left as they are, because that is no spike but what is in use now, and so is what
 * happens again and again.
 */
export function withoutSpikes(window: UsageWindow): Calmed {
  const usual = usualOf(window);
  if (usual === null) return { window, spikes: 0 };
  const { length } = window;
  let uses: Float64Array | null = null;
  let spikes = 0;
  for (let index = 0; index < length;) {
    const side = sideOf(window.uses[index] ?? 0, usual);
    let end = index + 1;
    while (end < length && sideOf(window.uses[end] ?? 0, usual) === side) end += 1;
    if (side !== 0 && end - index < lasting) {
      uses ??= window.uses.slice();
      uses.fill(side > 0 ? usual.highest : usual.lowest, index, end);
      spikes += end - index;
    }
    index = end;
  }
  return uses === null || spikes > length * rare ? { window, spikes: 0 } : { window: { ...window, uses }, spikes };
}

function sideOf(use: number, { lowest, highest }: Usual): -1 | 0 | 1 {
  if (use > highest) return 1;
  return use < lowest ? -1 : 0;
}
