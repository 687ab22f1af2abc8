import { DateTime } from "luxon";

/**
 * An instant (milliseconds since the epoch) as people say it at `now`, in a time zone: `today 22:00`, `tomorrow 06:00`,
 * `Mon 22:00` within a week, else with its date.
 */
export function instantInWords(instant: number, timezone: string, now: number): string {
  const at = DateTime.fromMillis(instant, { zone: timezone, locale: "en-GB" });
  const days = at.startOf("day").diff(DateTime.fromMillis(now, { zone: timezone }).startOf("day"), "days").days;
  const time = at.toFormat("HH:mm");
  if (days === 0) return `today ${time}`;
  if (days === 1) return `tomorrow ${time}`;
  return days > 0 && days < 7 ? `${at.toFormat("ccc")} ${time}` : `${at.toFormat("ccc d LLL yyyy")}, ${time}`;
}
