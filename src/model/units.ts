/**
 * The units of the autoscaler file, parsed and formatted in one place. Parsing is strict, because a guess about
 * `512` or `8G` would be a guess about somebody's production; `meant…` says what was probably meant, for messages.
 */

const secondsOf: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
/** Bytes. */
export const mebibyte = 1024 * 1024;

const mebibytesOf: Readonly<Record<string, number>> = { KiB: 1 / 1024, MiB: 1, GiB: 1024, TiB: 1024 * 1024 };

/** Rounds away what binary fractions add to decimal ones: 0.1 × 3 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

/**
 * Seconds of `30s`, `2m`, `1h30m`, `7d`: whole numbers, each unit once, the larger first.
 * `null` for anything else, a bare number included.
 */
export function parseDuration(text: string): number | null {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/u.exec(text);
  if (match === null || text === "") return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  const total = Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number.isSafeInteger(total) ? total : null;
}

/** MiB of `512MiB`, `8GiB`, `1.5GiB`, `2TiB`: binary units only. `null` for anything else, a bare number included. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB|TiB)$/u.exec(text);
  if (match === null) return null;
  const [, number = "", unit = ""] = match;
  const size = tidy(Number(number) * (mebibytesOf[unit] ?? Number.NaN));
  return Number.isFinite(size) ? size : null;
}

/** The fraction of `80%` (0.8) or `12.5%`. `null` for anything else, a bare number included. */
export function parsePercentage(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)%$/u.exec(text);
  if (match === null) return null;
  const fraction = tidy(Number(match[1]) / 100);
  return Number.isFinite(fraction) ? fraction : null;
}

/** `90` → `1m30s`: what `parseDuration` reads back. Fractions of a second are rounded. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  if (rest <= 0) return "0s";
  let text = "";
  for (const [unit, size] of Object.entries(secondsOf)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** MiB → `512MiB`, `8GiB`, `1.5GiB`: the largest unit that says it in at most two decimals, which `parseSize` reads back. */
export function formatSize(mebibytes: number): string {
  for (const unit of ["TiB", "GiB"]) {
    const count = mebibytes / (mebibytesOf[unit] ?? 1);
    if (count >= 1 && Number(count.toFixed(2)) === tidy(count)) return `${Number(count.toFixed(2))}${unit}`;
  }
  return `${tidy(mebibytes)}MiB`;
}

/** Bytes for people: `0 B`, `512 MiB`, `1.5 GiB`, three digits at most before a unit changes. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = bytes;
  let index = 0;
  while (Math.abs(value) >= 1000 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  const digits = index === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${units[index] ?? "B"}`;
}

/** A fraction as the file has it, `80%` or `12.5%`: what `parsePercentage` reads back. */
export function formatPercentage(fraction: number): string {
  return `${tidy(fraction * 100)}%`;
}

/** A fraction for people: `80 %`, with one decimal at most. */
export function formatPercent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(1))} %`;
}

const durationWords: Readonly<Record<string, string>> = {
  s: "s",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  m: "m",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  h: "h",
  hr: "h",
  hrs: "h",
  hour: "h",
  hours: "h",
  d: "d",
  day: "d",
  days: "d",
};

/** What was probably meant by a text that `parseDuration` refuses: `5 min` → `5m`, `90` → `90s`. `null`: no idea. */
export function meantDuration(text: string): string | null {
  const bare = /^(\d+)$/u.exec(text.trim());
  if (bare !== null) return `${Number(bare[1])}s`;
  const compound = text.trim().toLowerCase();
  const parts = [...compound.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gu)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== compound) return null;
  let seconds = 0;
  for (const [, number = "", word = ""] of parts) {
    if (word === "ms") {
      seconds += Number(number) / 1000;
      continue;
    }
    const unit = word === "w" || word === "week" || word === "weeks" ? "w" : durationWords[word];
    if (unit === undefined) return null;
    seconds += Number(number) * (unit === "w" ? 604_800 : (secondsOf[unit] ?? 0));
  }
  return Number.isInteger(seconds) && seconds > 0 ? formatDuration(seconds) : null;
}

/** What was probably meant by a text that `parseSize` refuses: `512` → `512MiB`, `8G` → `8GiB`, `512MB` → `512MiB`. */
export function meantSize(text: string): string | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/iu.exec(text.trim());
  if (match === null) return null;
  const [whole, number = "", letter = ""] = match;
  // `512B` is 512 bytes: nobody means that for a container, and MiB would be another number.
  if (letter === "" && /b$/iu.test(whole)) return null;
  const unit = letter === "" ? "M" : letter.toUpperCase();
  return `${Number(number)}${unit}iB`;
}

/** What was probably meant by a text that `parsePercentage` refuses: `80` → `80%`, `0.8` → `80%`, `80 %` → `80%`. */
export function meantPercentage(text: string): string | null {
  const match = /^(\d+(?:\.\d+)?)\s*(%|percent|pct)?$/iu.exec(text.trim());
  if (match === null) return null;
  const [, number = "", unit] = match;
  const value = Number(number);
  if (unit === undefined && value > 0 && value < 1) return formatPercentage(value);
  return `${value}%`;
}
