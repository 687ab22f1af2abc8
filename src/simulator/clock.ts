/** A wait or a callback that is due at a simulated time. */
interface Timer {
  readonly due: number;
  readonly run: () => void;
}

export interface ClockOptions {
  /** Simulated time at the start, milliseconds since the epoch. */
  readonly start: number;
  /** Simulated seconds per real second. Ignored when the clock is moved by hand. */
  readonly speed: number;
  /** Time stands still, except for {@link Clock.advance} and for what a request has to wait for. */
  readonly manual: boolean;
}

/** `setTimeout` takes at most this many milliseconds. */
const longestTimeout = 2 ** 31 - 1;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The simulated time. Every duration inside the simulator (tasks, delays of refused logins,
 * the cycle of the statistics daemon) is measured by it, never by the wall clock.
 */
export class Clock {
  private readonly timers: Timer[] = [];
  private readonly realStart = performance.now();
  private offset: number;
  private handle: NodeJS.Timeout | null = null;
  private waitingRequests = 0;
  private moving: Promise<void> = Promise.resolve();
  private pumping = false;
  private closed = false;

  constructor(private readonly options: ClockOptions) {
    this.offset = options.start;
  }

  /** Milliseconds since the epoch, simulated, whole. */
  now(): number {
    const passed = this.options.manual ? 0 : (performance.now() - this.realStart) * this.options.speed;
    return Math.floor(this.offset + passed);
  }

  /** Whole seconds since the epoch, simulated: what Proxmox puts into its answers. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Calls `run` once `milliseconds` of simulated time have passed. Returns how to take that back. */
  after(milliseconds: number, run: () => void): () => void {
    const timer: Timer = { due: this.now() + Math.max(0, milliseconds), run };
    const index = this.timers.findIndex((other) => other.due > timer.due);
    this.timers.splice(index === -1 ? this.timers.length : index, 0, timer);
    this.arm();
    return () => {
      const at = this.timers.indexOf(timer);
      if (at !== -1) this.timers.splice(at, 1);
    };
  }

  /** Resolves once the simulated time has passed; rejects with the signal's reason. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const cancel = this.after(milliseconds, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      const onAbort = () => {
        cancel();
        if (signal !== undefined) reject(reasonOf(signal));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /**
   * Runs something a client waits for. Under a clock moved by hand, time then goes on by itself
   * from one timer to the next until the work is done, so that no request hangs for ever.
   */
  async whileRequestWaits<T>(work: () => Promise<T>): Promise<T> {
    this.waitingRequests += 1;
    const done = work();
    if (this.options.manual) void this.pump();
    try {
      return await done;
    } finally {
      this.waitingRequests -= 1;
    }
  }

  /** Moves time forward by hand, firing every timer on the way at its own time. */
  advance(milliseconds: number): Promise<void> {
    const moved = this.moving.then(() => this.move(milliseconds));
    this.moving = moved;
    return moved;
  }

  close(): void {
    this.closed = true;
    this.timers.length = 0;
    if (this.handle !== null) clearTimeout(this.handle);
    this.handle = null;
  }

  private async move(milliseconds: number): Promise<void> {
    const target = this.now() + milliseconds;
    for (;;) {
      await nextTurn();
      const first = this.timers[0];
      if (first === undefined || first.due > target) break;
      this.jump(first.due);
      this.fireDue();
    }
    this.jump(target);
    this.arm();
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    // What needs no time is done within a turn or two; only then is time moved.
    await nextTurn();
    await nextTurn();
    while (this.waitingRequests > 0 && !this.closed) {
      const first = this.timers[0];
      if (first !== undefined) await this.advance(Math.max(0, first.due - this.now()));
      await nextTurn();
    }
    this.pumping = false;
  }

  private jump(target: number): void {
    this.offset += Math.max(0, target - this.now());
  }

  private fireDue(): void {
    const now = this.now();
    for (let first = this.timers[0]; first !== undefined && first.due <= now; first = this.timers[0]) {
      this.timers.shift();
      first.run();
    }
  }

  private arm(): void {
    if (this.options.manual || this.closed) return;
    if (this.handle !== null) clearTimeout(this.handle);
    const first = this.timers[0];
    if (first === undefined) {
      this.handle = null;
      return;
    }
    const real = Math.ceil(Math.max(0, first.due - this.now()) / this.options.speed);
    this.handle = setTimeout(
      () => {
        this.fireDue();
        this.arm();
      },
      Math.min(real, longestTimeout),
    );
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted");
}
