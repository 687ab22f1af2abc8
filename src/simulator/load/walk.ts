import type { Profile } from "./demand.js";
import type { Bucket } from "./history.js";
import type { GuestLimits } from "./specification.js";
import { settledState, startedState, step, tick, type LoadState } from "./state.js";

const hourMs = 3_600_000;

/** What was in force from a time on. */
export interface Conditions {
  readonly fromMs: number;
  readonly limits: GuestLimits;
  readonly running: boolean;
}

/** The real state at a time: from here the walk is exact. */
export interface Checkpoint {
  readonly atMs: number;
  readonly state: LoadState;
}

/** Places of the figures in a bucket. */
export const Figure = {
  cpu: 0,
  memory: 1,
  netIn: 2,
  netOut: 3,
  diskRead: 4,
  diskWrite: 5,
  cpuSome: 6,
  cpuFull: 7,
  ioSome: 8,
  ioFull: 9,
  memorySome: 10,
  memoryFull: 11,
} as const;
export const figureCount = 12;

/** Goes through a guest's past once more: exactly where checkpoints of its real course exist, else from its demand. */
export class Walk {
  readonly #profile: Profile;
  readonly #startMs: number;
  readonly #changes: readonly Conditions[];
  readonly #checkpoints: readonly Checkpoint[];
  readonly #stride: number;
  #at: number;
  #change = 0;
  #checkpoint: number;
  #state: LoadState | null = null;

  constructor(
    profile: Profile,
    startMs: number,
    changes: readonly Conditions[],
    checkpoints: readonly Checkpoint[],
    fromMs: number,
    stride: number,
  ) {
    this.#profile = profile;
    this.#startMs = startMs;
    this.#changes = changes;
    this.#checkpoints = checkpoints;
    this.#stride = stride * 1000;
    // From the newest checkpoint before the first span; else from two hours earlier, to have its queues.
    const known = checkpoints.findLastIndex((checkpoint) => checkpoint.atMs <= fromMs);
    this.#checkpoint = Math.max(known, 0);
    this.#at = checkpoints[known]?.atMs ?? Math.floor((fromMs - 2 * hourMs) / this.#stride) * this.#stride;
    this.#enter();
    this.to(fromMs, null);
  }

  conditions(): Conditions {
    const conditions = this.#changes[this.#change];
    if (conditions === undefined) throw new Error("the walk has no conditions: its meter was never advanced");
    return conditions;
  }

  /** Lets time pass up to a moment and adds what it sees to the bucket. */
  to(endMs: number, bucket: Bucket | null): void {
    while (this.#at < endMs) {
      const { limits } = this.conditions();
      const next = Math.min(endMs, this.#nextBreak());
      const state = this.#state;
      if (state !== null) {
        const seconds = (next - this.#at) / 1000;
        step(state, this.#profile, this.#at, seconds, limits, this.#at < this.#startMs);
        if (bucket !== null) add(bucket, state, seconds, limits);
      }
      this.#at = next;
      this.#enter();
    }
  }

  #nextBreak(): number {
    // Where the meters went tick by tick, so does the walk, at least while it looks closely.
    const real = this.#at >= (this.#checkpoints[0]?.atMs ?? this.#startMs);
    const stride = real ? Math.min(this.#stride, this.#stride > 60_000 ? 60_000 : tick) : this.#stride;
    let next = (Math.floor(this.#at / stride) + 1) * stride;
    const change = this.#changes[this.#change + 1];
    if (change !== undefined) next = Math.min(next, change.fromMs);
    const checkpoint = this.#checkpoints[this.#checkpoint];
    if (checkpoint !== undefined && checkpoint.atMs > this.#at) next = Math.min(next, checkpoint.atMs);
    return next;
  }

  /** Takes over what is in force from the present moment on. */
  #enter(): void {
    let changed = this.#state === null;
    while ((this.#changes[this.#change + 1]?.fromMs ?? Infinity) <= this.#at) {
      this.#change += 1;
      changed = true;
    }
    const { running, limits } = this.conditions();
    if (!running) {
      this.#state = null;
    } else if (changed && this.#state === null) {
      this.#state = this.#change === 0 ? settledState(this.#profile, this.#at, limits) : startedState(this.#at);
    }
    while ((this.#checkpoints[this.#checkpoint]?.atMs ?? Infinity) <= this.#at) {
      const checkpoint = this.#checkpoints[this.#checkpoint];
      if (checkpoint?.atMs === this.#at && running) this.#state = { ...checkpoint.state };
      this.#checkpoint += 1;
    }
  }
}

function add(bucket: Bucket, state: LoadState, seconds: number, limits: GuestLimits): void {
  bucket.seconds += seconds;
  addFigure(bucket, Figure.cpu, state.busy / (limits.cpus ?? limits.cores), seconds);
  addFigure(bucket, Figure.memory, state.anonymous - state.swap, seconds);
  addFigure(bucket, Figure.netIn, state.netInRate, seconds);
  addFigure(bucket, Figure.netOut, state.netOutRate, seconds);
  addFigure(bucket, Figure.diskRead, state.diskReadRate, seconds);
  addFigure(bucket, Figure.diskWrite, state.diskWriteRate, seconds);
  addFigure(bucket, Figure.cpuSome, state.cpuSome, seconds);
  addFigure(bucket, Figure.cpuFull, state.cpuFull, seconds);
  addFigure(bucket, Figure.ioSome, state.ioSome, seconds);
  addFigure(bucket, Figure.ioFull, state.ioFull, seconds);
  addFigure(bucket, Figure.memorySome, state.memorySome, seconds);
  addFigure(bucket, Figure.memoryFull, state.memoryFull, seconds);
}

function addFigure(bucket: Bucket, figure: number, value: number, seconds: number): void {
  bucket.sums[figure] = (bucket.sums[figure] ?? 0) + value * seconds;
  if (value > (bucket.highest[figure] ?? 0)) bucket.highest[figure] = value;
}
