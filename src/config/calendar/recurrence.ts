import { dateOf, dayOf, daysInMonth, daysInYear, firstWeek, weekdayOf } from "./days.js";

/** A rule by which an event comes again (RFC 5545, 3.3.10), as far as days are concerned. */
export interface Recurrence {
  readonly frequency: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  readonly interval: number;
  readonly count: number | null;
  /** As written; a date or a time. */
  readonly until: string | null;
  readonly months: readonly number[] | null;
  readonly weeks: readonly number[] | null;
  readonly yearDays: readonly number[] | null;
  readonly monthDays: readonly number[] | null;
  readonly weekdays: readonly { readonly weekday: number; readonly ordinal: number | null }[] | null;
  readonly positions: readonly number[] | null;
  /** 1 is Monday. */
  readonly weekStart: number;
}

const weekdayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;

function integers(text: string | undefined, most: number, negative: boolean): readonly number[] | null | undefined {
  if (text === undefined) return null;
  const numbers = text.split(",").map((part) => (/^[+-]?\d{1,3}$/u.test(part) ? Number(part) : Number.NaN));
  const fine = numbers.every((number) => Math.abs(number) >= 1 && Math.abs(number) <= most && (negative || number > 0));
  return fine ? numbers : undefined;
}

/** Reads the value of an RRULE; a text in place of it says what is wrong. */
export function parseRecurrence(text: string): Recurrence | string {
  const parts = new Map<string, string>();
  for (const part of text.split(";")) {
    if (part === "") continue;
    const [name = "", value = ""] = part.split("=");
    parts.set(name.toUpperCase(), value.toUpperCase());
  }
  const frequency = frequencies.find((one) => one === parts.get("FREQ"));
  if (frequency === undefined) return "`FREQ` of a rule is one of DAILY, WEEKLY, MONTHLY and YEARLY here";
  const whole = (name: string): number | null | undefined => {
    const value = parts.get(name);
    if (value === undefined) return null;
    return /^\d{1,6}$/u.test(value) && Number(value) >= 1 ? Number(value) : undefined;
  };
  const lists = {
    months: integers(parts.get("BYMONTH"), 12, false),
    weeks: integers(parts.get("BYWEEKNO"), 53, true),
    yearDays: integers(parts.get("BYYEARDAY"), 366, true),
    monthDays: integers(parts.get("BYMONTHDAY"), 31, true),
    positions: integers(parts.get("BYSETPOS"), 366, true),
  };
  const [interval, count] = [whole("INTERVAL"), whole("COUNT")];
  const weekdays = parts
    .get("BYDAY")
    ?.split(",")
    .map((part) => {
      const [, ordinal, name] = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/u.exec(part) ?? [];
      if (name === undefined || Number(ordinal) === 0) return null;
      return { weekday: weekdayNames.indexOf(name) + 1, ordinal: ordinal === undefined ? null : Number(ordinal) };
    });
  const weekStart = weekdayNames.indexOf(parts.get("WKST") ?? "MO") + 1;
  const { months, weeks, yearDays, monthDays, positions } = lists;
  if (
    interval === undefined ||
    count === undefined ||
    months === undefined ||
    weeks === undefined ||
    yearDays === undefined ||
    monthDays === undefined ||
    positions === undefined ||
    weekStart === 0 ||
    weekdays?.includes(null) === true
  ) {
    return "a part of this rule is not known";
  }
  return {
    frequency,
    interval: interval ?? 1,
    count,
    until: parts.get("UNTIL") ?? null,
    months,
    weeks,
    yearDays,
    monthDays,
    weekdays: weekdays === undefined ? null : weekdays.filter((one) => one !== null),
    positions,
    weekStart,
  };
}

/** What a rule says of days, with what it takes from the first day where it says nothing itself. */
function completed(rule: Recurrence, first: number): Recurrence {
  const { frequency, months, weeks, yearDays, monthDays, weekdays } = rule;
  const { month, day } = dateOf(first);
  if (weekdays !== null || monthDays !== null || yearDays !== null) return rule;
  const own = [{ weekday: weekdayOf(first), ordinal: null }];
  switch (frequency) {
    case "DAILY":
      return rule;
    case "WEEKLY":
      return { ...rule, weekdays: own };
    case "MONTHLY":
      return { ...rule, monthDays: [day] };
    case "YEARLY":
      if (weeks !== null) return { ...rule, weekdays: own };
      return { ...rule, monthDays: [day], months: months ?? [month] };
  }
}

/** True where a number counted from the front, or from the back, is in a list. */
function listed(list: readonly number[] | null, front: number, size: number): boolean {
  return list === null || list.includes(front) || list.includes(front - size - 1);
}

function allows(rule: Recurrence, number: number): boolean {
  const { year, month, day } = dateOf(number);
  if (rule.months?.includes(month) === false) return false;
  if (rule.monthDays !== null && !listed(rule.monthDays, day, daysInMonth(year, month))) return false;
  const yearDay = (): number => number - dayOf(year, 1, 1) + 1;
  if (rule.yearDays !== null && !listed(rule.yearDays, yearDay(), daysInYear(year))) return false;
  if (rule.weeks !== null && !inWeeks(rule.weeks, number, year, rule.weekStart)) return false;
  if (rule.weekdays === null) return true;
  const weekday = weekdayOf(number);
  const named = rule.weekdays.filter((one) => one.weekday === weekday);
  if (named.length === 0 || named.some(({ ordinal }) => ordinal === null)) return named.length > 0;
  // Ordinals count within the month, or within the year of a yearly rule that names no month.
  const [place, size] =
    rule.frequency === "YEARLY" && rule.months === null
      ? [yearDay(), daysInYear(year)]
      : [day, daysInMonth(year, month)];
  return named.some(
    ({ ordinal }) => ordinal === Math.ceil(place / 7) || ordinal === -Math.ceil((size - place + 1) / 7),
  );
}

function inWeeks(weeks: readonly number[], number: number, year: number, weekStart: number): boolean {
  const owner =
    number >= firstWeek(year + 1, weekStart) ? year + 1 : number < firstWeek(year, weekStart) ? year - 1 : year;
  const begin = firstWeek(owner, weekStart);
  const week = Math.floor((number - begin) / 7) + 1;
  return listed(weeks, week, (firstWeek(owner + 1, weekStart) - begin) / 7);
}

/** The days of the period that many periods after the first day's: candidates of a rule. */
function period(rule: Recurrence, first: number, index: number): readonly [start: number, end: number][] {
  const { year, month } = dateOf(first);
  const step = index * rule.interval;
  switch (rule.frequency) {
    case "DAILY":
      return [[first + step, first + step + 1]];
    case "WEEKLY": {
      const start = first - ((weekdayOf(first) - rule.weekStart + 7) % 7) + step * 7;
      return [[start, start + 7]];
    }
    case "MONTHLY":
      return [[dayOf(year, month + step, 1), dayOf(year, month + step + 1, 1)]];
    case "YEARLY": {
      const own = year + step;
      if (rule.months === null) return [[dayOf(own, 1, 1), dayOf(own + 1, 1, 1)]];
      return [...rule.months].sort((a, b) => a - b).map((one) => [dayOf(own, one, 1), dayOf(own, one + 1, 1)]);
    }
  }
}

/** So many days are looked at for one calendar: what needs more is no calendar of holidays. */
export const mostDays = 500_000;

/**
 * The days on which an event begins by its rule, its first day always among them, up to `last`; `null` where that takes
 * more than `budget.days` days to find out. What was looked at is taken off the budget.
 */
export function occurrences(
  given: Recurrence,
  first: number,
  last: number,
  budget: { days: number },
): readonly number[] | null {
  const rule = completed(given, first);
  const found = [first];
  for (let index = 0; ; index += 1) {
    const spans = period(rule, first, index);
    if ((spans[0]?.[0] ?? last + 1) > last) return found;
    let days: number[] = [];
    for (const [start, end] of spans) {
      budget.days -= end - start;
      if (budget.days < 0) return null;
      for (let day = start; day < end; day += 1) if (allows(rule, day)) days.push(day);
    }
    const { positions } = rule;
    if (positions !== null) days = days.filter((_, place) => listed(positions, place + 1, days.length));
    for (const day of days) {
      if (day <= first) continue;
      if (day > last || found.length === rule.count) return found;
      found.push(day);
    }
    if (found.length === rule.count) return found;
  }
}
