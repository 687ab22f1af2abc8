import { formatBytes, mebibyte } from "../../model/index.js";

/** Figures as they stand in rows and tooltips. An unknown one is a dash, never 0. */

const gibibyte = 1024 ** 3;

export const unknownFigure = "–";

/** `42 %`. */
export function percent(fraction: number | null): string {
  return fraction === null ? unknownFigure : `${Math.round(fraction * 100)} %`;
}

/** Two sizes in one unit: `0.4/1.0 GiB`, `210/512 MiB`. */
export function usageOf(used: number | null, limit: number | null): string {
  const larger = limit ?? used;
  if (larger === null) return unknownFigure;
  const [unit, size] = larger >= gibibyte ? (["GiB", gibibyte] as const) : (["MiB", mebibyte] as const);
  const digits = unit === "GiB" && larger < 100 * gibibyte ? 1 : 0;
  const text = (bytes: number | null): string =>
    bytes === null ? unknownFigure : digits === 0 ? String(Math.round(bytes / size)) : tenths(bytes / size);
  return limit === null ? `${text(used)} ${unit}` : `${text(used)}/${text(limit)} ${unit}`;
}

/** `toFixed(1)`, several times faster: thousands of rows are made of it with each read. */
function tenths(value: number): string {
  const count = Math.round(value * 10);
  return `${Math.floor(count / 10)}.${count % 10}`;
}

/** Bytes a second: `1.2 MiB/s`. */
export function speed(bytes: number | null): string {
  return bytes === null ? unknownFigure : `${formatBytes(Math.round(bytes))}/s`;
}

/** `null` where either is unknown. */
export function share(used: number | null, limit: number | null): number | null {
  return used === null || limit === null || limit <= 0 ? null : used / limit;
}

/** Ten steps in characters that every font has: `▰▰▰▰▱▱▱▱▱▱`. */
export function bar(fraction: number | null): string {
  if (fraction === null) return "▱".repeat(10);
  const full = Math.min(10, Math.max(0, Math.round(fraction * 10)));
  return "▰".repeat(full) + "▱".repeat(10 - full);
}

/** The largest unit and the one next to it, where that is not 0: `3 d 4 h`, `12 min`, `21 d`. */
export function uptimeOf(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const whole = Math.max(0, Math.floor(seconds));
  const first = units.findIndex(([unit, size]) => whole >= size || unit === "s");
  let rest = whole;
  const parts: string[] = [];
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length === 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(" ");
}
