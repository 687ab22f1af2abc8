import { formatDuration } from "../../model/index.js";
import type { Resource } from "../../model/index.js";
import type { OtherLimit } from "../reading.js";
import type { PauseDirection } from "../state.js";
import { amount, figure, limitWords, percent, sized } from "../words.js";
import type { Managed } from "./passed.js";

/** What limits a change. */
export const ofLimits = {
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
