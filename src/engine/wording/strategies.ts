import type { Strategy, Threshold } from "../../config/index.js";
import { formatDuration } from "../../model/index.js";
import type { Resource } from "../../model/index.js";
import type { EstimateMade, Pressed, Reading } from "../reading.js";
import { same } from "../sizes.js";
import { amount, figure, inUseWords, percent, sized, usageWords } from "../words.js";
import { isPast, lasting, pressedWords, type Asked, type Managed, type Passed } from "./passed.js";

type Target = Extract<Strategy, { kind: "target" }>;

/** What a size should be. */
export const ofStrategies = {
  thresholds: (
    values:
      | { readonly reading: Reading; readonly up: Threshold | null; readonly down: Threshold | null }
      | (Asked & { readonly brokenAgo: number }),
  ) => {
    if ("brokenAgo" in values) {
      const ago = formatDuration(values.brokenAgo);
      return `${isPast(values)}, but was not ${ago} ago; it takes ${formatDuration(values.forSeconds)}`;
    }
    return `${usageWords(values.reading)} ${between(values.up?.threshold ?? null, values.down?.threshold ?? null)}`;
  },
  above: ({ size, ...passed }: Passed & { readonly size: number }) =>
    `${inUseWords(passed.reading)}, at or above ${percent(passed.threshold)} ` +
    `${lasting(passed)}; ${figure(size)} brings it below`,
  below: (
    values: Passed & {
      /** `null`: there is no smaller size. */
      readonly size: number | null;
      readonly highestUse: number;
      readonly keepBelow: number;
    },
  ) => {
    const condition = `${inUseWords(values.reading)}, at or below ${percent(values.threshold)}`;
    if (values.size === null) return `${condition}, but there is no smaller size`;
    return (
      `${condition} ${lasting(values)}; with at most ${figure(values.highestUse)} in use ${figure(values.size)} ` +
      `keeps it below ${percent(values.keepBelow)}`
    );
  },
  target: (
    values:
      | (Estimated & { readonly inside: Target })
      | (Estimated & { readonly above: number })
      | (Estimated & { readonly target: number; readonly exact: number; readonly size: number }),
  ) => {
    const { reading, estimate } = values;
    const by = estimateWords(estimate);
    if ("inside" in values) {
      const { target, tolerance } = values.inside;
      const band = `${percent(target * (1 - tolerance))} to ${percent(target * (1 + tolerance))}`;
      return `${by}${usageWords(reading)} is inside ${band}`;
    }
    if ("above" in values) return `${by}${inUseWords(reading)}, above ${percent(values.above)}`;
    return (
      `${by}${inUseWords(reading)}; ` +
      `at ${percent(values.target)} that takes ${roundedWords(values.size, values.exact)}`
    );
  },
  percentile: (values: {
    readonly of: number;
    readonly over: number;
    /** `null`: all readings count alike. */
    readonly halfLife: number | null;
    readonly use: number;
    readonly margin: number;
    readonly exact: number;
    readonly size: number;
  }) =>
    `${percent(values.of)} of the time in the last ${formatDuration(values.over)}` +
    `${values.halfLife === null ? "" : `, half as much for each ${formatDuration(values.halfLife)} ago,`} ` +
    `at most ${figure(values.use)} was in use; ` +
    `with ${percent(values.margin)} on top that takes ${roundedWords(values.size, values.exact)}`,
  fixed: ({ resource, size, asked }: { readonly resource: Managed; readonly size: number; readonly asked: number }) =>
    `the file fixes it at ${sized(size, resource)}${roundedUp(size, asked)}`,
  pressure: (
    values: Pressed & {
      readonly resource: Resource;
      readonly forSeconds: number;
      readonly coarse: boolean;
      readonly size: number;
    },
  ) => `${pressedWords(values, values.resource)} ${lasting(values)}; a step takes it to ${figure(values.size)}`,
  "at-minimum": (values: {
    readonly resource: Managed;
    readonly use: number;
    readonly size: number;
    readonly least: number;
  }) =>
    `it is to be at its minimum of ${sized(values.least, values.resource)}` +
    (same(values.size, values.least)
      ? ""
      : `, but ${amount(values.use, values.resource)} in use take ${figure(values.size)}`),
  forecast: (
    values:
      | { readonly covered: number; readonly over: number }
      | {
          readonly reading: Reading;
          /** Growth of what is in use, in the unit of the resource a second. */
          readonly slope: number;
          /** Until it is full. */
          readonly seconds: number;
          /** Nineteen times in twenty not sooner and not later; `null`: perhaps never. */
          readonly soonest: number;
          readonly latest: number | null;
          readonly within: number;
          /** The smaller size that would be full; absent: the one it has. */
          readonly smaller?: number;
          readonly size: number;
        },
  ) => {
    if ("covered" in values) {
      const over = formatDuration(values.over);
      return `the trend of the last ${over} is not known: readings cover ${formatDuration(values.covered)} of it`;
    }
    const { reading, seconds } = values;
    const full = values.smaller === undefined ? "" : `${sized(values.smaller, reading.resource)} would be `;
    return (
      `${usageWords(reading)}, and growing by ${amount(values.slope * 3600, reading.resource)} an hour: ${full}full ` +
      `${seconds < 30 ? "by now" : `in ${formatDuration(coarsely(seconds))}`}${spread(values.soonest, values.latest)}, ` +
      `which is within ${formatDuration(values.within)}; ${figure(values.size)} puts that off`
    );
  },
  "follows-memory": (values: { readonly share: number; readonly memory: number; readonly size: number }) =>
    `${percent(values.share)} of ${sized(values.memory, "memory")} of memory is ${sized(values.size, "swap")}`,
  emergency: (values: {
    readonly node: string;
    readonly used: number;
    readonly danger: number;
    readonly use: number;
    readonly priority: number;
  }) =>
    `node ${values.node} has ${percent(values.used)} of its memory in use, in danger from ${percent(values.danger)} on: ` +
    `of priority ${values.priority}, the lowest that has any to spare, it gives back some of what it does not use ` +
    `(${figure(values.use)} MiB in use)`,
  "emergency-over": (values: { readonly node: string; readonly before: number; readonly size: number }) =>
    `node ${values.node} is in danger, but of ${sized(values.before, "memory")} it has given back ` +
    `${figure(values.before - values.size)} within a day: what fills the node is something else`,
  "bounds-only": () => "no strategy is set: it is only kept inside its bounds",
} as const;

/** A reading that a target goes by, and how it was estimated; `null`: it is the newest one. */
interface Estimated {
  readonly reading: Reading;
  readonly estimate: EstimateMade | null;
}

/** `mean of the last 15m: `, `2 spikes aside, 99th percentile of the last 15m: `. */
function estimateWords(estimate: EstimateMade | null): string {
  if (estimate === null) return "";
  const { of, spikes } = estimate;
  const over = formatDuration(estimate.over);
  const calmed = spikes === 0 ? "" : `${spikes === 1 ? "a spike" : `${spikes} spikes`} aside, `;
  switch (of) {
    case "last":
      return calmed;
    case "mean":
      return `${calmed}mean of the last ${over}: `;
    case "p50":
    case "p90":
    case "p95":
    case "p99":
      return `${calmed}${of.slice(1)}th percentile of the last ${over}: `;
  }
}

/** ` (30m to 1h)`, where that says more. */
function spread(soonest: number, latest: number | null): string {
  const from = formatDuration(coarsely(soonest));
  if (latest === null) return ` (${from} or more)`;
  const to = formatDuration(coarsely(latest));
  return from === to ? "" : ` (${from} to ${to})`;
}

/** Nobody needs the seconds of what is hours away: whole minutes, from two hours on ten, from two days on hours. */
function coarsely(seconds: number): number {
  const step = seconds < 7200 ? 60 : seconds < 172_800 ? 600 : 3600;
  return Math.round(seconds / step) * step;
}

function between(above: number | null, below: number | null): string {
  if (above !== null && below !== null) return `is between ${percent(below)} and ${percent(above)}`;
  if (above !== null) return `is below ${percent(above)}`;
  if (below !== null) return `is above ${percent(below)}`;
  return "is not held against any threshold";
}

/** `7 (6.33, rounded up)`. */
function roundedWords(size: number, exact: number): string {
  return `${figure(size)}${roundedUp(size, exact)}`;
}

function roundedUp(size: number, exact: number): string {
  return same(size, exact) ? "" : ` (${figure(exact)}, rounded up)`;
}
