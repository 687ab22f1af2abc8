import { coresWanted, leakedBefore, memoryWanted, restartSeconds, startupSeconds, type Profile } from "./demand.js";
import { mebibyte, type GuestLimits } from "./specification.js";

/** How a running guest stands. Changed in place by {@link step}: there are thousands of them. */
export interface LoadState {
  /** CPU-seconds of work that wait. */
  backlog: number;
  /** Bytes of the processes, in memory or swapped out. */
  anonymous: number;
  /** Bytes of them that are swapped out. */
  swap: number;
  /** Bytes of page cache. */
  cache: number;
  /** Bytes leaked so far. */
  leaked: number;
  oomKills: number;
  /** Milliseconds since the epoch at which the process came (or will come) up. */
  upSince: number;
  /** Counters since the guest's start. */
  cpuSeconds: number;
  netIn: number;
  netOut: number;
  diskRead: number;
  diskWrite: number;
  /** CPUs in use during the last step. */
  busy: number;
  /** Bytes a second during the last step. */
  netInRate: number;
  netOutRate: number;
  diskReadRate: number;
  diskWriteRate: number;
  /** Percent, averaged over ten seconds. */
  cpuSome: number;
  cpuFull: number;
  ioSome: number;
  ioFull: number;
  memorySome: number;
  memoryFull: number;
}

/** Milliseconds of one step of the present: what the statistics daemon samples. */
export const tick = 10_000;

/** What one disk can do, bytes a second. */
const diskBandwidth = 200 * mebibyte;

/** How much of a difference is left after a step: the same for every guest of a round, so computed once for all of them. */
interface Decay {
  /** Memory follows a growing demand within a minute or two, a shrinking one within ten. */
  readonly rise: number;
  readonly fall: number;
  /** That of a crash loop, which loads what it needs. */
  readonly startup: number;
  /** Swapped pages come back when they are touched. */
  readonly swapIn: number;
  readonly cacheFill: number;
  readonly pressure: number;
}

let decaySeconds = -1;
let decay: Decay = { rise: 1, fall: 1, startup: 1, swapIn: 1, cacheFill: 1, pressure: 1 };

function decayOver(seconds: number): Decay {
  if (seconds !== decaySeconds) {
    decaySeconds = seconds;
    decay = {
      rise: Math.exp(-seconds / 45),
      fall: Math.exp(-seconds / 300),
      startup: Math.exp(-seconds / 5),
      swapIn: Math.exp(-seconds / 600),
      cacheFill: Math.exp(-seconds / 600),
      pressure: Math.exp(-seconds / 10),
    };
  }
  return decay;
}

/** The state of a guest that has just been started: empty. */
export function startedState(timeMs: number): LoadState {
  return {
    backlog: 0,
    anonymous: 0,
    swap: 0,
    cache: 0,
    leaked: 0,
    oomKills: 0,
    upSince: timeMs,
    cpuSeconds: 0,
    netIn: 0,
    netOut: 0,
    diskRead: 0,
    diskWrite: 0,
    busy: 0,
    netInRate: 0,
    netOutRate: 0,
    diskReadRate: 0,
    diskWriteRate: 0,
    cpuSome: 0,
    cpuFull: 0,
    ioSome: 0,
    ioFull: 0,
    memorySome: 0,
    memoryFull: 0,
  };
}

/** The state of a guest that has been running for long under these limits, near enough to be stepped on from. */
export function settledState(profile: Profile, timeMs: number, limits: GuestLimits): LoadState {
  const state = startedState(timeMs - 86_400_000);
  state.leaked = leakedBefore(profile, timeMs);
  const busy = Math.min(coresWanted(profile, timeMs), limits.cores);
  const wanted = memoryWanted(profile, timeMs, busy, 0, state.leaked, 0);
  state.anonymous = Math.min(wanted, limits.memory + limits.swap);
  state.swap = Math.min(limits.swap, Math.max(0, state.anonymous - highMark(limits.memory)));
  state.cache = Math.min(profile.cacheWanted, Math.max(0, highMark(limits.memory) - state.anonymous + state.swap));
  state.busy = busy;
  return state;
}

/**
 * Where the kernel begins to reclaim (`memory.high`): Proxmox sets 1016/1024 of the limit, and 128 MiB
 * below it from 16 GiB on.
 */
export function highMark(limit: number): number {
  return limit >= 16_384 * mebibyte ? limit - 128 * mebibyte : (limit * 1016) / 1024;
}

/**
 * Lets time pass: work arrives and is done as far as the CPUs allow, the rest waits; memory follows what is wanted,
 * at the cost of the page cache first, then by swapping, and when that is full too the kernel kills.
 *
 * @param seconds how long, with everything taken from its middle; 10 in the present, up to hours in the far past
 * @param past true before the simulator's start, where a leak follows its saw tooth
 */
export function step(
  state: LoadState,
  profile: Profile,
  fromMs: number,
  seconds: number,
  limits: GuestLimits,
  past: boolean,
): void {
  const middle = fromMs + seconds * 500;
  const up = middle >= state.upSince;
  const arriving = up ? coresWanted(profile, middle) : 0;
  const capacity = limits.cores * seconds;
  const wanted = state.backlog + arriving * seconds;
  const done = Math.min(wanted, capacity);
  state.backlog = Math.min(wanted - done, profile.patienceSeconds * Math.max(arriving, profile.size));
  state.busy = seconds > 0 ? done / seconds : 0;
  state.cpuSeconds += done;

  state.leaked = past ? leakedBefore(profile, middle) : up ? state.leaked + profile.leakRate * seconds : state.leaked;
  const killed = stepMemory(state, profile, middle, seconds, limits, up);

  const missing = profile.cacheWanted > 0 ? 1 - state.cache / profile.cacheWanted : 0;
  state.netInRate = state.busy * profile.netInPerCore;
  state.netOutRate = state.busy * profile.netOutPerCore;
  state.diskReadRate = Math.min(diskBandwidth, state.busy * profile.readPerCore * (0.15 + 0.85 * missing));
  state.diskWriteRate = Math.min(diskBandwidth, state.busy * profile.writePerCore);
  state.netIn += state.netInRate * seconds;
  state.netOut += state.netOutRate * seconds;
  state.diskRead += state.diskReadRate * seconds;
  state.diskWrite += state.diskWriteRate * seconds;
  stepPressure(state, seconds, capacity > 0 ? done / capacity : 0, limits, missing, killed);
}

function stepMemory(
  state: LoadState,
  profile: Profile,
  timeMs: number,
  seconds: number,
  limits: GuestLimits,
  up: boolean,
): boolean {
  const room = limits.memory + limits.swap;
  if (profile.kind === "crash-loop" && seconds > 30 && profile.startupMemory > room) {
    // Steps longer than a whole life of the process: show its middle, and count its deaths.
    state.anonymous = Math.min(limits.memory, (profile.memoryBase + limits.memory) / 2);
    state.swap = 0;
    state.oomKills += Math.floor(seconds / (startupSeconds + restartSeconds));
    state.upSince = timeMs;
    return true;
  }
  const wanted = up
    ? memoryWanted(profile, timeMs, state.busy, state.backlog, state.leaked, (timeMs - state.upSince) / 1000)
    : profile.memoryBase * 0.3;
  const rate = decayOver(seconds);
  const kept = profile.kind === "crash-loop" ? rate.startup : wanted > state.anonymous ? rate.rise : rate.fall;
  state.anonymous += (wanted - state.anonymous) * (1 - kept);

  const killed = state.anonymous > room;
  if (killed) {
    state.oomKills += 1;
    state.anonymous = Math.min(profile.memoryBase * 0.3, limits.memory * 0.5);
    state.swap = 0;
    state.leaked = 0;
    state.backlog = 0;
    state.upSince = timeMs + seconds * 500 + restartSeconds * 1000;
  }
  const high = highMark(limits.memory);
  const mustSwap = Math.max(0, state.anonymous - high);
  const staysSwapped = Math.min(state.swap * rate.swapIn, state.anonymous);
  state.swap = Math.min(limits.swap, Math.max(mustSwap, staysSwapped));

  const cacheRoom = Math.max(0, high - (state.anonymous - state.swap));
  state.cache = Math.min(cacheRoom, state.cache + (profile.cacheWanted - state.cache) * (1 - rate.cacheFill));
  return killed;
}

function stepPressure(
  state: LoadState,
  seconds: number,
  used: number,
  limits: GuestLimits,
  missing: number,
  killed: boolean,
): void {
  const queueing = state.backlog > 0;
  const cpu = queueing ? 75 + 24 * Math.min(1, state.backlog / (30 * limits.cores + 1)) : 30 * used * used * used;
  const swapping = limits.memory > 0 ? Math.min(1, (4 * state.swap) / limits.memory) : 0;
  const memory = killed ? 85 : state.swap > 0 ? 4 + 60 * swapping : missing > 0.5 ? 2 * missing : 0;
  const io = Math.min(95, ((state.diskReadRate + state.diskWriteRate) / diskBandwidth) * 100 + 0.6 * memory);
  const keep = decayOver(seconds).pressure;
  const fresh = 1 - keep;
  state.cpuSome = state.cpuSome * keep + cpu * fresh;
  state.cpuFull = state.cpuFull * keep + (queueing ? 0.4 * cpu : 0) * fresh;
  state.memorySome = state.memorySome * keep + memory * fresh;
  state.memoryFull = state.memoryFull * keep + 0.6 * memory * fresh;
  state.ioSome = state.ioSome * keep + io * fresh;
  state.ioFull = state.ioFull * keep + 0.7 * io * fresh;
}
