import type { AutoscalerReading, KeyPath, SchemaInfo } from "../../config/index.js";
import { formatPercent, mebibyte, parseDuration, parsePercentage, parseSize } from "../../model/index.js";

/** Seconds and below that one count as "in seconds" for people. */
const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A value with a unit in plain numbers; nothing for other values. */
export function meaningOf(
  path: KeyPath,
  schema: SchemaInfo,
  text: string,
  reading: AutoscalerReading,
): readonly string[] {
  switch (schema.type) {
    case "duration": {
      const seconds = parseDuration(text);
      if (seconds === null) return [];
      const words = inWords(seconds);
      const plain = `${grouped(seconds)} ${seconds === 1 ? "second" : "seconds"}`;
      const samples = path.at(-1) === "for" ? samplesIn(seconds, reading) : "";
      return [`${words}${words === plain ? "" : ` (${plain})`}${samples}`];
    }
    case "size": {
      const size = parseSize(text);
      if (size === null) return [];
      return [`${grouped(size)} MiB = ${grouped(Math.round(size * mebibyte))} bytes`];
    }
    case "percentage": {
      const fraction = parsePercentage(text);
      return fraction === null ? [] : [`${formatPercent(fraction)} = ${fraction}${ofFour(path, fraction)}`];
    }
    default:
      return [];
  }
}

function inWords(seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [word, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${grouped(count)} ${word}${count === 1 ? "" : "s"}`);
    rest -= count * size;
  }
  return parts.length === 0 ? "0 seconds" : parts.join(" ");
}

function samplesIn(seconds: number, { config }: AutoscalerReading): string {
  if (config === null || config.intervalSeconds <= 0) return "";
  const count = Math.max(1, Math.floor(seconds / config.intervalSeconds));
  return `: ${count === 1 ? "one sample" : `${count} samples`} at an interval of ${inWords(config.intervalSeconds)}`;
}

/** A usage is easier to grasp on a size: 60 % of 4 cores, or of 4 GiB. */
function ofFour(path: KeyPath, fraction: number): string {
  if (path.includes("cpu")) return `: ${Number((fraction * 4).toFixed(2))} of 4 cores`;
  if (path.includes("memory")) return `: ${Number((fraction * 4).toFixed(2))} of 4 GiB`;
  return "";
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
