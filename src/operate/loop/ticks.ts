/** Time as a loop needs it: it never goes backwards, whatever is done to the clock. */
export interface Timer {
  /** Milliseconds since any moment. */
  readonly now: () => number;
  /** Waits, in milliseconds; false when the signal cut it short. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<boolean>;
}

/** `setTimeout` takes at most this many milliseconds. */
const longestTimeout = 2 ** 31 - 1;

export const systemTimer: Timer = {
  now: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const stop = (): void => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener("abort", stop);
          resolve(true);
        },
        Math.min(Math.max(0, milliseconds), longestTimeout),
      );
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    }),
};

/** When the next cycle begins. */
export interface Tick {
  /** By the {@link Timer}, milliseconds. */
  readonly at: number;
  /** Ticks that had passed by before this one could begin. */
  readonly missed: number;
}

/**
 * Ticks an interval apart, on a grid that begins with the first: a cycle that takes long does not push those after it, and
 * one that takes longer than the interval misses ticks instead of overlapping.
 */
export class Ticks {
  #last: number;

  constructor(
    first: number,
    private readonly interval: number,
  ) {
    this.#last = first;
  }

  /** The first tick that is not yet over at `now`, at least `after` from the last one. All are milliseconds. */
  next(now: number, after = 0): Tick {
    const least = Math.max(this.interval, after);
    const planned = Math.ceil(least / this.interval - 1e-9);
    const due = Math.ceil((now - this.#last) / this.interval - 1e-9);
    const steps = Math.max(planned, due);
    this.#last += steps * this.interval;
    return { at: this.#last, missed: steps - planned };
  }
}
