import { between, chance, deriveSeed, noise } from "./random.js";
import { gibibyte, mebibyte, type GuestSpec, type LoadKind } from "./specification.js";

const hour = 3600;
const day = 24 * hour;

/** Everything about a guest's workload that does not change: sizes are those it was made with, never the present ones. */
export interface Profile {
  readonly kind: LoadKind;
  readonly seed: number;
  /** Milliseconds since the epoch at which the simulator started. */
  readonly startMs: number;
  /** CPUs it was made with. */
  readonly size: number;
  /** CPUs wanted at every hour, whatever the curve says. */
  readonly leastCores: number;
  /** Seconds of work that may wait before callers give up. */
  readonly patienceSeconds: number;
  /** Bytes of its processes at rest. */
  readonly memoryBase: number;
  /** Bytes on top for each CPU in use. */
  readonly memoryPerCore: number;
  /** Bytes wanted at every hour, whatever the curve says. */
  readonly leastMemory: number;
  /** Bytes of page cache it would like to have. */
  readonly cacheWanted: number;
  /** Bytes a second that are never given back. */
  readonly leakRate: number;
  /** Seconds from one death of a leaking process to the next under the size it was made with. */
  readonly leakPeriod: number;
  /** Bytes a process of a crash loop needs to come up. */
  readonly startupMemory: number;
  /** Seconds: how regularly a batch or a spike comes, how long it takes, and where in its period it starts. */
  readonly period: number;
  readonly duration: number;
  readonly phase: number;
  /** Bytes a second for each CPU in use. */
  readonly netInPerCore: number;
  readonly netOutPerCore: number;
  readonly readPerCore: number;
  readonly writePerCore: number;
}

/** Seconds between a death for lack of memory and the next start of the process. */
export const restartSeconds = 20;
/** Seconds a process of a crash loop takes to load all it needs. */
export const startupSeconds = 90;

interface Shape {
  readonly memory: readonly [low: number, high: number];
  readonly perCore: number;
  readonly cache: number;
  readonly patience: number;
  readonly net: number;
  readonly read: number;
  readonly write: number;
}

/** Memory and cache as shares of the limit, patience in seconds, traffic in MiB a second for each CPU in use. */
const shapes: Readonly<Record<LoadKind, Shape>> = {
  web: { memory: [0.3, 0.42], perCore: 0.12, cache: 0.3, patience: 60, net: 4, read: 0.4, write: 0.3 },
  batch: { memory: [0.15, 0.25], perCore: 0.16, cache: 0.4, patience: 4 * hour, net: 0.5, read: 12, write: 8 },
  database: { memory: [0.5, 0.62], perCore: 0.06, cache: 0.5, patience: 90, net: 1.5, read: 20, write: 5 },
  leak: { memory: [0.22, 0.28], perCore: 0.03, cache: 0.2, patience: 60, net: 1, read: 0.3, write: 0.3 },
  idle: { memory: [0.08, 0.16], perCore: 0.02, cache: 0.2, patience: 60, net: 0.2, read: 0.2, write: 0.3 },
  "crash-loop": { memory: [0.15, 0.2], perCore: 0.02, cache: 0.2, patience: 30, net: 0.1, read: 6, write: 0.5 },
  spike: { memory: [0.25, 0.32], perCore: 0.1, cache: 0.3, patience: 60, net: 4, read: 0.4, write: 0.3 },
};

/** What a guest's workload is like, from its kind, its seed and the size it was made with. */
export function profileOf(spec: GuestSpec, startMs: number): Profile {
  const seed = deriveSeed(spec.seed, 1);
  const shape = shapes[spec.load];
  const limit = Math.min(spec.cores ?? Infinity, spec.cpulimit ?? Infinity);
  // One without any limit behaves as if it had been planned for four CPUs.
  const size = Number.isFinite(limit) ? limit : 4;
  const memory = spec.memory * mebibyte;
  const swap = spec.swap * mebibyte;
  const memoryBase = memory * between(seed, 1, shape.memory[0], shape.memory[1]);
  const leakPeriod = between(seed, 2, 30, 60) * hour;
  return {
    kind: spec.load,
    seed,
    startMs,
    size,
    leastCores: size * (spec.atLeast?.cpu ?? 0),
    patienceSeconds: shape.patience,
    memoryBase,
    memoryPerCore: (memory * shape.perCore) / size,
    leastMemory: memory * (spec.atLeast?.memory ?? 0),
    cacheWanted: memory * shape.cache,
    leakRate: spec.load === "leak" ? (memory + swap - memoryBase) / leakPeriod : 0,
    leakPeriod,
    startupMemory: spec.load === "crash-loop" ? (memory + swap) * between(seed, 3, 1.15, 1.35) : 0,
    period: spec.load === "spike" ? 2 * day : between(seed, 4, 2, 6) * hour,
    duration: spec.load === "spike" ? 15 * 60 : between(seed, 5, 12, 30) * 60,
    phase: between(seed, 6, 0, 2 * day),
    netInPerCore: shape.net * mebibyte * between(seed, 7, 0.1, 0.3),
    netOutPerCore: shape.net * mebibyte * between(seed, 8, 0.7, 1.3),
    readPerCore: shape.read * mebibyte,
    writePerCore: shape.write * mebibyte,
  };
}

/** CPUs' worth of work that arrives at a time, whatever the guest may use. */
export function coresWanted(profile: Profile, timeMs: number): number {
  const wanted = profile.size * shareWanted(profile, timeMs / 1000);
  if (wanted >= profile.leastCores) return wanted;
  // A guest in trouble is not flat either.
  return profile.leastCores * (1 + 0.04 * noise(profile.seed, timeMs / 45_000));
}

function shareWanted(profile: Profile, time: number): number {
  switch (profile.kind) {
    case "web":
      return (0.1 + 0.5 * wave(profile, time)) * (1 + 0.15 * noise(profile.seed, time / 90));
    case "batch":
      return 0.02 + batchJob(profile, time);
    case "database":
      return (0.18 + 0.2 * wave(profile, time)) * (1 + 0.2 * noise(profile.seed, time / 240)) + nightlyDump(time);
    case "leak":
      return 0.08 + 0.12 * wave(profile, time) + 0.03 * noise(profile.seed, time / 60);
    case "idle":
      return 0.006 + 0.004 * noise(profile.seed, time / 300);
    case "crash-loop":
      return 0.45 + 0.1 * noise(profile.seed, time / 30);
    case "spike": {
      const quiet = 0.16 * (1 + 0.15 * noise(profile.seed, time / 90));
      return inSpike(profile, time) ? quiet * 10 : quiet;
    }
  }
}

/** The day of an office: least at four in the morning, most in the afternoon, less at the week-end. In [0, 1]. */
function wave(profile: Profile, time: number): number {
  const shift = ((profile.phase % hour) / hour - 0.5) * 2;
  const angle = ((time / hour - 4 + shift) / 24) * 2 * Math.PI;
  const up = 0.5 - 0.5 * Math.cos(angle);
  // 1 January 1970 was a Thursday.
  const weekday = Math.floor(time / day + 4) % 7;
  return up * up * (3 - 2 * up) * (weekday === 0 || weekday === 6 ? 0.55 : 1);
}

/** Jobs come regularly, each of another size: some need more than the guest has and queue. */
function batchJob(profile: Profile, time: number): number {
  const since = time + profile.phase;
  const job = Math.floor(since / profile.period);
  if (since - job * profile.period >= profile.duration) return 0;
  return 0.5 + 1.3 * chance(profile.seed, job);
}

/** The dump starts at half past two, UTC, and takes twenty minutes. */
function nightlyDump(time: number): number {
  const sinceMidnight = time % day;
  return sinceMidnight >= 2.5 * hour && sinceMidnight < 2.5 * hour + 20 * 60 ? 0.35 : 0;
}

/** One spike every two days, and one five minutes after the simulator's start, for whoever is looking. */
function inSpike(profile: Profile, time: number): boolean {
  const sinceStart = time - profile.startMs / 1000;
  if (sinceStart >= 5 * 60 && sinceStart < 5 * 60 + profile.duration) return true;
  // Not in the hour before the start: it would hide the one that people are shown.
  if (sinceStart >= -hour && sinceStart < 5 * 60) return false;
  return (time + profile.phase) % profile.period < profile.duration;
}

/**
 * Bytes that the guest's processes want, page cache apart.
 *
 * @param busy CPUs in use
 * @param waiting CPU-seconds of queued work: whoever waits holds memory
 * @param leaked bytes leaked so far
 * @param age seconds since the process came up
 */
export function memoryWanted(
  profile: Profile,
  timeMs: number,
  busy: number,
  waiting: number,
  leaked: number,
  age: number,
): number {
  if (profile.kind === "crash-loop") {
    return profile.memoryBase + (profile.startupMemory - profile.memoryBase) * Math.min(1, age / startupSeconds);
  }
  const queue = Math.min(1, waiting / (60 * profile.size)) * 0.1 * profile.memoryBase;
  const wanted =
    (profile.memoryBase + profile.memoryPerCore * busy + queue) *
      (1 + 0.02 * noise(profile.seed ^ 77, timeMs / 600_000)) +
    leaked;
  return Math.max(wanted, profile.leastMemory * (1 + 0.01 * noise(profile.seed ^ 78, timeMs / 120_000)));
}

/** Bytes leaked by a time under the size the guest was made with: a saw tooth, the same however far back one looks. */
export function leakedBefore(profile: Profile, timeMs: number): number {
  if (profile.leakRate === 0) return 0;
  return profile.leakRate * ((timeMs / 1000 + profile.phase) % profile.leakPeriod);
}

/** Bytes used in the root file system: it fills slowly, and is tidied up every few weeks. */
export function diskUsed(profile: Profile, spec: GuestSpec, timeMs: number): number {
  const base = between(profile.seed, 9, 0.18, 0.42);
  const cycle = between(profile.seed, 10, 12, 40) * day;
  const grown = between(profile.seed, 11, 0.02, 0.2) * (((timeMs / 1000 + profile.phase) % cycle) / cycle);
  return Math.floor(spec.disk * gibibyte * (base + grown));
}
