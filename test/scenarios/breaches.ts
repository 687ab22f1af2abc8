import { effectiveSettings, type ResourceSettings } from "../../src/config/index.js";
import type { Resource } from "../../src/model/index.js";
import type { Change, Course } from "./course.js";
import {
  changesOf,
  coresInUse,
  fullMemoryMinutes,
  grows,
  nodeCoresOf,
  resources,
  reversals,
  samplesOf,
  usableCores,
} from "./figures.js";
import { mebibyte } from "./population.js";

/** How much of what is never good a scenario may have, for each of its containers. */
export interface Allowances {
  /** Changes of a size against the one before within an hour. */
  readonly reversals: number;
  /** Minutes in a row in which all CPU is in use although the container may grow. */
  readonly shortOfCpu: number;
  /** Minutes of full memory in all. */
  readonly fullMemory: number;
  /** Times that it is killed for lack of memory. */
  readonly killed?: number;
  /** Changes in 24 hours of one size. */
  readonly changesPerDay: number;
  /** Whether something may be planned and then not be carried out to its end. */
  readonly cutShort?: boolean;
}

/** Bounds and boosts do not wait for a cooldown. */
const free: ReadonlySet<string> = new Set(["boost", "boost-over", "emergency"]);
const day = 24 * 3600 * 1000;

/** What must not happen, whatever the goldens say; each as a sentence. */
export function breachesOf(course: Course, allowed: Allowances): readonly string[] {
  const inContainers = course.beginnings.flatMap(({ vmid, name }) =>
    [
      ...resources.flatMap((resource) => ofSize(course, vmid, resource, allowed)),
      ...ofContainer(course, vmid, allowed),
    ].map((breach) => `${vmid} ${name}: ${breach}`),
  );
  return [...ofWrites(course), ...ofLocks(course), ...ofFates(course, allowed), ...inContainers];
}

function ofWrites({ writes, beginnings }: Course): readonly string[] {
  const sizes = new Map(beginnings.map(({ vmid, memory }) => [vmid, memory]));
  return writes.flatMap(({ vmid, memory, memoryInUse, locked, time }) => {
    const before = sizes.get(vmid) ?? 0;
    if (memory !== null) sizes.set(vmid, memory);
    return [
      ...(memory !== null && memory < before && memory * mebibyte < memoryInUse
        ? [
            `${stamp(time)} ${vmid} was given ${memory} MiB while it used ${Math.round(memoryInUse / mebibyte)} MiB of ${before}`,
          ]
        : []),
      ...(locked === null ? [] : [`${stamp(time)} ${vmid} was written to under the lock ${locked}`]),
    ];
  });
}

/** Nothing is done to what is locked, nor before there is a reading that the lock had no part in. */
function ofLocks({ locks, writes, config: { intervalSeconds } }: Course): readonly string[] {
  return locks.flatMap(({ vmid, from, to }) =>
    writes
      .filter((write) => write.vmid === vmid && write.time >= from && write.time < to + intervalSeconds * 1000)
      .map(({ time }) => `${stamp(time)} ${vmid} was changed under a lock, or right after it`),
  );
}

function ofFates({ changes, problems }: Course, { cutShort = false }: Allowances): readonly string[] {
  return [
    ...problems.map((problem) => `a problem: ${problem}`),
    ...changes
      .filter(({ outcome, planned }) => {
        if (outcome === "applied") return planned !== undefined && !cutShort;
        return outcome !== "blocked" && !(cutShort && outcome === "skipped");
      })
      .map(({ time, vmid, resource, outcome }) => `${stamp(time)} ${vmid} ${resource}: ${outcome}, or not to its end`),
  ];
}

function ofContainer(course: Course, vmid: number, allowed: Allowances): readonly string[] {
  const short = shortOfCpuMinutes(course, vmid);
  const full = fullMemoryMinutes(course, vmid);
  const killed = course.endings.find((ending) => ending.vmid === vmid)?.killed ?? 0;
  return [
    ...(short > allowed.shortOfCpu ? [`was short of CPU for ${short} minutes, with room to grow`] : []),
    ...(full > allowed.fullMemory ? [`its memory was full for ${full} minutes`] : []),
    ...(killed > (allowed.killed ?? 0) ? [`was killed ${killed} times for lack of memory`] : []),
  ];
}

function ofSize(course: Course, vmid: number, resource: Resource, allowed: Allowances): readonly string[] {
  const changes = changesOf(course, vmid, resource);
  const back = reversals(changes);
  const most = Math.max(
    0,
    ...changes.map(({ time }) => changes.filter((other) => other.time <= time && other.time > time - day).length),
  );
  return [
    ...changes.flatMap((change) => outside(course, change)),
    ...changes.flatMap((change, index) => tooSoon(course, change, changes.slice(0, index))),
    ...changes.flatMap((change, index) => unfounded(course, change, changes[index - 1])),
    ...(back > allowed.reversals ? [`${resource} went back ${back} times within an hour`] : []),
    ...(most > allowed.changesPerDay ? [`${resource} changed ${most} times in a day`] : []),
  ];
}

function settingsOf(course: Course, { vmid, resource, time }: Change): ResourceSettings | null {
  const container = course.containers.find((one) => one.vmid === vmid);
  if (container === undefined) return null;
  const { cpu, memory } = effectiveSettings(course.config, container, time);
  return resource === "memory" ? memory : resource === "cores" || resource === "cpulimit" ? cpu : null;
}

/** Nothing grows past its maximum, and nothing shrinks past its minimum. */
function outside(course: Course, change: Change): readonly string[] {
  const settings = settingsOf(course, change);
  const { to, time, resource } = change;
  if (settings === null || to === null) return [];
  if (grows(change) && to > (settings.max ?? Number.POSITIVE_INFINITY) + 1e-9) {
    return [`${stamp(time)} ${resource} grew to ${to}, over its maximum of ${settings.max}`];
  }
  if (!grows(change) && to < (settings.min ?? 0) - 1e-9) {
    return [`${stamp(time)} ${resource} shrank to ${to}, below its minimum of ${settings.min}`];
  }
  return [];
}

/** Cooldowns are kept in each direction, but for what does not wait for them. */
function tooSoon(course: Course, change: Change, before: readonly Change[]): readonly string[] {
  const settings = settingsOf(course, change);
  const last = before.findLast((other) => grows(other) === grows(change));
  if (settings === null || last === undefined || change.rules.some((rule) => free.has(rule))) return [];
  const { min, max, cooldown } = settings;
  const { from } = change;
  if (from !== null && (from > (max ?? Number.POSITIVE_INFINITY) || from < (min ?? 0))) return [];
  const passed = (change.time - last.time) / 1000;
  const wanted = grows(change) ? cooldown.upSeconds : cooldown.downSeconds;
  // A change in stages has its time from its last write; within an interval the time of the decision counts.
  return passed < wanted - 1
    ? [
        `${stamp(change.time)} ${change.resource} changed ${passed} s after the last time, with a cooldown of ${wanted} s`,
      ]
    : [];
}

/** What the loop takes for the present size is what it, or somebody else, made it. */
function unfounded(course: Course, change: Change, last: Change | undefined): readonly string[] {
  const { vmid, resource, from, time } = change;
  const since = last?.time ?? course.from;
  if (course.events.some((event) => event.time >= since && event.time <= time)) return [];
  const beginning = course.beginnings.find((one) => one.vmid === vmid);
  const first = resource === "memory" ? beginning?.memory : resource === "cores" ? beginning?.cores : undefined;
  const present = last === undefined ? first : last.to;
  return present === undefined || present === null || present === from
    ? []
    : [`${stamp(time)} ${resource} went on from ${from}, while it was ${present}`];
}

function shortOfCpuMinutes(course: Course, vmid: number): number {
  const container = course.containers.find((one) => one.vmid === vmid);
  if (container === undefined) return 0;
  const nodeCores = nodeCoresOf(course, vmid);
  let longest = 0;
  let present = 0;
  for (const sample of samplesOf(course, vmid)) {
    const size = usableCores(sample, nodeCores);
    const { cpu } = effectiveSettings(course.config, container, sample.time);
    const mayGrow = cpu !== null && size < Math.min(nodeCores, cpu.max ?? nodeCores) - 1e-9;
    present = mayGrow && sample.locked !== true && coresInUse(sample) >= 0.99 * size ? present + 1 : 0;
    longest = Math.max(longest, present);
  }
  return (longest * course.config.intervalSeconds) / 60;
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
