import type { ResourceSettings, Strategy, Threshold } from "../config/index.js";
import { formatDuration } from "../model/index.js";
import type { Resource } from "../model/index.js";
import type { EstimateMade, OtherLimit, Pressed, Reading } from "./reading.js";
import { same } from "./sizes.js";
import type { PauseDirection } from "./state.js";
import { amount, figure, inUseWords, limitWords, percent, sized, usageWords } from "./words.js";

type Managed = ResourceSettings["resource"];
type Target = Extract<Strategy, { kind: "target" }>;

/** What a window of readings was asked for. Times are seconds, thresholds fractions. */
interface Asked {
  readonly reading: Reading;
  readonly direction: "above" | "below";
  readonly threshold: number;
  readonly forSeconds: number;
  /** Set where it is not usage that is past its threshold, but that tasks waited. */
  readonly pressed?: Pressed;
}

/** A threshold that was passed all through its window, or in the last reading of a source too coarse for it. */
interface Passed extends Omit<Asked, "direction" | "pressed"> {
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
  "just-unlocked": ({ passed, wait }: { readonly passed: number; readonly wait: number }) =>
    `it was locked ${formatDuration(passed)} ago: its readings count again after ${formatDuration(wait)}`,
  stale: ({ node }: { readonly node: string }) => `node ${node} is offline: these are its last known figures`,

  // Readings
  "size-unknown": (
    values:
      | { readonly missing: "memory-limit" | "configuration" | "swap" }
      | { readonly missing: "disk"; readonly resource: Resource; readonly read: boolean }
      | { readonly missing: "node-cores"; readonly resource: Managed; readonly node: string },
  ) => {
    switch (values.missing) {
      case "memory-limit":
        return "its memory limit is not known";
      case "configuration":
        return "its configuration has not been read, so it is not known what limits its CPU";
      case "swap":
        return "its configuration has not been read, so it is not known how much swap it has";
      case "disk":
        return values.read
          ? `its configuration names no size of ${values.resource}`
          : `its configuration has not been read, so it is not known how large ${values.resource} is`;
      case "node-cores":
        return `it has no ${values.resource}, and how many cores node ${values.node} has is not known`;
    }
  },
  unlimited: ({ resource }: { readonly resource: Managed }) =>
    `it has no ${resource}, so it may use all there are; only manageUnlimited: true changes that`,
  "missing-reading": ({ figure: missing }: { readonly figure: "all" | "memory" | "CPU" | "swap" | "disk" }) =>
    missing === "all" ? "there is no reading of it yet" : `the newest reading has no figure for ${missing}`,
  "disk-use-unknown": ({ resource }: { readonly resource: Resource }) =>
    `Proxmox tells how much of the root file system is in use, but not how much of ${resource}`,
  "volume-not-taken-up": ({ volume, size }: { readonly volume: number; readonly size: number }) =>
    `its volume has ${sized(volume, "rootfs")}, but the file system on it only ${sized(size, "rootfs")}: ` +
    "it has to be grown by hand before the volume is grown again",
  "impossible-reading": ({
    resource,
    used,
    of,
  }: {
    readonly resource: Managed | "rootfs";
    readonly used: number | null;
    readonly of: number | null;
  }) => {
    const cpu = resource === "cores" || resource === "cpulimit";
    const what = cpu ? "CPU" : resource === "rootfs" ? "the root file system" : "memory";
    return `the newest reading of ${what} can't be: ${used ?? "?"} of ${of ?? "?"} ${cpu ? "cores" : "bytes"}`;
  },
  "insufficient-data": (
    values:
      | { readonly lacking: "age"; readonly age: number; readonly period: number }
      | (Asked & { readonly lacking: "readings"; readonly there: number; readonly expected: number })
      | { readonly lacking: "cover"; readonly covered: number; readonly over: number; readonly enough: number }
      | {
          readonly lacking: "stabilisation";
          readonly grows: boolean;
          readonly there: number;
          readonly expected: number;
          readonly over: number;
        },
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
      case "stabilisation":
        return (
          `only ${values.there} of ${values.expected} readings of the last ${formatDuration(values.over)} are there, ` +
          `over which ${values.grows ? "growth" : "shrinking"} is stabilised`
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
    readonly resource: Resource;
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

  // Limits
  stabilisation: (values: {
    readonly resource: Managed;
    readonly grows: boolean;
    readonly over: number;
    readonly use: number;
    readonly size: number;
  }) =>
    `within the last ${formatDuration(values.over)} ${values.grows ? "only" : "up to"} ` +
    `${amount(values.use, values.resource)} were in use, which ${values.grows ? "takes no more than" : "takes"} ` +
    figure(values.size),
  "other-limit": (
    values:
      { readonly limit: OtherLimit; readonly most: number } | { readonly limit: OtherLimit; readonly managed: Managed },
  ) =>
    "most" in values
      ? `more than ${figure(values.most)} is of no use beside ${limitWords(values.limit)}`
      : `held back by ${limitWords(values.limit)}, not by its ${values.managed}`,
  "max-step": ({ most, resource }: { readonly most: number; readonly resource: Resource }) =>
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
  min: ({ least, resource }: { readonly least: number; readonly resource: Resource }) =>
    `min is ${sized(least, resource)}`,
  max: ({ most, resource }: { readonly most: number; readonly resource: Resource }) =>
    `max is ${sized(most, resource)}`,
  "in-use": ({ use, resource }: { readonly use: number; readonly resource: Resource }) =>
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
  rollback: ({ run }: { readonly run: string }) => `it had this size before run ${run}`,
  paused: (values: {
    readonly direction: PauseDirection;
    readonly by: "file" | "tag" | "all" | "container";
    /** Seconds until it is over; `null`: until somebody takes it back. */
    readonly left: number | null;
    readonly note: string | null;
  }) => {
    const what = { up: "growth is", down: "shrinking is", both: "scaling is" }[values.direction];
    const suffix = { up: "-up", down: "-down", both: "" }[values.direction];
    const by = {
      file: " by the file",
      tag: ` by its tag autoscaler-paused${suffix}`,
      all: " for everything",
      container: " for this container",
    }[values.by];
    const left = values.left === null ? "" : `, for ${formatDuration(values.left)} more`;
    return `${what} paused${by}${left}${values.note === null ? "" : `: ${values.note}`}`;
  },
  "day-budget": ({ most, resets }: { readonly most: number; readonly resets: number | null }) =>
    `at most ${most} ${most === 1 ? "change" : "changes"} of one container in 24 hours` +
    (resets === null ? "" : `; the next is free in ${formatDuration(resets)}`),
  "storage-unknown": ({ storage, node }: { readonly storage: string | null; readonly node: string }) =>
    storage === null
      ? "it lies on no storage of Proxmox, which could not grow it"
      : `how much room storage ${storage} has on node ${node} is not known`,
  "storage-reserve": (values: {
    readonly storage: string;
    readonly free: number;
    readonly reserve: number;
    readonly resource: Resource;
  }) =>
    `storage ${values.storage} has ${amount(Math.max(0, values.free), values.resource)} to give ` +
    `beside the reserve of ${percent(values.reserve)}`,
  "would-unblock": (values: {
    readonly resource: Resource;
    /** The node, or the storage's node. */
    readonly node: string;
    /** Containers there that hold more than they use. */
    readonly spare: readonly { readonly vmid: number; readonly name: string; readonly amount: number }[];
    /** Other nodes, or storages of the node, that would have room for all of it. */
    readonly elsewhere: readonly { readonly name: string; readonly free: number }[];
  }) => {
    const holders = values.spare.map((one, index) => {
      const held = amount(one.amount, values.resource);
      return `${one.name} (${one.vmid}) ${index === 0 ? `holds ${held} more than it uses` : held}`;
    });
    const onDisk = values.resource === "rootfs" || values.resource.startsWith("mp");
    const places = values.elsewhere.map(
      ({ name, free }) => `${onDisk ? "storage" : "node"} ${name} has ${amount(free, values.resource)} to give`,
    );
    const held = holders.length === 0 ? [] : [`on node ${values.node} ${holders.join(", ")}`];
    return [...held, ...places].join("; ");
  },
  "restart-needed": ({ why }: { readonly why: string }) => `only a restart makes use of it: ${why.replace(/\.$/u, "")}`,
  "max-changes": ({ most }: { readonly most: number }) =>
    `at most ${most} changes in one cycle: growth first, then by vmid`,
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

/** `tasks waited for a CPU 30 % of the time, at or above 20 %`. */
function pressedWords({ waited, pressure }: Pressed, resource: Resource): string {
  const what = resource === "memory" ? "memory" : "a CPU";
  return `tasks waited for ${what} ${percent(waited)} of the time, at or above ${percent(pressure)}`;
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
function isPast({ reading, direction, threshold, pressed }: Asked): string {
  if (pressed !== undefined) return pressedWords(pressed, reading.resource);
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
