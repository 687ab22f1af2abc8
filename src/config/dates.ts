import { DateTime } from "luxon";

/** A day of the calendar; `year` is `null` where it is meant in every year. */
export interface CalendarDate {
  readonly year: number | null;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** Days from `first` to `last`, both included. Both have a year, or neither; without one it may go over New Year. */
export interface DateRange {
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

/** The range, or what is wrong with the text, and what was meant where that can be told. */
export interface DateRangeReading {
  readonly range: DateRange | null;
  readonly message: string;
  readonly suggestion: string | null;
}

const form = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/u;

/** `2026-12-25` or `12-25`; `null` where there is no such day. The 29th of February is one without a year too. */
function parseDate(text: string): CalendarDate | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [, year, month, day] = match;
  const date = { year: year === undefined ? null : Number(year), month: Number(month), day: Number(day) };
  return DateTime.utc(date.year ?? 2000, date.month, date.day).isValid ? date : null;
}

/** Days since 1 January 1970 of a day of the calendar, in a year where it has none of its own. */
export function dayNumber({ year, month, day }: CalendarDate, otherwise: number): number {
  return Math.floor(Date.UTC(year ?? otherwise, month - 1, day) / 86_400_000);
}

/** `25.12.2026`, `2026/12/25`, `2026-12-24 - 2027-01-02` and the like, as this format has it. */
function meantRange(text: string): string | null {
  const dates = text.trim().split(/\s*(?:\.{2,3}|–|\bto\b|\s-\s)\s*/u);
  const pad = (part: string): string => part.padStart(2, "0");
  const meant = dates.map((date) => {
    const [, year, month, day] = /^(?:(\d{4})[-/.])?(\d{1,2})[-/](\d{1,2})$/u.exec(date) ?? [];
    if (month !== undefined && day !== undefined) {
      return `${year === undefined ? "" : `${year}-`}${pad(month)}-${pad(day)}`;
    }
    const [, first, second, last] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/u.exec(date) ?? [];
    if (first === undefined || second === undefined) return date;
    return `${last === undefined ? "" : `${last}-`}${pad(second)}-${pad(first)}`;
  });
  const clean = meant.join("..");
  return clean !== text && parseDateRange(clean).range !== null ? clean : null;
}

/** Reads `2026-12-25`, `12-25`, `2026-12-24..2027-01-02` and `12-24..01-02`. */
export function parseDateRange(text: string): DateRangeReading {
  const wrong = (message: string, suggestion: string | null): DateRangeReading => ({
    range: null,
    message,
    suggestion,
  });
  const [from = "", to = from, ...more] = text.split("..");
  if (more.length > 0 || !form.test(from) || !form.test(to)) {
    return wrong(
      "A date is written `2026-12-25`, or `12-25` for every year, a range `2026-12-24..2027-01-02`;",
      meantRange(text),
    );
  }
  const [first, last] = [parseDate(from), parseDate(to)];
  if (first === null || last === null) return wrong(`There is no day ${first === null ? from : to};`, null);
  if ((first.year === null) !== (last.year === null)) {
    return wrong("Either both ends of a range have a year, or neither;", null);
  }
  if (first.year !== null && dayNumber(first, 0) > dayNumber(last, 0)) {
    return wrong("The first day of a range is not after its last;", `${to}..${from}`);
  }
  return { range: { first, last }, message: "", suggestion: null };
}
