import type { ChartSpan } from "../subject.js";

const day = 86_400_000;

/** A time of a chart as people of the page's language write it: the longer the span, the less of it. */
export function timeText(time: number, span: ChartSpan): string {
  const options: Intl.DateTimeFormatOptions =
    span === "hour"
      ? { hour: "2-digit", minute: "2-digit", second: "2-digit" }
      : span === "day"
        ? { weekday: "short", hour: "2-digit", minute: "2-digit" }
        : { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return format(options).format(time);
}

/** The texts below an axis that has a line at each of these times. */
export function axisTexts(times: readonly number[]): string[] {
  const distance = times.length > 1 ? (times[1] ?? 0) - (times[0] ?? 0) : 0;
  if (distance >= 27 * day) return times.map((time) => format({ month: "short", year: "2-digit" }).format(time));
  if (distance >= day) return times.map((time) => format({ day: "numeric", month: "short" }).format(time));
  return times.map((time) => {
    const date = new Date(time);
    const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
    return format(isMidnight ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" }).format(
      date,
    );
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once each: a table has hundreds of times. */
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let known = formats.get(key);
  if (known === undefined) {
    known = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { ...options, hourCycle: "h23" });
    formats.set(key, known);
  }
  return known;
}
