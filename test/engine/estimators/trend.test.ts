import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meetingOf, trendOf } from "../../../src/engine/estimators/index.js";
import { everyMinute, random, start } from "./windows.js";

/** A leak of `perMinute` from 100 on, with noise of so much either way. */
function leak(count: number, perMinute: number, noise = 0, seed = 1): number[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, minute) => 100 + minute * perMinute + (next() * 2 - 1) * noise);
}

const end = (count: number) => start + (count - 1) * 60_000;

describe("a trend", () => {
  it("says when a leak meets a size", () => {
    const trend = trendOf(everyMinute(leak(31, 2)))!;
    expect(trend.slope * 60).toBeCloseTo(2, 9);
    expect(trend.level).toBeCloseTo(160, 9);
    // 160 in use, 2 a minute: 240 is met in 40 minutes
    expect(meetingOf(trend, 240, end(31))).toEqual({ seconds: 2400, soonest: 2400, latest: 2400 });
    expect(meetingOf(trend, 240, end(31) + 600_000)).toMatchObject({ seconds: 1800 });
    expect(meetingOf(trend, 100, end(31))).toMatchObject({ seconds: 0 });
  });

  it("finds the same leak under noise, and is honest about how sure it is", () => {
    const meetings = [10, 40].map((noise) => meetingOf(trendOf(everyMinute(leak(120, 1, noise)))!, 300, end(120))!);
    for (const { seconds, soonest, latest } of meetings) {
      expect(soonest).toBeLessThanOrEqual(seconds);
      expect(latest).toBeGreaterThanOrEqual(seconds);
      // 219 in use and 81 to go; the interval holds what is true.
      expect(soonest).toBeLessThan(81 * 60 * 1.1);
      expect(latest).toBeGreaterThan(81 * 60 * 0.9);
    }
    const [sure, unsure] = meetings.map(({ soonest, latest }) => latest - soonest);
    expect(unsure).toBeGreaterThan(sure!);
  });

  it("is not moved by a few wild readings", () => {
    const wild = leak(60, 1).map((use, index) => (index % 6 === 0 ? 10_000 : use));
    expect(trendOf(everyMinute(wild))!.slope * 60).toBeCloseTo(1, 1);
  });

  it("gathers many readings to the medians of their times", () => {
    expect(trendOf(everyMinute(leak(10_000, 0.5, 5)))!.slope * 60).toBeCloseTo(0.5, 2);
  });

  it("is none in noise: nineteen times in twenty", () => {
    const found = Array.from({ length: 400 }, (_, seed) => trendOf(everyMinute(leak(60, 0, 20, seed + 1)))!);
    expect(found.filter(({ growing }) => growing).length).toBeLessThan(400 * 0.05);
  });

  it("is none where it fell, stayed, or jumped once and stayed", () => {
    const jumped = Array.from({ length: 60 }, (_, minute) => (minute < 28 ? 100 : 300) + (minute % 2));
    for (const uses of [leak(60, -1), leak(60, 0), jumped]) {
      const trend = trendOf(everyMinute(uses))!;
      expect(trend.growing).toBe(false);
      expect(meetingOf(trend, 1000, end(60))).toBeNull();
    }
  });

  it("needs six points", () => {
    expect(trendOf(everyMinute(leak(5, 1)))).toBeNull();
    expect(trendOf(everyMinute([]))).toBeNull();
    expect(trendOf(everyMinute(leak(6, 1)))!.growing).toBe(true);
  });

  it("grows with what is in use", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 6, maxLength: 80 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 9 }), (drawn, factor) => {
        let sum = 1;
        const uses = drawn.map((step) => (sum += step));
        const once = trendOf(everyMinute(uses))!;
        const more = trendOf(everyMinute(uses.map((use) => use * factor)))!;
        expect(more.slope).toBeCloseTo(once.slope * factor, 9);
        expect(more.growing).toBe(once.growing);
        expect(once.lowestSlope).toBeLessThanOrEqual(once.slope);
        expect(once.highestSlope).toBeGreaterThanOrEqual(once.slope);
      }),
    );
  });
});
