import type { Inventory } from "../../model/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner, type Disposable } from "../base/lifetime.js";
import { isCancelled, problemOf, type Problem } from "../base/problem.js";

/** Whether anybody looks. Nothing is polled while nobody does. */
export interface Attention {
  /** A view that shows the inventory is visible. */
  readonly watched: boolean;
  /** The window has the keyboard. */
  readonly focused: boolean;
}

export interface Timers {
  readonly set: (action: () => void, milliseconds: number) => unknown;
  readonly clear: (timer: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const systemTimers: Timers = {
  set: (action, milliseconds) => setTimeout(action, milliseconds),
  clear: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
  now: () => Date.now(),
};

export interface InventoryModelOptions {
  readonly read: (signal: AbortSignal) => Promise<Inventory>;
  /** Seconds between two reads while the window has the keyboard. */
  readonly seconds: () => number;
  readonly timers?: Timers;
}

/** A window in the background is read this many times less often. */
const backgroundFactor = 6;
/** After a failure, the least time to the next attempt in seconds: a host that is down is not hammered. */
const afterFailureSeconds = 30;

/**
 * Fetches and keeps the inventory of one cluster: the one place that polls. It reads while it is watched, and whenever
 * asked. What looks different after a read is for those to find out who show it.
 */
export class InventoryModel extends Owner {
  readonly #read: InventoryModelOptions["read"];
  readonly #seconds: () => number;
  readonly #timers: Timers;
  readonly #changed = this.own(new Emitter());
  /** There is a new inventory, or a problem in its place. */
  readonly onDidChange: Event<void> = this.#changed.event;

  #attention: Attention = { watched: false, focused: true };
  #lookers = 0;
  #inventory: Inventory | null = null;
  #problem: Problem | null = null;
  #readAt: number | null = null;
  #attemptedAt: number | null = null;
  #reading: Promise<void> | null = null;
  #again: Promise<void> | null = null;
  #timer: unknown = null;
  #abort: AbortController | null = null;
  readonly #offlineSince = new Map<string, number>();

  constructor(options: InventoryModelOptions) {
    super();
    this.#read = options.read;
    this.#seconds = options.seconds;
    this.#timers = options.timers ?? systemTimers;
    this.own({
      dispose: () => {
        this.#clearTimer();
        this.#abort?.abort();
      },
    });
  }

  /** The last one that could be read; `null` before the first. */
  get inventory(): Inventory | null {
    return this.#inventory;
  }

  /** Why the last read failed; `null` where it did not. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Milliseconds since the epoch of the last good read. */
  get readAt(): number | null {
    return this.#readAt;
  }

  get reading(): boolean {
    return this.#reading !== null;
  }

  /** When a node was first seen offline after having been seen online, milliseconds since the epoch. */
  offlineSince(node: string): number | undefined {
    return this.#offlineSince.get(node);
  }

  watch(attention: Attention): void {
    if (this.disposed) return;
    this.#attention = attention;
    this.#schedule();
  }

  /** Somebody beside the view looks at it, until what is returned is disposed. */
  look(): Disposable {
    let looking = true;
    this.#lookers += 1;
    this.#schedule();
    return {
      dispose: () => {
        if (!looking) return;
        looking = false;
        this.#lookers -= 1;
        this.#schedule();
      },
    };
  }

  /** Reads now, after a read that is already under way: what was done before this call is in the result. Never rejects. */
  refresh(): Promise<void> {
    if (this.disposed) return Promise.resolve();
    if (this.#reading === null) return this.#start();
    this.#again ??= this.#reading.then(() => {
      this.#again = null;
      return this.disposed ? undefined : this.#start();
    });
    return this.#again;
  }

  /** Settles when no read is under way or asked for. */
  async whenIdle(): Promise<void> {
    while (this.#reading !== null || this.#again !== null) await (this.#again ?? this.#reading);
  }

  /** Forgets everything read, for a connection that leads elsewhere from now on. */
  reset(): void {
    this.#abort?.abort();
    this.#inventory = null;
    this.#problem = null;
    this.#readAt = null;
    this.#offlineSince.clear();
    this.#changed.fire();
  }

  #start(): Promise<void> {
    this.#clearTimer();
    const abort = new AbortController();
    this.#abort = abort;
    const reading = this.#readOnce(abort.signal).finally(() => {
      if (this.#abort === abort) this.#abort = null;
      this.#reading = null;
      this.#attemptedAt = this.#timers.now();
      this.#schedule();
    });
    this.#reading = reading;
    return reading;
  }

  async #readOnce(signal: AbortSignal): Promise<void> {
    try {
      const inventory = await this.#read(signal);
      if (signal.aborted || this.disposed) return;
      this.#noteOffline(this.#inventory, inventory);
      this.#inventory = inventory;
      this.#problem = null;
      this.#readAt = this.#timers.now();
      this.#changed.fire();
    } catch (error) {
      if (signal.aborted || this.disposed || isCancelled(error)) return;
      this.#problem = problemOf(error);
      this.#changed.fire();
    }
  }

  #noteOffline(before: Inventory | null, after: Inventory): void {
    const wasOnline = new Set(before?.nodes.filter(({ status }) => status === "online").map(({ name }) => name));
    for (const { name, status } of after.nodes) {
      if (status === "online") this.#offlineSince.delete(name);
      else if (wasOnline.has(name)) this.#offlineSince.set(name, after.observedAt);
    }
  }

  /** One timer at most: the next read is due an interval after the last attempt, at once where that has passed. */
  #schedule(): void {
    this.#clearTimer();
    if (this.disposed || this.#reading !== null || !(this.#attention.watched || this.#lookers > 0)) return;
    const factor = this.#attention.focused ? 1 : backgroundFactor;
    const seconds = Math.max(this.#seconds() * factor, this.#problem === null ? 0 : afterFailureSeconds);
    const due = this.#attemptedAt === null ? 0 : this.#attemptedAt + seconds * 1000 - this.#timers.now();
    this.#timer = this.#timers.set(
      () => {
        this.#timer = null;
        void this.refresh();
      },
      Math.max(0, due),
    );
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
  }
}
