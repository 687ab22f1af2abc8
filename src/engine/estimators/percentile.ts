import type { UsageWindow } from "./usage-window.js";

/**
 * The smallest use that is not exceeded for the given share of the time (nearest rank, weighted by time): always a
 * reading that was taken, never something between two. NaN without readings.
 */
export function percentile(window: UsageWindow, share: number): number {
  const { length } = window;
  if (length === 0) return Number.NaN;
  // Selected in copies, because what is asked for is one value and not the order of all.
  let total = 0;
  for (let index = 0; index < length; index += 1) total += at(window.seconds, index);
  return weightedRank(window.uses.slice(0, length), window.seconds.slice(0, length), total * share - 1e-9);
}

/** The middle one of the values, of an even number the mean of the two in the middle. NaN without values. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * The smallest value up to which `weight` is passed, by quickselect: parts the values around a pivot, and goes on in the part
 * in which the weight is reached. Of n values that takes about 3 n comparisons, a sort n log n. Puts its arguments in another order.
 */
function weightedRank(values: Float64Array, weights: Float64Array, weight: number): number {
  let wanted = weight;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(at(values, low), at(values, (low + high) >>> 1), at(values, high));
    // Smaller ones to the left of `left`, larger ones to the right of `right`, equal ones between.
    let left = low;
    let right = high;
    let index = low;
    let below = 0;
    let equal = 0;
    while (index <= right) {
      const value = at(values, index);
      if (value < pivot) {
        below += at(weights, index);
        swap(values, weights, index, left);
        left += 1;
        index += 1;
      } else if (value > pivot) {
        swap(values, weights, index, right);
        right -= 1;
      } else {
        equal += at(weights, index);
        index += 1;
      }
    }
    if (left > low && below >= wanted) {
      high = left - 1;
    } else if (below + equal >= wanted || right === high) {
      return pivot;
    } else {
      wanted -= below + equal;
      low = right + 1;
    }
  }
  return at(values, low);
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function swap(values: Float64Array, weights: Float64Array, a: number, b: number): void {
  const value = at(values, a);
  values[a] = at(values, b);
  values[b] = value;
  const weight = at(weights, a);
  weights[a] = at(weights, b);
  weights[b] = weight;
}
