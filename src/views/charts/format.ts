import { formatBytes } from "../../model/index.js";
import { l10n } from "../l10n.js";

/** What the values of a panel are. */
export type PanelUnit = "cores" | "bytes" | "bytesPerSecond" | "fraction";

export const unknownValue = "–";

/** A value for people: `1.25 cores`, `1.5 GiB`, `12 KiB/s`, `42 %`. An unknown one is a dash, never 0. */
export function formatValue(value: number | null | undefined, unit: PanelUnit): string {
  if (value === null || value === undefined) return unknownValue;
  switch (unit) {
    case "cores":
      return value === 1 ? l10n.t("1 core") : l10n.t("{0} cores", digits(value));
    case "bytes":
      return formatBytes(Math.round(value));
    case "bytesPerSecond":
      return l10n.t("{0}/s", formatBytes(Math.round(value)));
    case "fraction":
      return `${digits(value * 100)} %`;
  }
}

/** As {@link formatValue}, short enough for an axis. */
export function formatTick(value: number, unit: PanelUnit): string {
  return unit === "cores" ? digits(value) : value === 0 && unit !== "fraction" ? "0" : formatValue(value, unit);
}

/** So many digits as can be read: `0.04`, `1.3`, `12`, `128`. */
function digits(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2)));
}

/** Where the lines of an axis may stand: bytes go by powers of two, all else by ones, twos and fives. */
export function tickSteps(unit: PanelUnit): number[] {
  if (unit === "bytes" || unit === "bytesPerSecond") return Array.from({ length: 51 }, (_, power) => 2 ** power);
  const decades = unit === "fraction" ? [-4, -3, -2, -1, 0] : [-3, -2, -1, 0, 1, 2, 3];
  return decades.flatMap((power) => [1, 2, 5].map((factor) => Number((factor * 10 ** power).toPrecision(1))));
}
