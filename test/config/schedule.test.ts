import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { scheduleInForce, scheduleState } from "../../src/config/index.js";
import type { Calendar, ScheduleWindow } from "../../src/config/index.js";

const berlin = "Europe/Berlin";
const inZone = (timezone: string): Calendar => ({
  timezone,
  holidays: { dates: [], file: null },
  businessHours: { days: [1, 2, 3, 4, 5], from: 540, to: 1020 },
});
const at = (iso: string): number => Date.parse(iso);
const clock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const window = (from: string, to: string, days?: readonly number[]): ScheduleWindow => ({
  from: clock(from),
  to: clock(to),
  ...(days === undefined ? {} : { days }),
});
const weekdays = [1, 2, 3, 4, 5];

describe("a schedule's window", () => {
  // 20 November 2026 is a Friday; Berlin is an hour ahead of UTC.
  it.each([
    ["2026-11-20T20:59:59Z", false],
    ["2026-11-20T21:00:00Z", true],
    ["2026-11-20T23:30:00Z", true],
    ["2026-11-21T04:59:59Z", true],
    ["2026-11-21T05:00:00Z", false],
    ["2026-11-21T21:30:00Z", false],
    ["2026-11-22T23:30:00Z", false],
    ["2026-11-23T21:00:00Z", true],
    ["2026-11-23T04:00:00Z", false],
  ])("Monday to Friday, 22:00 to 06:00, is at %s: %s", (time, expected) => {
    expect(scheduleInForce(window("22:00", "06:00", weekdays), inZone(berlin), at(time))).toBe(expected);
  });

  it("has its beginning inside and its end outside", () => {
    const day = window("08:00", "17:00");
    expect(scheduleInForce(day, inZone("UTC"), at("2026-11-20T08:00:00Z"))).toBe(true);
    expect(scheduleInForce(day, inZone("UTC"), at("2026-11-20T17:00:00Z"))).toBe(false);
    expect(scheduleInForce(day, inZone("UTC"), at("2026-11-20T16:59:59.999Z"))).toBe(true);
  });

  it("may last until midnight, a whole day, or a whole week", () => {
    expect(scheduleInForce(window("22:00", "24:00"), inZone("UTC"), at("2026-11-20T23:59:59Z"))).toBe(true);
    expect(scheduleInForce(window("22:00", "24:00"), inZone("UTC"), at("2026-11-21T00:00:00Z"))).toBe(false);
    expect(scheduleInForce(window("06:00", "06:00", [5]), inZone("UTC"), at("2026-11-21T05:59:00Z"))).toBe(true);
    expect(scheduleInForce(window("06:00", "06:00", [5]), inZone("UTC"), at("2026-11-21T06:00:00Z"))).toBe(false);
    expect(scheduleState(window("00:00", "24:00"), inZone(berlin), at("2026-03-28T12:00:00Z"))).toEqual({
      inForce: true,
      until: null,
    });
  });

  // On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00, at 01:00 UTC.
  it("begins at the first instant after a time that is skipped", () => {
    const early = window("02:30", "05:00");
    expect(scheduleInForce(early, inZone(berlin), at("2026-03-29T00:59:59Z"))).toBe(false);
    expect(scheduleInForce(early, inZone(berlin), at("2026-03-29T01:00:00Z"))).toBe(true);
    expect(scheduleInForce(window("01:00", "02:30"), inZone(berlin), at("2026-03-29T00:59:59Z"))).toBe(true);
    expect(scheduleInForce(window("01:00", "02:30"), inZone(berlin), at("2026-03-29T01:00:00Z"))).toBe(false);
    expect(scheduleState(window("02:10", "02:40"), inZone(berlin), at("2026-03-29T00:30:00Z")).until).toBe(
      at("2026-03-30T00:10:00Z"),
    );
  });

  // On 25 October 2026 they go from 03:00 back to 02:00, at 01:00 UTC.
  it("begins and ends at the first of two equal times", () => {
    const late = window("02:30", "05:00");
    expect(scheduleInForce(late, inZone(berlin), at("2026-10-25T00:29:59Z"))).toBe(false);
    expect(scheduleInForce(late, inZone(berlin), at("2026-10-25T00:30:00Z"))).toBe(true);
    expect(scheduleInForce(late, inZone(berlin), at("2026-10-25T01:15:00Z"))).toBe(true);
    expect(scheduleInForce(window("01:00", "02:30"), inZone(berlin), at("2026-10-25T00:30:00Z"))).toBe(false);
    expect(scheduleInForce(window("01:00", "02:30"), inZone(berlin), at("2026-10-25T01:15:00Z"))).toBe(false);
  });

  it("knows clocks that change by half an hour, and days that are left out whole", () => {
    // Lord Howe, 4 October 2026: 02:00 → 02:30 at 15:30 UTC of the day before.
    const howe = window("02:15", "03:00");
    expect(scheduleInForce(howe, inZone("Australia/Lord_Howe"), at("2026-10-03T15:29:59Z"))).toBe(false);
    expect(scheduleInForce(howe, inZone("Australia/Lord_Howe"), at("2026-10-03T15:30:00Z"))).toBe(true);
    // Apia had no 30 December 2011.
    expect(scheduleInForce(window("00:00", "06:00", [6]), inZone("Pacific/Apia"), at("2011-12-30T10:00:00Z"))).toBe(
      true,
    );
    expect(scheduleInForce(window("00:00", "06:00", [6]), inZone("Pacific/Apia"), at("2011-12-30T09:59:59Z"))).toBe(
      false,
    );
  });

  it("says until when it stays as it is", () => {
    const nights = window("22:00", "06:00", weekdays);
    expect(scheduleState(nights, inZone(berlin), at("2026-11-20T22:00:00Z"))).toEqual({
      inForce: true,
      until: at("2026-11-21T05:00:00Z"),
    });
    expect(scheduleState(nights, inZone(berlin), at("2026-11-21T12:00:00Z"))).toEqual({
      inForce: false,
      until: at("2026-11-23T21:00:00Z"),
    });
    const weekend = window("00:00", "24:00", [6, 7]);
    expect(scheduleState(weekend, inZone("UTC"), at("2026-11-21T12:00:00Z"))).toEqual({
      inForce: true,
      until: at("2026-11-23T00:00:00Z"),
    });
  });

  it("is the wall clock's where the clock does not jump", () => {
    const zone = fc.constantFrom("UTC", berlin, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");
    fc.assert(
      fc.property(
        fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2030-01-01T00:00:00Z") }),
        zone,
        fc.nat(1439),
        fc.nat(1439),
        (time, timezone, from, to) => {
          const local = DateTime.fromMillis(time, { zone: timezone });
          // Days on which a clock jumps have their own tests above.
          fc.pre([-1, 0, 1].every((days) => local.plus({ days }).offset === local.offset));
          const minute = local.hour * 60 + local.minute;
          const expected = from < to ? from <= minute && minute < to : minute >= from || minute < to;
          expect(scheduleInForce({ from, to }, inZone(timezone), time)).toBe(expected);
        },
      ),
    );
  });

  it("changes exactly at the instant it names", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }),
        fc.nat(1439),
        fc.nat(1440),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (time, from, to, days) => {
          const when = { from, to, days };
          const { inForce, until } = scheduleState(when, inZone(berlin), time);
          expect(scheduleInForce(when, inZone(berlin), time)).toBe(inForce);
          if (until === null) return;
          expect(until).toBeGreaterThan(time);
          expect(scheduleInForce(when, inZone(berlin), until - 1)).toBe(inForce);
          expect(scheduleInForce(when, inZone(berlin), until)).toBe(!inForce);
        },
      ),
    );
  });
});
