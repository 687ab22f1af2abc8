/**
 * Randomness without state: every value is a function of a seed and a number, so that a moment can be
 * looked at again, or out of order, and shows the same. The mixing is MurmurHash3's finaliser.
 */

/** A number in [0, 1) that belongs to `seed` and `index` (both taken as 32-bit integers). */
export function chance(seed: number, index: number): number {
  let mixed = seed ^ Math.imul(index | 0, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}

/** A seed of its own for the part `index` of whatever `seed` stands for. */
export function deriveSeed(seed: number, index: number): number {
  return Math.floor(chance(seed, index) * 4294967296) | 0;
}

/** A number between `low` and `high` that belongs to `seed` and `index`. */
export function between(seed: number, index: number, low: number, high: number): number {
  return low + (high - low) * chance(seed, index);
}

/** Smooth noise in [-1, 1]: value noise with one knot at each whole `position`. */
export function noise(seed: number, position: number): number {
  const knot = Math.floor(position);
  const along = position - knot;
  const left = chance(seed, knot);
  const right = chance(seed, knot + 1);
  return (left + (right - left) * along * along * (3 - 2 * along)) * 2 - 1;
}
