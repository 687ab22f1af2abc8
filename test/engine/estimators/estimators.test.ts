import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, last, mean, median, percentile, type UsageWindow } from "../../../src/engine/estimators/index.js";
import { everyMinute, readings, readingsAt } from "./windows.js";

function used(window: UsageWindow): number[] {
  return [...window.uses.subarray(0, window.length)];
}

describe("a window of readings", () => {
  it("leaves out what says nothing or can't be", () => {
    const window = everyMinute([1, null, Number.NaN, -1, Number.POSITIVE_INFINITY, 2]);
    expect(used(window)).toEqual([1, 2]);
    expect(window.covered).toBe(120);
  });

  it("has each reading stand for the time since the one before, and for a period after a gap", () => {
    const window = readingsAt([
      [60, 1],
      [120, 2],
      [1920, 3],
      [9120, 4],
    ]);
    expect([...window.seconds]).toEqual([60, 60, 1800, 60]);
    expect(window.covered).toBe(1980);
  });

  it("covers a span from four fifths of its whole periods on", () => {
    const minutes = (count: number) => everyMinute(Array.from({ length: count }, () => 1));
    expect(covers(minutes(11), 900, 60)).toBe(false);
    expect(covers(minutes(12), 900, 60)).toBe(true);
    // 90 seconds have one whole minute in them, and half a minute expects one reading as well.
    expect(covers(minutes(1), 90, 60)).toBe(true);
    expect(covers(minutes(1), 30, 60)).toBe(true);
    expect(covers(minutes(0), 30, 60)).toBe(false);
  });

  it("does not count a burst of readings for more than its time", () => {
    const burst = readingsAt(Array.from({ length: 30 }, (_, index) => [60 + index * 10, 1]));
    expect(covers(burst, 900, 60)).toBe(false);
  });
});

describe("last", () => {
  it("is the newest reading that says something", () => {
    expect(last(everyMinute([1, 3, null]))).toBe(3);
    expect(last(everyMinute([null]))).toBeNaN();
  });
});

describe("mean", () => {
  it("is weighted by time", () => {
    // half an hour at 3 and ten minutes at 1
    const fine = Array.from({ length: 10 }, (_, index) => [1860 + index * 60, 1] as const);
    expect(mean(readingsAt([[0, 3], [1800, 3], ...fine]))).toBeCloseTo((31 * 3 + 10) / 41, 9);
  });

  it("lies between the least and the most, and does not depend on when it all happened", () => {
    fc.assert(
      fc.property(readings, (drawn) => {
        const window = readingsAt(drawn);
        if (window.length === 0) {
          expect(mean(window)).toBeNaN();
          return;
        }
        expect(mean(window)).toBeGreaterThanOrEqual(Math.min(...used(window)) - 1e-9);
        expect(mean(window)).toBeLessThanOrEqual(Math.max(...used(window)) + 1e-9);
      }),
    );
  });
});

describe("percentile", () => {
  it("is the smallest reading not exceeded for that share of the time", () => {
    const hundred = everyMinute(Array.from({ length: 100 }, (_, index) => 100 - index));
    expect([0, 0.5, 0.9, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 90, 95, 99, 100]);
    expect(percentile(everyMinute([]), 0.5)).toBeNaN();
  });

  it("is what sorting would give, for any share", () => {
    fc.assert(
      fc.property(readings, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, share) => {
        const window = readingsAt(drawn);
        const sorted = used(window)
          .map((use, index) => ({ use, seconds: window.seconds[index] ?? 0 }))
          .sort((a, b) => a.use - b.use);
        const wanted = window.covered * share - 1e-9;
        let passed = 0;
        const expected = sorted.find(({ seconds }) => (passed += seconds) >= wanted)?.use ?? Number.NaN;
        expect(percentile(window, share)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves the window as it is", () => {
    const window = everyMinute([3, 1, 2]);
    percentile(window, 0.5);
    expect(used(window)).toEqual([3, 1, 2]);
  });
});

describe("median", () => {
  it("is the middle one, or between the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
