import { IANAZone } from "luxon";
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

/** Times at which a window is in force, for days that start `from` to `to` days away from the local day of `at`. */
function intervals(window: ScheduleWindow, zone: IANAZone, at: number, from: number, to: number): readonly Interval[] {
  const localDay = Math.floor((at + zone.offset(at) * minute) / day) * day;
  const found: Interval[] = [];
  for (let index = from; index <= to; index += 1) {
    const date = localDay + index * day;
    // 1 January 1970 was a Thursday.
    const weekday = ((((date / day + 3) % 7) + 7) % 7) + 1;
    if (window.days !== undefined && !window.days.includes(weekday)) continue;
    const start = instantOf(date + window.from * minute, zone);
    const end = instantOf(date + (window.to > window.from ? 0 : day) + window.to * minute, zone);
    if (end > start) found.push({ start, end });
  }
  return found;
}

/** True where a schedule's window is in force at an instant (milliseconds since the epoch). `timezone` is an IANA name. */
export function scheduleInForce(window: ScheduleWindow, { timezone }: Calendar, at: number): boolean {
  return intervals(window, zoneOf(timezone), at, -2, 0).some(({ start, end }) => start <= at && at < end);
}

/** The same, with the next instant at which it changes: windows that follow each other without a gap are one. */
export function scheduleState(window: ScheduleWindow, { timezone }: Calendar, at: number): ScheduleState {
  const all = intervals(window, zoneOf(timezone), at, -2, 15);
  const current = all.find(({ start, end }) => start <= at && at < end);
  if (current === undefined) {
    return { inForce: false, until: all.find(({ start }) => start > at)?.start ?? null };
  }
  let now = current.end;
  for (const { start, end } of all) if (start <= now && end > now) now = end;
  // Two weeks without a gap are every day of every week.
  return { inForce: true, until: now - at > 9 * day ? null : now };
}
