import { formatPercent } from "../model/index.js";
import type { Resource } from "../model/index.js";
import type { OtherLimit, Reading } from "./reading.js";

const percents: string[] = [];

/** `95 %`, to a tenth of a percent. Kept once made: a plan of many containers says the same ones again and again. */
export function percent(fraction: number): string {
  const tenths = Math.round(fraction * 1000);
  if (!(tenths >= 0 && tenths <= 2000)) return formatPercent(fraction);
  return (percents[tenths] ??= formatPercent(tenths / 1000));
}

/** At most two decimals, without trailing zeros: 3.8, 6.33, 7. */
export function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** `4 cores`, `1 core`, `a cpulimit of 0.5`, `1024 MiB`. */
export function sized(size: number, resource: Resource): string {
  switch (resource) {
    case "cores":
      return `${figure(size)} ${same1(size) ? "core" : "cores"}`;
    case "cpulimit":
      return `a cpulimit of ${figure(size)}`;
    case "instances":
      return `${figure(size)} ${same1(size) ? "instance" : "instances"}`;
    case "memory":
    case "swap":
      return `${figure(size)} MiB`;
    case "rootfs":
    default:
      return `${figure(size)} GiB`;
  }
}

/** An amount rather than a limit: `2 cores`, `0.5 CPUs`, `512 MiB`. */
export function amount(size: number, resource: Resource): string {
  return resource === "cpulimit" ? `${figure(size)} ${same1(size) ? "CPU" : "CPUs"}` : sized(size, resource);
}

function same1(size: number): boolean {
  return Math.round(size * 100) === 100;
}

/** `its cpulimit of 0.5`, `its 2 cores`, `the 8 cores of node pve1`. */
export function limitWords(limit: OtherLimit): string {
  switch (limit.kind) {
    case "cpulimit":
      return `its cpulimit of ${limit.size}`;
    case "cores":
      return `its ${sized(limit.size, "cores")}`;
    case "node-cores":
      return `the ${sized(limit.size, "cores")} of node ${limit.node}`;
  }
}

/** `95 % of 4 cores`, or `… of its cpulimit of 0.5` where another limit is what counts. */
export function usageWords({ use, capacity, boundBy, resource }: Reading): string {
  return `${percent(use / capacity)} of ${boundBy === null ? sized(capacity, resource) : limitWords(boundBy)}`;
}

/** `95 % of 4 cores is 3.8 in use`. */
export function inUseWords(reading: Reading): string {
  return `${usageWords(reading)} is ${figure(reading.use)} in use`;
}
