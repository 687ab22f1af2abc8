import type { AutoscalerReading, KeyPath, SchemaInfo } from "../../config/index.js";
import {
  formatPercent,
  mebibyte,
  parseDuration,
  parsePercentage,
  parseSize,
  type Inventory,
} from "../../model/index.js";
import { nodeAt, textOf } from "../nodes.js";
import { shareInWords } from "../shares.js";

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
  inventory: Inventory | null,
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
      if (fraction === null) return [];
      const here = inventory === null ? null : shareInWords(path, text, reading, inventory);
      if (path.at(-1) === "tolerance") return [`${formatPercent(fraction)}${around(path, fraction, reading)}`];
      if (here !== null) return [`${formatPercent(fraction)} is ${here}, of what there is now`];
      return [`${formatPercent(fraction)} = ${fraction}${ofFour(path, fraction)}`];
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

/** Tolerance is relative to the target: 60 % with one of 10 % is from 54 to 66 %. */
function around(path: KeyPath, tolerance: number, { document }: AutoscalerReading): string {
  const target = parsePercentage(textOf(nodeAt(document, [...path.slice(0, -1), "target"])) ?? "");
  if (target === null) return " of the target";
  return ` of the target: from ${formatPercent(target * (1 - tolerance))} to ${formatPercent(target * (1 + tolerance))}`;
}

/** A usage is easier to grasp on a size: 60 % of 4 cores, or of 4 GiB. */
function ofFour(path: KeyPath, fraction: number): string {
  if (path.at(-1) === "headroom" && path.includes("memory"))
    return `: with 4 GiB in use ${Number((fraction * 4).toFixed(2))} GiB more stay free`;
  if (path.includes("cpu")) return `: ${Number((fraction * 4).toFixed(2))} of 4 cores`;
  if (path.includes("memory")) return `: ${Number((fraction * 4).toFixed(2))} of 4 GiB`;
  return "";
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
