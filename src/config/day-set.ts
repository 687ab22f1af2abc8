import { dateOf } from "./calendar/days.js";
import { dayNumber } from "./dates.js";
import type { DateRange } from "./dates.js";

/** Days of the calendar, quick to ask. */
interface DaySet {
  /** By their numbers, in order, none touching another. */
  readonly spans: readonly { readonly first: number; readonly last: number }[];
  /** Of every year. */
  readonly yearly: readonly DateRange[];
}

const sets = new WeakMap<readonly DateRange[], DaySet>();

function setOf(ranges: readonly DateRange[]): DaySet {
  const known = sets.get(ranges);
  if (known !== undefined) return known;
  const numbered = ranges
    .filter(({ first }) => first.year !== null)
    .map(({ first, last }) => ({ first: dayNumber(first, 0), last: dayNumber(last, 0) }))
    .sort((a, b) => a.first - b.first);
  const spans: { first: number; last: number }[] = [];
  for (const { first, last } of numbered) {
    const before = spans.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else spans.push({ first, last });
  }
  const set: DaySet = { spans, yearly: ranges.filter(({ first }) => first.year === null) };
  sets.set(ranges, set);
  return set;
}

/** True where a day, counted from 1 January 1970, is in one of the ranges. What is asked of a list is kept by it. */
export function includesDay(ranges: readonly DateRange[], day: number): boolean {
  if (ranges.length === 0) return false;
  const { spans, yearly } = setOf(ranges);
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.last ?? 0) >= day) high = middle;
    else low = middle + 1;
  }
  if ((spans[low]?.first ?? day + 1) <= day) return true;
  if (yearly.length === 0) return false;
  const { month, day: date } = dateOf(day);
  const place = month * 100 + date;
  return yearly.some(({ first, last }) => {
    const [from, to] = [first.month * 100 + first.day, last.month * 100 + last.day];
    // One that goes over New Year.
    return from <= to ? from <= place && place <= to : place >= from || place <= to;
  });
}
