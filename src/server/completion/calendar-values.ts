import type { ValueChoice } from "./value-choice.js";

/** Times of the day, in quotes; with an hour that was typed its quarters. */
export function times(typed: string): readonly ValueChoice[] {
  const hour = /^["']?([01]\d|2[0-3]):?[0-5]?\d?["']?$/u.exec(typed)?.[1];
  const all =
    hour === undefined
      ? [...Array(24).keys()].map((one) => `${String(one).padStart(2, "0")}:00`)
      : ["00", "15", "30", "45"].map((minutes) => `${hour}:${minutes}`);
  return all.map((text) => ({ text, kind: "choice" }));
}

const dayRow: readonly (readonly [text: string, detail: string])[] = [
  ["mon-fri", "working days"],
  ["sat-sun", "the weekend"],
  ["mon-sun", "every day"],
  ["mon", "Monday"],
  ["tue", "Tuesday"],
  ["wed", "Wednesday"],
  ["thu", "Thursday"],
  ["fri", "Friday"],
  ["sat", "Saturday"],
  ["sun", "Sunday"],
];

export function days(): readonly ValueChoice[] {
  return dayRow.map(([text, detail]) => ({ text, detail, kind: "choice" }));
}

const yearly: readonly (readonly [text: string, detail: string])[] = [
  ["01-01", "New Year, every year"],
  ["12-24", "Christmas Eve, every year"],
  ["12-25", "Christmas Day, every year"],
  ["12-26", "Boxing Day, every year"],
  ["12-31", "New Year's Eve, every year"],
];

/** Dates and ranges of them; `now` is in milliseconds. */
export function dates(now: number): readonly ValueChoice[] {
  const date = (offset: number): string => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);
  const year = new Date(now).getUTCFullYear();
  const row: readonly (readonly [string, string])[] = [
    [date(0), "today"],
    [date(1), "tomorrow"],
    [`${date(0)}..${date(6)}`, "a week from today"],
    ...yearly,
    [`${year}-12-24..${year + 1}-01-02`, "over the turn of the year"],
    ["12-24..01-02", "over the turn of each year"],
  ];
  return row.map(([text, detail]) => ({ text, detail, kind: "choice" }));
}

let zones: readonly string[] | null = null;

/** The time zones of the runtime. */
export function timezones(): readonly ValueChoice[] {
  zones ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  // `Europe/Berlin` is found by `berlin` too.
  return zones.map((text) => ({ text, search: `${text} ${text.split("/").at(-1) ?? ""}`, kind: "choice" }));
}
