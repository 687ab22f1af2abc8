import type { ResourceSettings } from "../config/index.js";
import { formatDuration } from "../model/index.js";
import type { OtherLimit, Reading } from "./reading.js";
import { same } from "./sizes.js";
import { amount, figure, inUseWords, limitWords, percent, sized, usageWords } from "./words.js";

type Managed = ResourceSettings["resource"];

/** What a window of readings was asked for. Times are seconds, thresholds fractions. */
interface Asked {
  readonly reading: Reading;
  readonly direction: "above" | "below";
  readonly threshold: number;
  readonly forSeconds: number;
}

/** A threshold that was passed all through its window, or in the last reading of a source too coarse for it. */
interface Passed extends Omit<Asked, "direction"> {
  readonly coarse: boolean;
}

/**
 * Every rule that can have a say in a decision, with the numbers it gives and what they come to in words. This is the one
 * place to add a rule's name: what is given for it where it speaks is checked against the argument here, and
 * `docs/reasons.md` explains each. Sizes are in the unit of their resource, times in seconds, shares fractions.
 */
export const wording = {
  // Left alone
  ignored: ({ entry }: { readonly entry: string }) => `the ignore list names it: ${entry}`,
  "mode-paused": () => "mode is paused: usage is watched, nothing is changed",
  "no-quorum": () => "the cluster has no quorum and refuses every write",
  template: () => "it is a template",
  locked: ({ lock }: { readonly lock: string }) => `it is locked (${lock})`,
  "ha-moving": ({ state }: { readonly state: string }) => `the HA manager is moving it (state ${state})`,
  stopped: () => "it is stopped",
  "container-paused": () => "it is paused",
  "status-unknown": () => "Proxmox does not know whether it is running",
  stale: ({ node }: { readonly node: string }) => `node ${node} is offline: these are its last known figures`,

  // Readings
  "size-unknown": (
    values:
      | { readonly missing: "memory-limit" | "configuration" }
      | { readonly missing: "node-cores"; readonly resource: Managed; readonly node: string },
  ) => {
    switch (values.missing) {
      case "memory-limit":
        return "its memory limit is not known";
      case "configuration":
        return "its configuration has not been read, so it is not known what limits its CPU";
      case "node-cores":
        return `it has no ${values.resource}, and how many cores node ${values.node} has is not known`;
    }
  },
  unlimited: ({ resource }: { readonly resource: Managed }) =>
    `it has no ${resource}, so it may use all there are; only manageUnlimited: true changes that`,
  "missing-reading": ({ figure: missing }: { readonly figure: "all" | "memory" | "CPU" }) =>
    missing === "all" ? "there is no reading of it yet" : `the newest reading has no figure for ${missing}`,
  "impossible-reading": ({
    resource,
    used,
    of,
  }: {
    readonly resource: Managed;
    readonly used: number | null;
    readonly of: number | null;
  }) =>
    `the newest reading of ${resource === "memory" ? "memory" : "CPU"} can't be: ` +
    `${used ?? "?"} of ${of ?? "?"} ${resource === "memory" ? "bytes" : "cores"}`,
  "insufficient-data": (
    values:
      | { readonly lacking: "age"; readonly age: number; readonly period: number }
      | (Asked & { readonly lacking: "readings"; readonly there: number; readonly expected: number })
      | { readonly lacking: "cover"; readonly covered: number; readonly over: number; readonly enough: number },
  ) => {
    switch (values.lacking) {
      case "age":
        return (
          `the newest reading is ${formatDuration(values.age)} old, ` +
          `more than two periods of ${formatDuration(values.period)}`
        );
      case "readings":
        return (
          `${isPast(values)}, but only ${values.there} of ` +
          `${values.expected} readings of the last ${formatDuration(values.forSeconds)} are there`
        );
      case "cover":
        return (
          `readings cover ${formatDuration(values.covered)} of the last ${formatDuration(values.over)}; ` +
          `it takes ${percent(values.enough)} of them`
        );
    }
  },
  "coarse-history": ({ step, forSeconds }: { readonly step: number; readonly forSeconds: number }) =>
    `the source has one reading every ${formatDuration(step)}, coarser than ` +
    `${formatDuration(forSeconds)}, so the last one alone decided`,
  "changed-by-hand": ({
    resource,
    from,
    to,
    passed,
    longer,
  }: {
    readonly resource: Managed;
    /** `null`: not known. */
    readonly from: number | null;
    readonly to: number;
    readonly passed: number;
    readonly longer: number;
  }) => {
    const before = from === null ? "" : ` from ${sized(from, resource)}`;
    const ago = passed < 1 ? "just now" : `${formatDuration(passed)} ago`;
    return `changed by hand${before} to ${sized(to, resource)}, seen ${ago}: left alone for ${formatDuration(longer)}`;
  },

  // What it should be
  thresholds: (
    values:
      | { readonly reading: Reading; readonly above: number | null; readonly below: number | null }
      | (Asked & { readonly brokenAgo: number }),
  ) => {
    if ("brokenAgo" in values) {
      const ago = formatDuration(values.brokenAgo);
      return `${isPast(values)}, but was not ${ago} ago; it takes ${formatDuration(values.forSeconds)}`;
    }
    return `${usageWords(values.reading)} ${between(values.above, values.below)}`;
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
      | { readonly reading: Reading; readonly lowest: number; readonly highest: number }
      | { readonly reading: Reading; readonly above: number }
      | { readonly reading: Reading; readonly target: number; readonly exact: number; readonly size: number },
  ) => {
    const { reading } = values;
    if ("lowest" in values) {
      return `${usageWords(reading)} is inside ${percent(values.lowest)} to ${percent(values.highest)}`;
    }
    if ("above" in values) return `${inUseWords(reading)}, above ${percent(values.above)}`;
    return `${inUseWords(reading)}; at ${percent(values.target)} that takes ${roundedWords(values.size, values.exact)}`;
  },
  percentile: (values: {
    readonly of: number;
    readonly over: number;
    readonly use: number;
    readonly margin: number;
    readonly exact: number;
    readonly size: number;
  }) =>
    `${percent(values.of)} of the time in the last ${formatDuration(values.over)} at most ${figure(values.use)} was in use; ` +
    `with ${percent(values.margin)} on top that takes ${roundedWords(values.size, values.exact)}`,
  fixed: ({ resource, size, asked }: { readonly resource: Managed; readonly size: number; readonly asked: number }) =>
    `the file fixes it at ${sized(size, resource)}${roundedUp(size, asked)}`,
  "bounds-only": () => "no strategy is set: it is only kept inside its bounds",

  // Limits
  "other-limit": (
    values:
      { readonly limit: OtherLimit; readonly most: number } | { readonly limit: OtherLimit; readonly managed: Managed },
  ) =>
    "most" in values
      ? `more than ${figure(values.most)} is of no use beside ${limitWords(values.limit)}`
      : `held back by ${limitWords(values.limit)}, not by its ${values.managed}`,
  "max-step": ({ most, resource }: { readonly most: number; readonly resource: Managed }) =>
    `at most ${amount(most, resource)} at once`,
  "would-grow-again": ({
    resource,
    size,
    usage,
    threshold,
  }: {
    readonly resource: Managed;
    readonly size: number;
    readonly usage: number;
    /** `null`: nothing grows it. */
    readonly threshold: number | null;
  }) =>
    `${sized(size, resource)} would be ${percent(usage)} in use` +
    (threshold === null ? "" : `, and at ${percent(threshold)} it would grow again`),
  cooldown: ({
    grew,
    passed,
    cooldown,
  }: {
    readonly grew: boolean;
    readonly passed: number;
    readonly cooldown: number;
  }) => `it ${grew ? "grew" : "shrank"} ${formatDuration(passed)} ago; the cooldown is ${formatDuration(cooldown)}`,
  boost: (values: {
    readonly samples: number;
    readonly above: number;
    readonly factor: number;
    readonly duration: number;
  }) =>
    `the last ${values.samples} ${values.samples === 1 ? "reading was" : "readings were"} at or above ` +
    `${percent(values.above)}: ${figure(values.factor)} times its size for ${formatDuration(values.duration)}`,
  "boost-active": (values: { readonly since: number; readonly left: number; readonly kept: boolean }) =>
    `boosted ${formatDuration(values.since)} ago, for ${formatDuration(values.left)} more` +
    (values.kept ? ": not shrunk meanwhile" : ""),
  "boost-over": (
    values:
      | { readonly grows: true }
      | {
          readonly grows: false;
          readonly resource: Managed;
          readonly since: number;
          readonly back: number;
          /** What is in use where that stops it; `null`: nothing does. */
          readonly stoppedBy: number | null;
        },
  ) => {
    if (values.grows) return "the boost is over, but it wants to grow";
    const text = `the boost of ${formatDuration(values.since)} ago is over: back to ${figure(values.back)}`;
    return values.stoppedBy === null
      ? text
      : `${text}, as far as ${amount(values.stoppedBy, values.resource)} in use allow`;
  },
  min: ({ least, resource }: { readonly least: number; readonly resource: Managed }) =>
    `min is ${sized(least, resource)}`,
  max: ({ most, resource }: { readonly most: number; readonly resource: Managed }) => `max is ${sized(most, resource)}`,
  "in-use": ({ use, resource }: { readonly use: number; readonly resource: Managed }) =>
    `${amount(use, resource)} in use: it goes down as use falls`,
  "memory-floor": ({
    use,
    headroom,
    floor,
  }: {
    readonly use: number;
    readonly headroom: number;
    readonly floor: number;
  }) => `${figure(use)} MiB in use and ${percent(headroom)} headroom take ${figure(floor)} MiB`,
  "node-unknown": ({ node, figure: missing }: { readonly node: string; readonly figure: "all" | "memory" | "CPU" }) =>
    missing === "all"
      ? `nothing is known of node ${node}: its limits and reserve are not applied`
      : `how much ${missing} node ${node} has in use is not known`,
  "node-limit": (values: {
    readonly node: string;
    readonly of: "memory" | "CPU";
    readonly used: number;
    readonly limit: number;
  }) =>
    `node ${values.node} has ${percent(values.used)} of its ${values.of} in use, ` +
    `over its limit of ${percent(values.limit)}`,
  "node-reserve": (values: Room) => roomWords(values),
  "boost-fallback": (values: Room) => `${roomWords(values)}: boosted less`,
  "max-changes": ({ most }: { readonly most: number }) =>
    `at most ${most} changes in one cycle: growth first, then by vmid`,
} as const;

/** What a node has left for a growth: cores or MiB. */
export interface Room {
  readonly node: string;
  readonly resource: Managed;
  readonly free: number;
  /** MiB, or a fraction of the cores. */
  readonly reserve: number;
}

function roomWords({ node, resource, free, reserve }: Room): string {
  const reserved = resource === "memory" ? `${figure(reserve)} MiB` : `${percent(reserve)} of its cores`;
  return `node ${node} has ${amount(Math.max(0, free), resource)} to give beside the reserve of ${reserved}`;
}

/** `95 % of 4 cores is at or above 80 %`. */
function isPast({ reading, direction, threshold }: Asked): string {
  return `${usageWords(reading)} is at or ${direction} ${percent(threshold)}`;
}

function between(above: number | null, below: number | null): string {
  if (above !== null && below !== null) return `is between ${percent(below)} and ${percent(above)}`;
  if (above !== null) return `is below ${percent(above)}`;
  if (below !== null) return `is above ${percent(below)}`;
  return "is not held against any threshold";
}

function lasting({ coarse, forSeconds }: Pick<Passed, "coarse" | "forSeconds">): string {
  return coarse ? "in the last reading" : `for ${formatDuration(forSeconds)}`;
}

/** `7 (6.33, rounded up)`. */
function roundedWords(size: number, exact: number): string {
  return `${figure(size)}${roundedUp(size, exact)}`;
}

function roundedUp(size: number, exact: number): string {
  return same(size, exact) ? "" : ` (${figure(exact)}, rounded up)`;
}
