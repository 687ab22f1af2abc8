import { DateTime, FixedOffsetZone, IANAZone } from "luxon";
import type { Zone } from "luxon";
import type { DateRange } from "../dates.js";
import { contentLines } from "./content-lines.js";
import type { ContentLine } from "./content-lines.js";
import { dateOf, dayOf } from "./days.js";
import { mostDays, occurrences, parseRecurrence } from "./recurrence.js";

/** The days of a calendar, or what is wrong with its text. */
export type CalendarReading = { readonly dates: readonly DateRange[] } | { readonly problem: string };

/** The last year for which events that come again are worked out. */
const lastYear = 2099;

const minutesOfDay = 1440;

/** A day, or a time of one, on the wall clock of its zone. */
interface Moment {
  readonly day: number;
  /** Minutes after midnight, fractions for seconds; `null`: the day as a whole. */
  readonly minutes: number | null;
  /** `null`: the wall clock wherever it is read. */
  readonly zone: Zone | null;
}

class CalendarError extends Error {}

function fail(line: number, message: string): never {
  throw new CalendarError(`Line ${line} of the calendar: ${message}.`);
}

function parseMoment(text: string, zoneName: string | undefined): Moment | null {
  const [, year, month, date, time, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/u.exec(text) ?? [];
  if (!DateTime.utc(Number(year), Number(month), Number(date)).isValid) return null;
  const day = dayOf(Number(year), Number(month), Number(date));
  if (time === undefined) return { day, minutes: null, zone: null };
  const minutes = Number(hour) * 60 + Number(minute) + Number(second) / 60;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  // Zones under names of a program's own (`W. Europe Standard Time`) count as the wall clock.
  const named = zoneName !== undefined && IANAZone.isValidZone(zoneName) ? IANAZone.create(zoneName) : null;
  return { day, minutes, zone: utc === undefined ? named : FixedOffsetZone.utcInstance };
}

/** The same moment on the clock of another zone. */
function inZone(moment: Moment, zone: Zone): { readonly day: number; readonly minutes: number } {
  if (moment.minutes === null || moment.zone === null) return { day: moment.day, minutes: moment.minutes ?? 0 };
  const { year, month, day } = dateOf(moment.day);
  const there = DateTime.fromObject({ year, month, day }, { zone: moment.zone })
    .set({ hour: Math.floor(moment.minutes / 60), minute: Math.floor(moment.minutes % 60) })
    .setZone(zone);
  return { day: dayOf(there.year, there.month, there.day), minutes: there.hour * 60 + there.minute };
}

/** Minutes of `P1D`, `PT1H30M`, `P2W`. */
function parseLength(text: string): number | null {
  const [whole, weeks, days, time, hours, minutes, seconds] =
    /^\+?P(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u.exec(text) ?? [];
  if (whole === undefined || (weeks ?? days ?? time) === undefined) return null;
  const number = (part: string | undefined): number => Number(part ?? 0);
  return (
    (number(weeks) * 7 + number(days)) * minutesOfDay + number(hours) * 60 + number(minutes) + number(seconds) / 60
  );
}

/** The lines of one event. */
type Event = readonly ContentLine[];

function eventsOf(text: string): readonly Event[] {
  const events: Event[] = [];
  const open: string[] = [];
  let event: ContentLine[] = [];
  let calendars = 0;
  for (const content of contentLines(text)) {
    if (content.name === null) fail(content.line, "`NAME:value` is expected");
    const { name, line } = content;
    const value = content.value.trim().toUpperCase();
    if (name === "BEGIN") {
      if (open.length === 0 && value !== "VCALENDAR") fail(line, "a calendar begins with `BEGIN:VCALENDAR`");
      if (open.length === 0) calendars += 1;
      open.push(value);
      if (open.length === 2 && value === "VEVENT") event = [];
    } else if (name === "END") {
      if (open.pop() !== value) fail(line, `\`END:${value}\` ends what did not begin`);
      if (open.length === 1 && value === "VEVENT") events.push(event);
    } else {
      if (open.length === 0) fail(line, "a calendar begins with `BEGIN:VCALENDAR`");
      // Alarms inside of an event have lines of their own.
      if (open.length === 2 && open[1] === "VEVENT") event.push(content);
    }
  }
  if (open.length > 0) fail(text.split(/\r\n|\n|\r/u).length, `\`END:${open.at(-1) ?? ""}\` is missing`);
  if (calendars === 0) throw new CalendarError("This file has no calendar in it.");
  return events;
}

function find(event: Event, name: string): ContentLine | undefined {
  return event.find((line) => line.name === name);
}

function momentOf(content: ContentLine): Moment {
  const moment = parseMoment(content.value.trim(), content.parameters.get("TZID"));
  return moment ?? fail(content.line, "there is no such date");
}

/** The moments of lists such as EXDATE and RDATE; of periods their beginnings. */
function momentsOf(event: Event, name: string): readonly Moment[] {
  return event
    .filter((line) => line.name === name)
    .flatMap((line) => line.value.split(",").map((value) => momentOf({ ...line, value: value.split("/")[0] ?? "" })));
}

/** How long an event lasts, in minutes. */
function lengthOf(event: Event, start: Moment): number {
  const end = find(event, "DTEND");
  if (end !== undefined) {
    const there = inZone(momentOf(end), start.zone ?? FixedOffsetZone.utcInstance);
    return (there.day - start.day) * minutesOfDay + there.minutes - (start.minutes ?? 0);
  }
  const duration = find(event, "DURATION");
  if (duration === undefined) return start.minutes === null ? minutesOfDay : 0;
  return parseLength(duration.value.trim()) ?? fail(duration.line, "there is no such duration");
}

/** The day on which a moment is, on the wall clock of an event. */
function ownDay(moment: Moment, { zone }: Moment): number {
  return zone === null ? moment.day : inZone(moment, zone).day;
}

function startsOf(
  event: Event,
  start: Moment,
  replaced: ReadonlySet<number>,
  budget: { days: number },
): readonly number[] {
  const horizon = dayOf(lastYear, 12, 31);
  const days = new Set<number>([start.day]);
  for (const rule of event.filter(({ name }) => name === "RRULE")) {
    const recurrence = parseRecurrence(rule.value.trim());
    if (typeof recurrence === "string") fail(rule.line, recurrence);
    const until = recurrence.until === null ? null : momentOf({ ...rule, value: recurrence.until });
    const last = until === null ? horizon : Math.min(horizon, ownDay(until, start));
    const found = occurrences(recurrence, start.day, last, budget);
    if (found === null) fail(rule.line, "this comes again too often for a calendar of holidays");
    for (const day of found) days.add(day);
  }
  for (const moment of momentsOf(event, "RDATE")) days.add(ownDay(moment, start));
  for (const moment of momentsOf(event, "EXDATE")) days.delete(ownDay(moment, start));
  for (const day of replaced) days.delete(day);
  return [...days];
}

/**
 * The days on which a calendar (iCalendar, RFC 5545) has an event, on the wall clock of a zone. Every day an event touches
 * counts as a whole; cancelled events don't. Those that come again do so until the end of 2099.
 */
export function readCalendar(text: string, timezone: string): CalendarReading {
  try {
    const zone = IANAZone.create(timezone);
    const budget = { days: mostDays };
    const events = eventsOf(text);
    const replaced = new Map<string, Set<number>>();
    for (const event of events) {
      const [uid, recurrence] = [find(event, "UID"), find(event, "RECURRENCE-ID")];
      if (uid === undefined || recurrence === undefined) continue;
      const moment = momentOf(recurrence);
      const days = replaced.get(uid.value) ?? new Set();
      replaced.set(uid.value, days.add(moment.day));
    }
    const dates = new Map<string, DateRange>();
    for (const event of events) {
      if (find(event, "STATUS")?.value.trim().toUpperCase() === "CANCELLED") continue;
      const begin = find(event, "DTSTART");
      if (begin === undefined) fail(event[0]?.line ?? 1, "`DTSTART` is missing in this event");
      const start = momentOf(begin);
      const length = lengthOf(event, start);
      const uid = find(event, "RECURRENCE-ID") === undefined ? find(event, "UID")?.value : undefined;
      const moved = replaced.get(uid ?? "") ?? new Set<number>();
      for (const day of startsOf(event, start, moved, budget)) {
        const range = rangeOf({ ...start, day }, length, zone);
        dates.set(`${day} ${length} ${start.minutes ?? ""} ${start.zone?.name ?? ""}`, range);
      }
    }
    return { dates: [...dates.values()] };
  } catch (error) {
    if (error instanceof CalendarError) return { problem: error.message };
    throw error;
  }
}

/** The days from a moment on for so many minutes; the end itself is outside. */
function rangeOf(start: Moment, length: number, zone: Zone): DateRange {
  const first = inZone(start, zone);
  const minutes = first.minutes + Math.max(0, length);
  const more = Math.max(0, Math.ceil(minutes / minutesOfDay) - 1);
  return { first: dateOf(first.day), last: dateOf(first.day + more) };
}
