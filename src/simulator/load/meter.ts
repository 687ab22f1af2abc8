import { diskUsed, profileOf, type Profile } from "./demand.js";
import { Bucket, frames, isGap, pointTimes, type Consolidation, type Timeframe } from "./history.js";
import { gibibyte, type GuestLimits, type GuestReading, type GuestSpec } from "./specification.js";
import { settledState, startedState, step, tick, type LoadState } from "./state.js";
import { Figure, figureCount, Walk, type Checkpoint, type Conditions } from "./walk.js";

/** Ticks that are caught up one by one; a longer pause is crossed in strides up to the last hour. */
const finest = 720;
const hourMs = 3_600_000;
const keptCheckpoints = 26;
const keptChanges = 1000;

/**
 * One item of `rrddata`, under Proxmox's own names: `cpu` a fraction of `maxcpu`, bytes, bytes a second, percent.
 * A gap has its time alone; a stopped guest has its sizes alone. (Proxmox VE 8 has no `pressure…`.)
 */
export interface GuestPoint {
  /** Seconds since the epoch: the end of the span. */
  readonly time: number;
  readonly maxcpu?: number;
  readonly maxmem?: number;
  readonly maxdisk?: number;
  readonly disk?: number;
  readonly cpu?: number;
  readonly mem?: number;
  readonly netin?: number;
  readonly netout?: number;
  readonly diskread?: number;
  readonly diskwrite?: number;
  readonly pressurecpusome?: number;
  readonly pressurecpufull?: number;
  readonly pressureiosome?: number;
  readonly pressureiofull?: number;
  readonly pressurememorysome?: number;
  readonly pressurememoryfull?: number;
}

/**
 * The meters of one guest. They stand still until they are read: {@link advance} lets the time since the last call pass,
 * in steps of ten seconds that do not depend on how often it is called.
 */
export class GuestMeter {
  readonly spec: GuestSpec;
  readonly #profile: Profile;
  readonly #startMs: number;
  /** Time that has passed for the state; the reading's own time is up to one tick later. */
  #steppedMs: number;
  #nowMs: number;
  #state: LoadState | null = null;
  #startedMs: number;
  #conditions: Conditions[] = [];
  #checkpoints: Checkpoint[] = [];

  /** @param startMs the simulator's first moment, milliseconds since the epoch */
  constructor(spec: GuestSpec, startMs: number) {
    this.spec = spec;
    this.#profile = profileOf(spec, startMs);
    this.#startMs = startMs;
    this.#steppedMs = startMs;
    this.#nowMs = startMs;
    this.#startedMs = startMs - 86_400_000 * (3 + (Math.abs(spec.seed) % 60));
  }

  /**
   * Lets the time since the last call pass and takes over what is in force now. The time that passes does so under
   * `limits`, so a change of limits is exact where `advance` is called with the old ones right before it. A guest that
   * was stopped until now starts now; one that ran until now stops now. A time before the last one changes nothing.
   */
  advance(nowMs: number, limits: GuestLimits, running: boolean): void {
    const before = this.#conditions.at(-1);
    if (before === undefined) {
      this.#conditions.push({ fromMs: -Infinity, limits, running });
      if (running) this.#settle(limits);
      this.#checkpoint();
    } else if (!sameLimits(before.limits, limits) && nowMs >= this.#nowMs) {
      // A partial step, so that all up to here passed under the limits of then.
      this.#stepTo(this.#nowMs);
      this.#change({ fromMs: this.#nowMs, limits, running: before.running });
    }
    if (nowMs > this.#nowMs) {
      this.#catchUp(nowMs);
      this.#nowMs = nowMs;
    }
    const current = this.#conditions.at(-1);
    if (current !== undefined && current.running !== running) {
      this.#stepTo(this.#nowMs);
      this.#state = running ? startedState(this.#nowMs) : null;
      this.#startedMs = this.#nowMs;
      this.#change({ fromMs: this.#nowMs, limits, running });
      this.#checkpoint();
    }
  }

  /** The meters at the time of the last {@link advance}. */
  reading(): GuestReading {
    if (this.#state === null) return emptyReading;
    const state = this.#stateNow(this.#state);
    return {
      cpuSecondsTotal: state.cpuSeconds,
      memory: Math.round(state.anonymous - state.swap),
      cache: Math.round(state.cache),
      swap: Math.round(state.swap),
      disk: diskUsed(this.#profile, this.spec, this.#nowMs),
      netIn: Math.round(state.netIn),
      netOut: Math.round(state.netOut),
      diskRead: Math.round(state.diskRead),
      diskWrite: Math.round(state.diskWrite),
      pressure: {
        cpuSome: state.cpuSome,
        cpuFull: state.cpuFull,
        ioSome: state.ioSome,
        ioFull: state.ioFull,
        memorySome: state.memorySome,
        memoryFull: state.memoryFull,
      },
      oomKills: state.oomKills,
      uptimeSeconds: Math.max(0, Math.floor((this.#nowMs - this.#startedMs) / 1000)),
      coresInUse: state.busy,
      backlogSeconds: state.backlog,
    };
  }

  /**
   * What Proxmox recorded, as `rrddata` tells it: before the simulator's start what the same demand gives under the
   * limits of the start, since then what these meters really did.
   *
   * @param limits those in force now; the past keeps its own
   */
  history(
    timeframe: Timeframe,
    consolidation: Consolidation,
    nowMs: number,
    limits: GuestLimits,
  ): readonly GuestPoint[] {
    this.advance(nowMs, limits, this.#conditions.at(-1)?.running ?? this.spec.status === "running");
    const { step: span, stride } = frames[timeframe];
    const times = pointTimes(timeframe, nowMs);
    const first = ((times[0] ?? 0) - span) * 1000;
    const walk = new Walk(this.#profile, this.#startMs, this.#conditions, this.#checkpoints, first, stride);
    const bucket = new Bucket(figureCount);
    return times.map((time) => {
      bucket.clear();
      walk.to(time * 1000, bucket);
      if (isGap(this.#profile.seed, time, span, this.#startMs)) return { time };
      return this.#point(time, span, bucket, walk.conditions(), consolidation);
    });
  }

  #point(time: number, span: number, bucket: Bucket, { limits }: Conditions, consolidation: Consolidation): GuestPoint {
    const { seconds } = bucket;
    const maxcpu = limits.cpus ?? limits.cores;
    const maxdisk = this.spec.disk * gibibyte;
    // As rrdtool does: a span that is more than half unknown is unknown.
    if (seconds < span / 2) return { time, maxcpu, maxmem: limits.memory, maxdisk, disk: 0 };
    // Written out: thousands of these are made for a month.
    return {
      time,
      maxcpu,
      maxmem: limits.memory,
      maxdisk,
      disk: diskUsed(this.#profile, this.spec, time * 1000),
      cpu: bucket.value(Figure.cpu, consolidation),
      mem: bucket.value(Figure.memory, consolidation),
      netin: bucket.value(Figure.netIn, consolidation),
      netout: bucket.value(Figure.netOut, consolidation),
      diskread: bucket.value(Figure.diskRead, consolidation),
      diskwrite: bucket.value(Figure.diskWrite, consolidation),
      pressurecpusome: bucket.value(Figure.cpuSome, consolidation),
      pressurecpufull: bucket.value(Figure.cpuFull, consolidation),
      pressureiosome: bucket.value(Figure.ioSome, consolidation),
      pressureiofull: bucket.value(Figure.ioFull, consolidation),
      pressurememorysome: bucket.value(Figure.memorySome, consolidation),
      pressurememoryfull: bucket.value(Figure.memoryFull, consolidation),
    };
  }

  #change(conditions: Conditions): void {
    this.#conditions.push(conditions);
    // The oldest ones only shape a past that is shown in half hours.
    if (this.#conditions.length > keptChanges) this.#conditions.splice(1, 1);
  }

  #settle(limits: GuestLimits): void {
    const from = this.#startMs - 2 * hourMs;
    const state = settledState(this.#profile, from, limits);
    for (let at = from; at < this.#startMs; at += 360_000) step(state, this.#profile, at, 360, limits, true);
    this.#state = state;
    const uptime = (this.#startMs - this.#startedMs) / 1000;
    state.cpuSeconds = uptime * 0.7 * state.busy;
    state.netIn = uptime * 0.7 * state.netInRate;
    state.netOut = uptime * 0.7 * state.netOutRate;
    state.diskRead = uptime * 0.7 * state.diskReadRate;
    state.diskWrite = uptime * 0.7 * state.diskWriteRate;
    state.oomKills = 0;
  }

  #checkpoint(): void {
    if (this.#state !== null) this.#checkpoints.push({ atMs: this.#steppedMs, state: { ...this.#state } });
    if (this.#checkpoints.length > keptCheckpoints) this.#checkpoints.shift();
  }

  /** Whole ticks up to a time; the rest waits for the next call. */
  #catchUp(nowMs: number): void {
    const last = Math.floor(nowMs / tick) * tick;
    const fine = Math.max(this.#steppedMs, last - hourMs);
    if ((last - this.#steppedMs) / tick > finest) {
      const stride = Math.ceil((fine - this.#steppedMs) / tick / 360) * tick;
      this.#strideTo(fine, stride);
      this.#checkpoint();
    }
    this.#strideTo(last, tick);
  }

  /** Up to a time exactly. */
  #stepTo(timeMs: number): void {
    this.#strideTo(timeMs, tick);
  }

  #strideTo(timeMs: number, stride: number): void {
    const limits = this.#conditions.at(-1)?.limits;
    const state = this.#state;
    while (this.#steppedMs < timeMs) {
      const next = Math.min(timeMs, (Math.floor(this.#steppedMs / stride) + 1) * stride);
      if (state !== null && limits !== undefined) {
        step(state, this.#profile, this.#steppedMs, (next - this.#steppedMs) / 1000, limits, false);
      }
      const hours = Math.floor(this.#steppedMs / hourMs);
      this.#steppedMs = next;
      if (Math.floor(next / hourMs) !== hours) this.#checkpoint();
    }
  }

  /** The state with the begun tick added, which is not kept: reading must not change what comes later. */
  #stateNow(state: LoadState): LoadState {
    const limits = this.#conditions.at(-1)?.limits;
    if (this.#nowMs <= this.#steppedMs || limits === undefined) return state;
    const copy = { ...state };
    step(copy, this.#profile, this.#steppedMs, (this.#nowMs - this.#steppedMs) / 1000, limits, false);
    return copy;
  }
}

function sameLimits(a: GuestLimits, b: GuestLimits): boolean {
  return a.cores === b.cores && a.memory === b.memory && a.swap === b.swap && a.cpus === b.cpus;
}

const emptyReading: GuestReading = {
  cpuSecondsTotal: 0,
  memory: 0,
  cache: 0,
  swap: 0,
  disk: 0,
  netIn: 0,
  netOut: 0,
  diskRead: 0,
  diskWrite: 0,
  pressure: { cpuSome: 0, cpuFull: 0, ioSome: 0, ioFull: 0, memorySome: 0, memoryFull: 0 },
  oomKills: 0,
  uptimeSeconds: 0,
  coresInUse: 0,
  backlogSeconds: 0,
};
