import { readCalendar } from "./calendar/index.js";
import type { CalendarReading } from "./calendar/index.js";
import type { DateRange } from "./dates.js";
import type { PlacedProblem, Span } from "./document.js";
import type { AutoscalerFile } from "./generated/autoscaler-file.js";
import type { IncludeFault, ReadInclude } from "./includes.js";
import type { Places } from "./places.js";
import type { Unresolved } from "./walk.js";

/** What a file's calendar gives. */
export interface HolidayReading {
  readonly dates: readonly DateRange[];
  readonly problems: readonly PlacedProblem[];
  /** The calendar itself, where it is not read here. */
  readonly unresolved: readonly Unresolved[];
}

const faults: Readonly<Record<Exclude<IncludeFault, "not-allowed">, string>> = {
  missing: "There is no such file.",
  unreadable: "This file may not be read.",
  binary: "This is a binary file; a calendar is a text in UTF-8.",
  "too-large": "This file is too large for a calendar.",
};

/** The calendar that was read last: an editor asks for the same at every keystroke. */
let latest: { readonly text: string; readonly timezone: string; readonly reading: CalendarReading } | null = null;

function readAgain(text: string, timezone: string): CalendarReading {
  if (latest?.text !== text || latest.timezone !== timezone) {
    latest = { text, timezone, reading: readCalendar(text, timezone) };
  }
  return latest.reading;
}

/** Reads the calendar that `holidays.file` names. `sourceAt` says which file an offset is in: paths are relative to it. */
export function readHolidays(
  file: AutoscalerFile,
  {
    places,
    timezone,
    sourceAt,
    readInclude,
  }: {
    readonly places: Places;
    readonly timezone: string;
    readonly sourceAt: (offset: number) => string;
    readonly readInclude: ReadInclude | undefined;
  },
): HolidayReading {
  const { holidays } = file;
  const span = holidays === undefined ? null : places.value(holidays, "file");
  if (holidays?.file === undefined || span === null) return { dates: [], problems: [], unresolved: [] };
  const wrong = (message: string, at: Span): HolidayReading => ({
    dates: [],
    problems: [{ code: "bad-calendar", message, span: at }],
    unresolved: [],
  });
  const read = readInclude?.(holidays.file, sourceAt(span.start)) ?? { fault: "not-allowed" };
  if ("fault" in read) {
    if (read.fault !== "not-allowed") return wrong(faults[read.fault], span);
    const message = "This calendar is not read here, so its holidays do not count in what is shown.";
    const unresolved = { path: "holidays.file", reference: holidays.file, offset: span.start };
    return { dates: [], problems: [{ code: "include-not-read", message, span }], unresolved: [unresolved] };
  }
  const reading = readAgain(read.text, timezone);
  return "problem" in reading ? wrong(reading.problem, span) : { dates: reading.dates, problems: [], unresolved: [] };
}
