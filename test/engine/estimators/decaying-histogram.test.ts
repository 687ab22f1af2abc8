import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  confidenceOf,
  cpuForm,
  decayingHistogram,
  fullWeight,
  histogramOf,
  memoryForm,
  percentile,
  percentileOf,
  weightAt,
} from "../../../src/engine/estimators/index.js";
import { everyMinute, readings, readingsAt, start } from "./windows.js";

const day = 86_400;
const forever = Number.POSITIVE_INFINITY;

describe("a decaying histogram", () => {
  it("has the buckets of the VPA", () => {
    expect(cpuForm.buckets).toBe(176);
    expect(memoryForm.buckets).toBe(176);
  });

  it("is at most one bucket of 5 % above what sorting gives, and never below, when nothing decays", () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 100 }), (drawn, hundredths) => {
        const window = readingsAt(drawn);
        fc.pre(window.length > 0 && window.covered > 0);
        const exact = percentile(window, hundredths / 100);
        const histogram = histogramOf(window, cpuForm, forever, start);
        const found = percentileOf(histogram, hundredths / 100);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact * 1.05 + 0.01 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it("counts what is one half-life old for half", () => {
    // A day at 4 cores, then a day at 1: after the second day the first weighs a third.
    const window = everyMinute([...Array.from({ length: 1440 }, () => 4), ...Array.from({ length: 1440 }, () => 1)]);
    const histogram = histogramOf(window, cpuForm, day, start + 2 * day * 1000);
    expect(percentileOf(histogram, 0.66)).toBeLessThan(1.1);
    expect(percentileOf(histogram, 0.68)).toBeGreaterThan(4);
  });

  it("does not depend on the order of readings nor on the reference", () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: -400, max: 400 }), (drawn, days) => {
        const window = readingsAt(drawn);
        const forwards = histogramOf(window, memoryForm, day, start);
        const backwards = decayingHistogram(memoryForm, day, start + days * day * 1000);
        for (let index = window.length - 1; index >= 0; index -= 1) {
          add(backwards, window.uses[index]! * 1000, window.seconds[index]!, window.times[index]!);
        }
        const thousandfold = histogramOf(
          { ...window, uses: window.uses.map((use) => use * 1000) },
          memoryForm,
          day,
          start,
        );
        for (const share of [0.5, 0.9, 0.99]) {
          expect(percentileOf(backwards, share)).toBe(percentileOf(thousandfold, share));
        }
        expect(forwards.covered).toBe(backwards.covered);
      }),
    );
  });

  it("stays finite over years, and its size is always the same", () => {
    const histogram = decayingHistogram(cpuForm, 3600, start);
    for (let hour = 0; hour < 24 * 365 * 5; hour += 1) add(histogram, hour % 7, 3600, start + hour * 3_600_000);
    expect(Number.isFinite(histogram.total)).toBe(true);
    expect(histogram.weights.length).toBe(176);
    expect(percentileOf(histogram, 1)).toBeGreaterThan(6);
  });

  it("takes the smallest and the largest into its outer buckets", () => {
    const histogram = decayingHistogram(cpuForm, day, start);
    expect(percentileOf(histogram, 0.9)).toBeNaN();
    add(histogram, 0, 60, start);
    expect(percentileOf(histogram, 0.9)).toBeCloseTo(0.01, 9);
    add(histogram, 1e9, 6000, start);
    expect(percentileOf(histogram, 0.9)).toBeGreaterThanOrEqual(1000);
  });

  it("knows how much of the weight of a full span is there", () => {
    const full = everyMinute(Array.from({ length: 1440 * 3 }, () => 1));
    const end = full.times[full.length - 1]!;
    const histogram = histogramOf(full, cpuForm, day, end);
    expect(weightAt(histogram, end) / fullWeight(3 * day, day)).toBeCloseTo(1, 2);
    // One half-life later half of it is left.
    expect(weightAt(histogram, end + day * 1000) / weightAt(histogram, end)).toBeCloseTo(0.5, 9);
  });

  it("is as confident as the VPA: in days that readings cover", () => {
    const days = (count: number, step: number) =>
      histogramOf(
        everyMinute(
          Array.from({ length: (count * day) / step }, () => 1),
          step,
        ),
        cpuForm,
        day,
        start,
      );
    expect(confidenceOf(days(2, 60))).toBeCloseTo(2, 2);
    expect(confidenceOf(days(2, 7200))).toBeLessThan(0.1);
    expect(confidenceOf(decayingHistogram(cpuForm, day, start))).toBe(0);
  });
});
