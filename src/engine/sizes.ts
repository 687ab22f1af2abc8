/** Sizes, and fractions of them, are the same when they differ by no more than this. */
export const tolerance = 1e-9;

/** Takes off what binary fractions add to decimal ones: 3 × 0.1 is 0.3. */
function tidy(size: number): number {
  return Number.isInteger(size) ? size : Math.round(size * 1e9) / 1e9;
}

export function same(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance;
}

export function larger(a: number, b: number): boolean {
  return a > b + tolerance;
}

export function smaller(a: number, b: number): boolean {
  return a < b - tolerance;
}

/** The smallest multiple of the grain that is not below `size`. */
export function roundUp(size: number, grain: number): number {
  return tidy(Math.ceil(size / grain - tolerance) * grain);
}

/** The largest multiple of the grain that is not above `size`. */
export function roundDown(size: number, grain: number): number {
  return tidy(Math.floor(size / grain + tolerance) * grain);
}

/** The smallest multiple of the grain that is above `size`: of 4 by 1 it is 5. */
export function multipleAbove(size: number, grain: number): number {
  return tidy((Math.floor(size / grain + tolerance) + 1) * grain);
}

/** The largest multiple of the grain that is below `size`, but never less than one grain. */
export function multipleBelow(size: number, grain: number): number {
  return Math.max(grain, tidy((Math.ceil(size / grain - tolerance) - 1) * grain));
}
