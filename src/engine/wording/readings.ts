import { formatDuration } from "../../model/index.js";
import type { Resource } from "../../model/index.js";
import { percent, sized } from "../words.js";
import { isPast, type Asked, type Managed } from "./passed.js";

/** What can't be judged, and why. */
export const ofReadings = {
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
} as const;
