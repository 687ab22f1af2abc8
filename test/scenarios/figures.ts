import type { Resource, Sample } from "../../src/model/index.js";
import type { Change, Course } from "./course.js";
import { mebibyte } from "./population.js";

const minute = 60_000;
const hour = 60 * minute;

/** CPUs it could really use when a reading was taken; NaN where that is not known. */
export function usableCores({ cores, cpulimit }: Sample, nodeCores: number): number {
  return Math.min(cores ?? Number.NaN, (cpulimit ?? 0) > 0 ? (cpulimit ?? nodeCores) : nodeCores, nodeCores);
}

/** CPUs in use when a reading was taken. */
export function coresInUse({ cpu, cores }: Sample): number {
  return (cpu ?? Number.NaN) * (cores ?? Number.NaN);
}

/** MiB in use. */
export function memoryInUse({ memory }: Sample): number {
  return (memory ?? Number.NaN) / mebibyte;
}

export function samplesOf(course: Course, vmid: number): readonly Sample[] {
  return course.samples.get(vmid) ?? [];
}

export function nodeCoresOf(course: Course, vmid: number): number {
  const node = course.containers.find((container) => container.vmid === vmid)?.node ?? "";
  return course.nodeCores.get(node) ?? Number.NaN;
}

/** Minutes in which all CPU was in use. */
export function saturatedMinutes(course: Course, vmid: number): number {
  const cores = nodeCoresOf(course, vmid);
  const full = samplesOf(course, vmid).filter((sample) => coresInUse(sample) >= 0.99 * usableCores(sample, cores));
  return (full.length * course.config.intervalSeconds) / 60;
}

/** Minutes in which at least 97 % of the memory was in use. */
export function fullMemoryMinutes(course: Course, vmid: number): number {
  const full = samplesOf(course, vmid).filter(
    ({ memory, memoryLimit }) => (memory ?? 0) >= 0.97 * (memoryLimit ?? Number.POSITIVE_INFINITY),
  );
  return (full.length * course.config.intervalSeconds) / 60;
}

/** Changes that were really made to a size, oldest first. */
export function changesOf(course: Course, vmid: number, resource: Resource): readonly Change[] {
  return course.changes.filter(
    (change) => change.vmid === vmid && change.resource === resource && change.outcome === "applied",
  );
}

/** Changes against the direction of the one before within an hour. */
export function reversals(changes: readonly Change[]): number {
  return changes.filter((change, index) => {
    const before = changes[index - 1];
    return before !== undefined && change.time - before.time < hour && grows(before) !== grows(change);
  }).length;
}

export function grows({ from, to }: Change): boolean {
  return (to ?? 0) > (from ?? 0);
}

/** Sizes that changed, in the order of a plan. */
export const resources: readonly Resource[] = ["cores", "cpulimit", "memory", "swap", "rootfs"];
