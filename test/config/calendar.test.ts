import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { effectiveSettings } from "../../src/config/index.js";
import type { ReadOptions } from "../../src/config/index.js";
import { readCalendar } from "../../src/config/calendar/index.js";
import { configOf, read } from "./example.js";

const berlin = "Europe/Berlin";

/** A calendar with events of these lines. */
function calendar(...events: readonly (readonly string[])[]): string {
  const lines = events.flatMap((event) => ["BEGIN:VEVENT", ...event, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

const iso = ({ year, month, day }: { year: number | null; month: number; day: number }): string =>
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** The first days of a calendar, ranges as `first..last`. */
function days(text: string, timezone = berlin, count = 6): readonly string[] | string {
  const reading = readCalendar(text, timezone);
  if ("problem" in reading) return reading.problem;
  return reading.dates
    .map(({ first, last }) => (iso(first) === iso(last) ? iso(first) : `${iso(first)}..${iso(last)}`))
    .sort()
    .slice(0, count);
}

describe("the days of a calendar", () => {
  it("are those of events by the day, whose end is outside", () => {
    expect(days(calendar(["DTSTART;VALUE=DATE:20261225"]))).toEqual(["2026-12-25"]);
    expect(days(calendar(["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"]))).toEqual([
      "2026-12-24..2026-12-26",
    ]);
    expect(days(calendar(["DTSTART;VALUE=DATE:20261224", "DURATION:P1W"]))).toEqual(["2026-12-24..2026-12-30"]);
  });

  it("are those that an event with times touches, in the time zone of the file", () => {
    const night = calendar(["DTSTART:20261231T220000Z", "DTEND:20261231T233000Z"]);
    expect(days(night, "UTC")).toEqual(["2026-12-31"]);
    expect(days(night)).toEqual(["2026-12-31..2027-01-01"]);
    expect(days(night, "Asia/Tokyo")).toEqual(["2027-01-01"]);
    expect(days(calendar(["DTSTART;TZID=America/New_York:20260704T200000", "DURATION:PT2H"]))).toEqual(["2026-07-05"]);
    expect(days(calendar(["DTSTART:20260704T200000", "DURATION:PT4H"]), "Asia/Tokyo")).toEqual(["2026-07-04"]);
    expect(days(calendar(['DTSTART;TZID="W. Europe Standard Time":20260704T080000', "DTEND:20260704T100000"]))).toEqual(
      ["2026-07-04"],
    );
  });

  it.each<[rule: string, first: string, expected: readonly string[]]>([
    ["FREQ=YEARLY;COUNT=3", "20261225", ["2026-12-25", "2027-12-25", "2028-12-25"]],
    ["FREQ=YEARLY", "20240229", ["2024-02-29", "2028-02-29", "2032-02-29"]],
    ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20261126", ["2026-11-26", "2027-11-25", "2028-11-23"]],
    ["FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "20260525", ["2026-05-25", "2027-05-31", "2028-05-29"]],
    [
      "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
      "19961105",
      ["1996-11-05", "2000-11-07", "2004-11-02"],
    ],
    ["FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "19970512", ["1997-05-12", "1998-05-11", "1999-05-17"]],
    ["FREQ=YEARLY;BYDAY=20MO", "19970519", ["1997-05-19", "1998-05-18", "1999-05-17"]],
    [
      "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200",
      "19970101",
      ["1997-01-01", "1997-04-10", "1997-07-19", "2000-01-01"],
    ],
    ["FREQ=YEARLY;BYYEARDAY=-1;UNTIL=20281231", "20261231", ["2026-12-31", "2027-12-31", "2028-12-31"]],
    ["FREQ=MONTHLY", "20260131", ["2026-01-31", "2026-03-31", "2026-05-31"]],
    ["FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU", "19970907", ["1997-09-07", "1997-09-28", "1997-11-02", "1997-11-30"]],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "20260130", ["2026-01-30", "2026-02-27", "2026-03-31"]],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "20260131", ["2026-01-31", "2026-02-28", "2026-03-31"]],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19980213", ["1998-02-13", "1998-03-13", "1998-11-13"]],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
      "19970805",
      ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
    ],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
      "19970805",
      ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
    ],
    ["FREQ=WEEKLY;UNTIL=20260119", "20260105", ["2026-01-05", "2026-01-12", "2026-01-19"]],
    ["FREQ=DAILY;INTERVAL=10;COUNT=3", "20260101", ["2026-01-01", "2026-01-11", "2026-01-21"]],
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "20260101", ["2026-01-01"]],
  ])("come again by %s from %s", (rule, first, expected) => {
    const found = days(calendar([`DTSTART;VALUE=DATE:${first}`, `RRULE:${rule}`]), "UTC", expected.length);
    expect(found).toEqual(expected);
    if (/COUNT|UNTIL|MONTHDAY=30/u.test(rule)) {
      expect(days(calendar([`DTSTART;VALUE=DATE:${first}`, `RRULE:${rule}`]), "UTC", 99)).toHaveLength(expected.length);
    }
  });

  it("leave out what is cancelled, excepted or moved, and count what is added", () => {
    const series = ["UID:a", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=4"];
    expect(days(calendar([...series, "EXDATE;VALUE=DATE:20260112,20260119"]))).toEqual(["2026-01-05", "2026-01-26"]);
    expect(days(calendar([...series, "RDATE;VALUE=DATE:20260701"]))).toHaveLength(5);
    const moved = ["UID:a", "RECURRENCE-ID;VALUE=DATE:20260112", "DTSTART;VALUE=DATE:20260114"];
    expect(days(calendar(series, moved))).toEqual(["2026-01-05", "2026-01-14", "2026-01-19", "2026-01-26"]);
    expect(days(calendar(series, [...moved, "STATUS:CANCELLED"]))).toEqual(["2026-01-05", "2026-01-19", "2026-01-26"]);
    expect(days(calendar(["DTSTART;VALUE=DATE:20260101", "STATUS:CANCELLED"]))).toEqual([]);
  });

  it("are read from folded lines, by any line end, past whatever else an event holds", () => {
    const text = calendar(
      [
        "SUMMARY:Christmas,",
        " and more\\; yes: this",
        "DTSTART;VALUE=",
        " DATE:2026",
        " 1225",
        "BEGIN:VALARM",
        "TRIGGER:-P1D",
        "END:VALARM",
      ],
      ['X-NOTE;ALTREP="http://x;y:z":text', 'DTSTART;X-P="a:b;c";VALUE=DATE:20261226'],
    );
    expect(days(text)).toEqual(["2026-12-25", "2026-12-26"]);
    expect(days(`\uFEFF${text.replaceAll("\r\n", "\n")}`)).toEqual(["2026-12-25", "2026-12-26"]);
  });

  it.each([
    ["", "This file has no calendar in it."],
    ["<html></html>", "Line 1 of the calendar: `NAME:value` is expected."],
    ["DTSTART:20260101", "Line 1 of the calendar: a calendar begins with `BEGIN:VCALENDAR`."],
    ["BEGIN:VCALENDAR\nEND:VEVENT", "Line 2 of the calendar: `END:VEVENT` ends what did not begin."],
    ["BEGIN:VCALENDAR\nBEGIN:VEVENT", "Line 2 of the calendar: `END:VEVENT` is missing."],
    [calendar(["DTSTART;VALUE=DATE:20260230"]), "Line 4 of the calendar: there is no such date."],
    [calendar(["SUMMARY:x"]), "Line 4 of the calendar: `DTSTART` is missing in this event."],
    [calendar(["DTSTART:20260101", "DURATION:1 day"]), "Line 5 of the calendar: there is no such duration."],
    [
      calendar(["DTSTART:20260101", "RRULE:FREQ=HOURLY"]),
      "Line 5 of the calendar: `FREQ` of a rule is one of DAILY, WEEKLY, MONTHLY and YEARLY here.",
    ],
    [
      calendar(["DTSTART:20260101", "RRULE:FREQ=YEARLY;BYMONTH=13"]),
      "Line 5 of the calendar: a part of this rule is not known.",
    ],
    [
      calendar(["DTSTART:20260101", "RRULE:FREQ=YEARLY;INTERVAL=0"]),
      "Line 5 of the calendar: a part of this rule is not known.",
    ],
  ])("can't be told of %j", (text, expected) => {
    expect(days(text)).toBe(expected);
  });

  it("are worked out in bounded time, whatever the rules", () => {
    const daily = ["DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"];
    expect(days(calendar(...Array.from({ length: 200 }, () => daily)))).toMatch(
      /too often for a calendar of holidays/u,
    );
  });

  it("are given, or a problem told, for any text", () => {
    const word = fc.constantFrom(
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "END:VEVENT",
      "END:VCALENDAR",
      "DTSTART:20260101",
      "RRULE:FREQ=YEARLY;BYDAY=9MO",
      "RRULE:FREQ=MONTHLY;BYSETPOS=-9",
      "EXDATE:x",
      "UID:a",
      " folded",
      "DTEND:20250101T000000Z",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: word }, fc.string())), (lines) => {
        const reading = readCalendar(lines.join("\n"), berlin);
        expect("problem" in reading ? reading.problem : reading.dates).toBeDefined();
      }),
    );
  });
});

const holidays = calendar(["DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY"], ["DTSTART;VALUE=DATE:20261006"]);

describe("holidays of a file", () => {
  const text = `version: 1
timezone: Europe/Berlin
holidays: { dates: ["2026-05-01"], file: holidays.ics }
policies: [{ match: { tags: [web] }, cpu: { max: 8 } }]
schedules: [{ name: quiet, match: { tags: [web] }, when: { holidays: only }, cpu: { max: 2 } }]
`;
  const asked: string[] = [];
  const readInclude: NonNullable<ReadOptions["readInclude"]> = (path, from) => {
    asked.push(`${path} from ${from}`);
    return { name: path, text: holidays };
  };
  const max = (time: string): number | null | undefined =>
    effectiveSettings(
      configOf(text, { readInclude }),
      { vmid: 101, name: "web", node: "pve1", tags: ["web"], pool: null },
      Date.parse(time),
    ).cpu?.max;

  it("are its dates, and the days of its calendar", () => {
    expect(max("2026-05-01T12:00:00+02:00")).toBe(2);
    expect(max("2026-10-06T00:00:00+02:00")).toBe(2);
    expect(max("2026-10-05T23:59:59+02:00")).toBe(8);
    expect(max("2031-12-25T23:59:59+01:00")).toBe(2);
    expect(max("2031-12-26T00:00:00+01:00")).toBe(8);
    expect(new Set(asked)).toEqual(new Set(["holidays.ics from autoscaler.yaml"]));
  });

  it.each([
    [{ fault: "missing" }, "There is no such file."],
    [{ fault: "binary" }, "This is a binary file; a calendar is a text in UTF-8."],
    [{ name: "holidays.ics", text: "BEGIN:VCALENDAR\nx" }, "Line 2 of the calendar: `NAME:value` is expected."],
  ] as const)("are an error where the calendar is %j", (included, message) => {
    const { findings, config } = read(text, { readInclude: () => included });
    expect(findings).toMatchObject([{ code: "bad-calendar", line: 3, column: 42, endColumn: 54, message }]);
    expect(config).toBeNull();
  });

  it("are not complete where the calendar is not read, so that nothing that writes starts", () => {
    const { findings, config } = read(text);
    expect(findings.map(({ code }) => code)).toEqual(["include-not-read"]);
    expect(config?.unresolved).toEqual([{ path: "holidays.file", reference: "holidays.ics", line: 3 }]);
    expect(config?.holidays.dates).toHaveLength(1);
  });
});

describe("a yearly rule", () => {
  it("gives the same day every year, whatever the day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (offset) => {
        const first = DateTime.utc(2000, 1, 1).plus({ days: offset });
        const found = days(calendar([`DTSTART:${first.toFormat("yyyyMMdd")}`, "RRULE:FREQ=YEARLY;COUNT=3"]));
        const expected = Array.from({ length: 12 }, (_, index) => first.plus({ years: index }))
          .filter(({ month, day }) => month === first.month && day === first.day)
          .map((day) => day.toISODate())
          .slice(0, 3);
        expect(found).toEqual(expected);
      }),
    );
  });
});
