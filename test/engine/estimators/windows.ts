import fc from "fast-check";
import { usageWindow, type UsageWindow } from "../../../src/engine/estimators/index.js";

export const start = Date.parse("2026-11-21T00:00:00Z");

/** One reading a minute from `start` on; `null` is one that says nothing. */
export function everyMinute(uses: readonly (number | null)[], stepSeconds = 60): UsageWindow {
  return readingsAt(uses.map((use, index) => [index * stepSeconds, use]));
}

/** Readings at so many seconds after `start`. */
export function readingsAt(
  readings: readonly (readonly [seconds: number, use: number | null])[],
  longestGapSeconds = 1800,
): UsageWindow {
  return usageWindow(
    {
      length: readings.length,
      timeAt: (index) => start + (readings[index]?.[0] ?? 0) * 1000,
      useAt: (index) => readings[index]?.[1] ?? Number.NaN,
    },
    { from: 0, to: readings.length, begin: start, periodSeconds: 60, longestGapAt: () => longestGapSeconds },
  );
}

/** Readings of a few hours with gaps, bursts, and ones that say nothing. */
export const readings = fc
  .array(
    fc.tuple(
      fc.constantFrom(10, 60, 60, 60, 300, 1800, 7200),
      fc.option(fc.integer({ min: 0, max: 4000 }), { freq: 8 }),
    ),
    { minLength: 1, maxLength: 120 },
  )
  .map((drawn) => {
    let seconds = 0;
    return drawn.map(([step, use]) => [(seconds += step), use === null ? null : use / 1000] as const);
  });

/** A generator of numbers in [0, 1) that always gives the same ones (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
