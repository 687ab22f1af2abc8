import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { effectiveSettings, scheduleInForce, scheduleState } from "../../src/config/index.js";
import type { Calendar, CalendarDate, DateRange, ScheduleWindow } from "../../src/config/index.js";
import { configOf, read } from "./example.js";

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

describe("a schedule by dates, holidays and business hours", () => {
  const date = (text: string): CalendarDate => {
    const parts = text.split("-").map(Number);
    const [day = 1, month = 1, year = null] = parts.reverse();
    return { year, month, day };
  };
  const range = (first: string, last = first): DateRange => ({ first: date(first), last: date(last) });
  const calendar = (timezone: string, holidays: readonly DateRange[] = []): Calendar => ({
    ...inZone(timezone),
    holidays: { dates: holidays, file: null },
  });
  const whole = { from: 0, to: 1440 };

  it("begins on its dates alone: single ones, ranges, and those of every year", () => {
    const when: ScheduleWindow = { ...whole, dates: [range("2026-12-25"), range("12-30", "01-02"), range("02-29")] };
    const holds = (time: string): boolean => scheduleInForce(when, calendar(berlin), at(time));
    expect(holds("2026-12-24T22:59:59Z")).toBe(false);
    expect(holds("2026-12-24T23:00:00Z")).toBe(true);
    expect(holds("2026-12-25T23:00:00Z")).toBe(false);
    expect(holds("2027-12-25T12:00:00Z")).toBe(false);
    expect(holds("2029-12-30T12:00:00Z")).toBe(true);
    expect(holds("2030-01-02T22:59:59Z")).toBe(true);
    expect(holds("2030-01-02T23:00:00Z")).toBe(false);
    expect(holds("2028-02-29T12:00:00Z")).toBe(true);
    expect(holds("2027-03-01T12:00:00Z")).toBe(false);
  });

  it("counts the day it starts on, also where that is a date or a holiday", () => {
    const nights: ScheduleWindow = { ...window("22:00", "06:00"), dates: [range("2026-12-24")] };
    expect(scheduleInForce(nights, calendar("UTC"), at("2026-12-25T05:59:59Z"))).toBe(true);
    expect(scheduleInForce(nights, calendar("UTC"), at("2026-12-24T05:59:59Z"))).toBe(false);
    const skipping: ScheduleWindow = { ...window("22:00", "06:00"), holidays: "skip" };
    const christmas = calendar("UTC", [range("12-25")]);
    expect(scheduleInForce(skipping, christmas, at("2026-12-25T03:00:00Z"))).toBe(true);
    expect(scheduleInForce(skipping, christmas, at("2026-12-25T23:00:00Z"))).toBe(false);
    expect(scheduleInForce(skipping, christmas, at("2026-12-26T03:00:00Z"))).toBe(false);
    expect(scheduleInForce({ ...whole, holidays: "only" }, christmas, at("2026-12-25T23:00:00Z"))).toBe(true);
  });

  it("knows business hours, which holidays don't have", () => {
    const during: ScheduleWindow = { ...whole, during: "business-hours" };
    const outside: ScheduleWindow = { ...whole, outside: "business-hours" };
    // A Friday, a Saturday and the Monday of a holiday.
    const week = calendar(berlin, [range("2026-11-23")]);
    for (const [time, business] of [
      ["2026-11-20T07:59:59Z", false],
      ["2026-11-20T08:00:00Z", true],
      ["2026-11-20T15:59:59Z", true],
      ["2026-11-20T16:00:00Z", false],
      ["2026-11-21T10:00:00Z", false],
      ["2026-11-23T10:00:00Z", false],
      ["2026-11-24T10:00:00Z", true],
    ] as const) {
      expect(scheduleInForce(during, week, at(time)), time).toBe(business);
      expect(scheduleInForce(outside, week, at(time)), time).toBe(!business);
    }
    expect(scheduleState(outside, week, at("2026-11-20T16:30:00Z")).until).toBe(at("2026-11-24T08:00:00Z"));
    expect(scheduleState({ ...outside, days: [1] }, week, at("2026-11-20T16:30:00Z")).until).toBe(
      at("2026-11-22T23:00:00Z"),
    );
  });

  // The clocks of Berlin go forward on 29 March and back on 25 October 2026, those of New York on 8 March and 1 November.
  it.each([
    [berlin, "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    [berlin, "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"],
  ])("lasts a whole day in %s, also where %s has 23 or 25 hours", (timezone, day, start, end) => {
    const when: ScheduleWindow = { ...whole, dates: [range(day)] };
    expect(scheduleState(when, calendar(timezone), at(start) - 1)).toEqual({ inForce: false, until: at(start) });
    expect(scheduleState(when, calendar(timezone), at(start))).toEqual({ inForce: true, until: at(end) });
    const holiday: ScheduleWindow = { ...window("01:30", "02:30"), holidays: "only" };
    const { until } = scheduleState(holiday, calendar(timezone, [range(day)]), at(start));
    expect(DateTime.fromMillis(until ?? 0, { zone: timezone }).toFormat("yyyy-MM-dd HH:mm")).toBe(`${day} 01:30`);
  });

  it("finds a change far ahead, and none where there is none", () => {
    const now = at("2026-11-20T12:00:00Z");
    expect(scheduleState({ ...whole, dates: [range("02-29")] }, calendar("UTC"), now).until).toBe(
      at("2028-02-29T00:00:00Z"),
    );
    expect(scheduleState({ ...whole, dates: [range("2020-01-01")] }, calendar("UTC"), now)).toEqual({
      inForce: false,
      until: null,
    });
    expect(scheduleState({ ...whole, holidays: "skip" }, calendar("UTC"), now)).toEqual({ inForce: true, until: null });
  });

  it("changes exactly at the instant it names", () => {
    const choices = <T>(value: T): fc.Arbitrary<T | undefined> => fc.option(fc.constant(value), { nil: undefined });
    fc.assert(
      fc.property(
        fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }),
        fc.constantFrom(berlin, "America/New_York", "UTC"),
        fc.record({
          from: fc.nat(1439),
          to: fc.nat(1440),
          dates: choices([range("2026-03-01", "2026-10-31"), range("12-20", "01-05")]),
          holidays: fc.constantFrom("only" as const, "skip" as const, undefined),
          during: choices("business-hours" as const),
          outside: choices("business-hours" as const),
        }),
        (time, timezone, drawn) => {
          const when = Object.fromEntries(
            Object.entries(drawn).filter(([, value]) => value !== undefined),
          ) as unknown as ScheduleWindow;
          const known = calendar(timezone, [range("2026-03-29"), range("2026-11-01", "2026-11-03"), range("12-25")]);
          const { inForce, until } = scheduleState(when, known, time);
          expect(scheduleInForce(when, known, time)).toBe(inForce);
          if (until === null) return;
          expect(until).toBeGreaterThan(time);
          expect(scheduleInForce(when, known, until - 1)).toBe(inForce);
          expect(scheduleInForce(when, known, until)).toBe(!inForce);
        },
      ),
    );
  });
});

describe("the `when` of a schedule", () => {
  const told = (when: string, more = ""): readonly string[] =>
    read(
      `version: 1\ntimezone: UTC\n${more}policies: [{ match: { tags: [a] }, cpu: { max: 4 } }]\nschedules: [{ match: { tags: [a] }, when: ${when} }]\n`,
    )
      .findings.filter(({ severity }) => severity === "error")
      .map(({ code, message }) => `${code}: ${message}`);

  it.each([
    '{ dates: ["2026-12-25", "12-24", "2026-12-24..2027-01-02", "12-24..01-02"] }',
    "{ holidays: skip }",
    "{ during: business-hours }",
    "{ days: [sat], outside: business-hours }",
    '{ from: "22:00", to: "06:00", holidays: skip }',
  ])("may be %s", (when) => {
    expect(told(when, "businessHours: {}\n")).toEqual([]);
  });

  it.each([
    ["{ days: [mon] }", /^missing-key: `from` and `to` are missing/u],
    ['{ from: "22:00", holidays: skip }', /^missing-key: `to` is missing/u],
    ['{ dates: ["2026-02-30"] }', /^wrong-type: There is no day 2026-02-30; `2026-02-30` is not one/u],
    ['{ dates: ["25.12.2026"] }', /Did you mean `2026-12-25`/u],
    ['{ dates: ["2026-12-24 to 2027-1-2"] }', /Did you mean `2026-12-24\.\.2027-01-02`/u],
    ['{ dates: ["2027-01-02..2026-12-24"] }', /not after its last; .* Did you mean `2026-12-24\.\.2027-01-02`/u],
    ['{ dates: ["2026-12-24..01-02"] }', /both ends of a range have a year, or neither/u],
    ["{ dates: [] }", /^out-of-range: `dates` needs at least one entry/u],
    ["{ holidays: no }", /^not-a-choice/u],
    ["{ during: lunch }", /^not-a-choice/u],
  ])("can't be %s", (when, message) => {
    expect(told(when).join("\n")).toMatch(message);
  });

  it("follows the business hours of the file", () => {
    const text = `version: 1
timezone: UTC
businessHours: { days: [sun-thu], from: "08:00", to: "18:00" }
policies: [{ match: { tags: [a] }, cpu: { max: 4 } }]
schedules: [{ match: { tags: [a] }, when: { during: business-hours }, cpu: { max: 8 } }]
`;
    expect(configOf(text).businessHours).toEqual({ days: [1, 2, 3, 4, 7], from: 480, to: 1080 });
    expect(configOf("version: 1\n").businessHours).toEqual({ days: [1, 2, 3, 4, 5], from: 540, to: 1020 });
    const max = (time: string): unknown =>
      effectiveSettings(configOf(text), { vmid: 101, name: null, node: null, tags: ["a"], pool: null }, at(time)).cpu
        ?.max;
    expect(max("2026-11-22T08:00:00Z")).toBe(8);
    expect(max("2026-11-20T12:00:00Z")).toBe(4);
  });
});
