import type { SchemaInfo } from "../../config/index.js";
import { parseDuration, parsePercentage, parseSize } from "../../model/index.js";
import type { ValueChoice } from "./value-choice.js";

interface Measure {
  readonly parse: (text: string) => number | null;
  /** Round values, ascending. */
  readonly ladder: readonly string[];
  readonly units: readonly (readonly [unit: string, word: string])[];
  /** The bounds of the format are values that people choose. */
  readonly offersBounds: boolean;
}

const words = (text: string): readonly string[] => text.split(" ");

const measures: Readonly<Record<string, Measure>> = {
  duration: {
    parse: parseDuration,
    ladder: words("0s 1s 2s 5s 10s 15s 30s 1m 2m 3m 5m 10m 15m 30m 1h 2h 6h 12h 1d 2d 7d 14d 30d 90d 365d"),
    units: [
      ["s", "seconds"],
      ["m", "minutes"],
      ["h", "hours"],
      ["d", "days"],
    ],
    offersBounds: true,
  },
  size: {
    parse: parseSize,
    ladder: words("0MiB 64MiB 128MiB 256MiB 512MiB 1GiB 2GiB 4GiB 8GiB 16GiB 32GiB 64GiB 128GiB"),
    units: [
      ["MiB", "mebibytes"],
      ["GiB", "gibibytes"],
      ["TiB", "tebibytes"],
    ],
    offersBounds: false,
  },
  percentage: {
    parse: parsePercentage,
    ladder: words("0% 5% 10% 15% 20% 25% 30% 40% 50% 60% 70% 75% 80% 85% 90% 95% 97% 100% 150% 200%"),
    units: [["%", "percent"]],
    offersBounds: true,
  },
};

/** So many round values on each side of the usual one. */
const aside = 4;

export function isMeasure(type: string): boolean {
  return measures[type] !== undefined;
}

/**
 * Values with a unit: for a number that was typed the same number with each unit that the bounds allow (with each unit, if they
 * allow none: the number may not be finished); else the usual
 * value, round ones on both sides of it, and the bounds.
 */
export function measured(schema: SchemaInfo, typed: string): readonly ValueChoice[] {
  const measure = measures[schema.type];
  if (measure === undefined) return [];
  const { parse, ladder, units, offersBounds } = measure;
  const least = bound(schema.minimum, parse) ?? 0;
  const most = bound(schema.maximum, parse) ?? Number.POSITIVE_INFINITY;
  const isInside = (text: string): boolean => {
    const value = parse(text);
    return value !== null && value >= least && value <= most;
  };
  const number = /^(\d+(?:\.\d+)?)[A-Za-z%]*$/u.exec(typed)?.[1];
  if (number !== undefined) {
    const all = units.map(([unit, word]): ValueChoice => ({
      text: `${number}${unit}`,
      isYaml: true,
      detail: word,
      kind: "unit",
    }));
    const fitting = all.filter(({ text }) => isInside(text));
    return fitting.length > 0 ? fitting : all.filter(({ text }) => parse(text) !== null);
  }
  const usual = [schema.default, ...schema.examples].filter((value): value is string => typeof value === "string");
  const middle =
    parse(usual[0] ?? "") ?? parse(schema.type === "size" ? "1GiB" : schema.type === "duration" ? "5m" : "50%");
  const inside = ladder.filter(isInside);
  const at = inside.findIndex((text) => (parse(text) ?? 0) >= (middle ?? 0));
  const centre = at === -1 ? inside.length - 1 : at;
  const near = inside.slice(Math.max(0, centre - aside), centre + aside + 1);
  const choices = near.map((text): ValueChoice => ({ text, isYaml: true, kind: "unit" }));
  if (!offersBounds) return choices;
  const edge = (text: unknown, detail: string): readonly ValueChoice[] =>
    typeof text === "string" ? [{ text, isYaml: true, detail, kind: "unit" }] : [];
  return [...choices, ...edge(schema.minimum, "the least"), ...edge(schema.maximum, "the most")];
}

function bound(value: number | string | null, parse: Measure["parse"]): number | null {
  return typeof value === "string" ? parse(value) : value;
}

const counts = [0, 1, 2, 3, 4, 5, 6, 8, 10, 16, 20, 50, 100];

/** Numbers without a unit around the usual one, inside of the bounds. */
export function counted(schema: SchemaInfo): readonly ValueChoice[] {
  const [usual] = [schema.default, ...schema.examples].filter((value): value is number => typeof value === "number");
  if (usual === undefined) return [];
  const least = typeof schema.minimum === "number" ? schema.minimum : Number.NEGATIVE_INFINITY;
  const most = typeof schema.maximum === "number" ? schema.maximum : Number.POSITIVE_INFINITY;
  // A port is none of a row, and what is to be above 1 is a factor.
  if (most === 65_535) return [];
  const row = most === 16 ? [1.25, 1.5, 2, 3, 4] : counts;
  const inside = row.filter((value) => value >= least && value <= most);
  const at = inside.findIndex((value) => value >= usual);
  const centre = at === -1 ? inside.length - 1 : at;
  return inside
    .slice(Math.max(0, centre - 3), centre + 4)
    .map((value) => ({ text: String(value), isYaml: true, kind: "example" }));
}
