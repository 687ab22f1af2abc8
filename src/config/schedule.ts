import { IANAZone } from "luxon";
import { weekdayOf } from "./calendar/days.js";
import { includesDay } from "./day-set.js";
import type { AutoscalerConfig, ScheduleWindow } from "./settings.js";

/** What a schedule's window is told by: the configuration, or these parts of it. */
export type Calendar = Pick<AutoscalerConfig, "timezone" | "holidays" | "businessHours">;

const minute = 60_000;
const day = 86_400_000;

/** Whether a schedule is in force, and until when that stays so. */
export interface ScheduleState {
  readonly inForce: boolean;
  /** Milliseconds since the epoch; `null`: it never changes. */
  readonly until: number | null;
}

const zones = new Map<string, IANAZone>();

function zoneOf(name: string): IANAZone {
  const zone = zones.get(name) ?? IANAZone.create(name);
  zones.set(name, zone);
  return zone;
}

/**
 * The instant of a wall-clock time, both in milliseconds (the wall clock's counted as if it were UTC). A time that is
 * skipped is the first instant after the gap, one that comes twice its first: that is the earliest instant at which
 * the wall clock shows it or anything later.
 */
function instantOf(wall: number, zone: IANAZone): number {
  // No zone changes twice within two days, so one of these two offsets holds.
  const before = zone.offset(wall - day) * minute;
  const after = zone.offset(wall + day) * minute;
  const early = wall - Math.max(before, after);
  const late = wall - Math.min(before, after);
  const shows = (instant: number): number => instant + zone.offset(instant) * minute;
  if (shows(early) === wall) return early;
  if (before >= after || shows(late) === wall) return late;
  // Skipped: between the two the clock jumps over it.
  let low = early;
  let high = late;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle) < wall) low = middle;
    else high = middle;
  }
  return high;
}

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** What begins at the same wall-clock time on each of certain days. */
interface Daily {
  /** Minutes after midnight. */
  readonly from: number;
  /** Minutes after midnight; not after `from`: on the next day. */
  readonly to: number;
  /** Whether it begins on a day, counted from 1 January 1970. */
  readonly beginsOn: (day: number) => boolean;
}

function windowOf({ from, to, days, dates, holidays }: ScheduleWindow, calendar: Calendar): Daily {
  const beginsOn = (date: number): boolean =>
    days?.includes(weekdayOf(date)) !== false &&
    (dates === undefined || includesDay(dates, date)) &&
    (holidays === undefined || includesDay(calendar.holidays.dates, date) === (holidays === "only"));
  return { from, to, beginsOn };
}

/** Holidays have no business hours. */
function businessOf({ businessHours: { days, from, to }, holidays }: Calendar): Daily {
  return { from, to, beginsOn: (date) => days.includes(weekdayOf(date)) && !includesDay(holidays.dates, date) };
}

/** Times from the days that are `first` to `last` days away from the local day of `at`. */
function intervals(daily: Daily, zone: IANAZone, at: number, first: number, last: number): readonly Interval[] {
  const localDay = Math.floor((at + zone.offset(at) * minute) / day);
  const found: Interval[] = [];
  for (let index = localDay + first; index <= localDay + last; index += 1) {
    if (!daily.beginsOn(index)) continue;
    const start = instantOf(index * day + daily.from * minute, zone);
    const end = instantOf((index + (daily.to > daily.from ? 0 : 1)) * day + daily.to * minute, zone);
    if (end > start) found.push({ start, end });
  }
  return found;
}

function within(found: readonly Interval[], at: number): boolean {
  return found.some(({ start, end }) => start <= at && at < end);
}

/** When a window is open, and when there are business hours: both, where it matters, must allow. */
interface Times {
  readonly window: readonly Interval[];
  /** `null`: they make no difference. */
  readonly business: readonly Interval[] | null;
}

function timesOf(window: ScheduleWindow, calendar: Calendar, at: number, last: number): Times {
  const zone = zoneOf(calendar.timezone);
  const { during, outside } = window;
  return {
    window: intervals(windowOf(window, calendar), zone, at, -2, last),
    business:
      during === undefined && outside === undefined ? null : intervals(businessOf(calendar), zone, at, -2, last),
  };
}

function allows({ during, outside }: ScheduleWindow, times: Times, at: number): boolean {
  if (!within(times.window, at)) return false;
  if (times.business === null) return true;
  const business = within(times.business, at);
  return (during === undefined || business) && (outside === undefined || !business);
}

/** True where a schedule's window is in force at an instant (milliseconds since the epoch). */
export function scheduleInForce(window: ScheduleWindow, calendar: Calendar, at: number): boolean {
  return allows(window, timesOf(window, calendar, at, 0), at);
}

/** Days ahead in which the next change is looked for, step by step; a window of weekdays alone comes within the first. */
const horizons = [15, 60, 400, 1500];

/** The same, with the next instant at which it changes: windows that follow each other without a gap are one. */
export function scheduleState(window: ScheduleWindow, calendar: Calendar, at: number): ScheduleState {
  const inForce = scheduleInForce(window, calendar, at);
  const { dates, holidays, during, outside } = window;
  if (during !== undefined && outside !== undefined) return { inForce, until: null };
  const weekly = [dates, holidays, during, outside].every((part) => part === undefined);
  for (const last of weekly ? horizons.slice(0, 1) : horizons) {
    const times = timesOf(window, calendar, at, last);
    const next = [...times.window, ...(times.business ?? [])]
      .flatMap(({ start, end }) => [start, end])
      .filter((instant) => instant > at)
      .sort((a, b) => a - b)
      .find((instant) => allows(window, times, instant) !== inForce);
    // The last day looked at may go on into the next.
    if (next !== undefined && next < at + (last - 1) * day) return { inForce, until: next };
  }
  return { inForce, until: null };
}
