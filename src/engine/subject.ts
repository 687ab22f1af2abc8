import { mebibyte } from "../model/index.js";
import type { DiskSettings, EffectiveSettings, Mode, ResourceSettings } from "../config/index.js";
import type { Container, Node, Sample, Volume } from "../model/index.js";
import type { OtherLimit } from "./reading.js";
import { isSize, jitter } from "./plausible.js";
import type { Series } from "./series.js";
import { multipleBelow, roundDown, roundUp } from "./sizes.js";
import type { ContainerState, Pause, ResourceState, SizeStep } from "./state.js";

/** One container with all that a rule may look at, whatever the resource. */
export interface Situation {
  readonly now: number;
  readonly mode: Mode;
  /** False where the cluster refuses writes; `null`: not known. */
  readonly quorate: boolean | null;
  readonly container: Container;
  readonly effective: EffectiveSettings;
  /** `null` where nothing at all is known of it. */
  readonly node: Node | null;
  /** Those of the state that are in force for it. */
  readonly pauses: readonly Pause[];
  readonly series: Series;
  /** The interval, or the distance of the source's points where that is coarser. */
  readonly periodSeconds: number;
  /** When the newest of the readings that can still be the doing of a lock was taken under one; `null`: there is none. */
  readonly lockedAt: number | null;
  /** What is remembered of it. */
  readonly remembered: ContainerState;
}

/** CPU or memory of one container. */
export interface Subject extends Situation {
  readonly settings: ResourceSettings;
  readonly state: ResourceState;
  /** What is remembered of its cpulimit, to know the limit that an old reading was taken under. */
  readonly cpulimitState: ResourceState;
}

/** One disk of a container. */
export interface DiskSubject extends Situation {
  readonly settings: DiskSettings;
  /** `null`: its configuration has no such disk, or has not been read. */
  readonly volume: Volume | null;
  readonly state: ResourceState;
}

/** Proxmox knows no container with more cores, and nobody one with more memory (a pebibyte). */
const mostCores = 8192;
const mostBytes = 2 ** 50;

export type Fault = "missing" | "impossible";

/** What a reading says is in use, in cores or MiB; NaN where it says nothing or what can't be. */
export function useOf(sample: Sample, subject: Subject): number {
  return faultOf(sample, subject) !== null
    ? Number.NaN
    : subject.settings.resource === "memory"
      ? (sample.memory ?? Number.NaN) / mebibyte
      : (sample.cpu ?? Number.NaN) * (sample.cores ?? Number.NaN);
}

/** Why a reading can't be used. 0 bytes in use is a failed read, because even an idle container has an init process. */
export function faultOf(sample: Sample, subject: Subject): Fault | null {
  if (subject.settings.resource === "memory") {
    const { memory, memoryLimit } = sample;
    if (memory === null || memoryLimit === null) return "missing";
    const can = memory > 0 && memoryLimit > 0 && memory <= memoryLimit * jitter && memoryLimit <= mostBytes;
    return can ? null : "impossible";
  }
  const { cpu, cores } = sample;
  if (cpu === null || cores === null) return "missing";
  return cpu >= 0 && cpu <= jitter && cores > 0 && cores <= mostCores ? null : "impossible";
}

/**
 * What a reading could use at most when it was taken, in cores or MiB: its own memory limit; of CPU the least
 * of what it had in cores, its cpulimit of that time and the cores of its node.
 */
export function capacityOf(sample: Sample, subject: Subject): number {
  if (subject.settings.resource === "memory") return (sample.memoryLimit ?? Number.NaN) / mebibyte;
  const cores = Math.min(sample.cores ?? Number.NaN, subject.node?.cores ?? Number.POSITIVE_INFINITY);
  if (sample.cpulimit !== undefined) return Math.min(cores, limitOrNone(sample.cpulimit));
  const limit = limitOrNone(cpulimitAt(sample.time, subject));
  // More in use than that limit allows: it was another one then, which nobody remembers.
  return (sample.cpu ?? 0) * (sample.cores ?? 0) > limit * jitter ? cores : Math.min(cores, limit);
}

/** The cpulimit that was in force at a time, from the present one and the changes since. */
function cpulimitAt(time: number, subject: Subject): number | null {
  const { up, down, byHand } = subject.cpulimitState;
  if (up === undefined && down === undefined && byHand === undefined) {
    return subject.container.configuration?.cpulimit ?? null;
  }
  let since: SizeStep | null = null;
  for (const step of [up, down, byHand]) {
    // A reading of the moment of the decision was taken before it was carried out.
    if (step !== undefined && step.time >= time && (since === null || step.time < since.time)) since = step;
  }
  return since === null ? (subject.container.configuration?.cpulimit ?? null) : since.from;
}

/** A limit of 0 is none, and so is one that is not there or can't be. */
function limitOrNone(limit: number | null): number {
  return isSize(limit) ? limit : Number.POSITIVE_INFINITY;
}

/** The least that limits CPU beside the size that is managed, in cores; infinite where nothing does. */
export function otherLimitOf(subject: Subject): number {
  return Math.min(ownLimitOf(subject), nodeLimitOf(subject));
}

/** What that limit is. Call it only where there is one. */
export function otherLimitNamed(subject: Subject): OtherLimit {
  const own = ownLimitOf(subject);
  const cores = nodeLimitOf(subject);
  if (cores <= own) return { kind: "node-cores", size: cores, node: subject.container.node };
  return { kind: subject.settings.resource === "cores" ? "cpulimit" : "cores", size: own };
}

/** Of cores the cpulimit, of the cpulimit the cores. */
function ownLimitOf({ container: { configuration }, settings: { resource } }: Subject): number {
  if (resource === "memory" || configuration === null) return Number.POSITIVE_INFINITY;
  return limitOrNone(resource === "cores" ? configuration.cpulimit : configuration.cores);
}

function nodeLimitOf({ node, settings: { resource } }: Subject): number {
  return resource === "memory" ? Number.POSITIVE_INFINITY : (node?.cores ?? Number.POSITIVE_INFINITY);
}

/** `min` rounded up to the grain; one grain where none is set, because no size is 0. */
export function leastSize(settings: ResourceSettings): number {
  return settings.min === null ? settings.step : Math.max(settings.step, roundUp(settings.min, settings.step));
}

/** `max` rounded down to the grain. */
export function mostSize(settings: ResourceSettings): number {
  if (settings.max === null) return Number.POSITIVE_INFINITY;
  return Math.max(settings.step, roundDown(settings.max, settings.step));
}

/** Memory in use with its headroom, rounded up to the grain: no shrink goes below. 0 for CPU. */
export function floorOf(use: number, settings: ResourceSettings): number {
  return settings.resource === "memory" ? roundUp(use * (1 + settings.headroom), settings.step) : 0;
}

/** A shrink by `step`: rounded up to the grain, but never nothing. */
export function shrunkBy(from: number, step: number, grain: number): number {
  return Math.min(from, Math.max(grain, roundUp(from - step, grain)), multipleBelow(from, grain));
}
