import { clusterClock, type Clock } from "../clock.js";
import type { Gateway } from "../../proxmox/index.js";
import type { Timer } from "./ticks.js";

/** The clock is read anew after this long: two clocks drift apart by seconds a week. */
const renewAfter = 10 * 60 * 1000;
/** A difference that is more than the round trip of a reading, milliseconds. */
const noticed = 2000;

export interface ClusterTimeOptions {
  readonly gateway: Gateway;
  readonly timer: Timer;
  /** Reads the cluster's clock; asks the gateway unless given. */
  readonly openClock?: (signal: AbortSignal) => Promise<Clock>;
  /** This machine's clock, which people and time servers set. */
  readonly wall?: () => number;
}

/**
 * The cluster's clock over weeks: read again now and then, and at once where this machine's clock was set or the machine
 * slept, because a timer does not count that time.
 */
export class ClusterTime {
  #clock: Clock | null = null;
  #readAt = 0;
  #apart = 0;

  constructor(private readonly options: ClusterTimeOptions) {}

  /** Milliseconds since the epoch; only after a first {@link renew}. */
  now(): number {
    if (this.#clock === null) throw new Error("the cluster's clock was not read yet");
    return this.#clock();
  }

  get known(): boolean {
    return this.#clock !== null;
  }

  /** Reads the clock where that is due. Returns by how many seconds it has jumped, 0 where it has not. Rejects with `ProxmoxError`. */
  async renew(signal: AbortSignal): Promise<number> {
    const {
      timer,
      wall = Date.now,
      openClock = (given: AbortSignal) => clusterClock(this.options.gateway, given),
    } = this.options;
    const apart = wall() - timer.now();
    const due =
      this.#clock === null || timer.now() - this.#readAt >= renewAfter || Math.abs(apart - this.#apart) > noticed;
    if (!due) return 0;
    const before = this.#clock;
    this.#clock = await openClock(signal);
    this.#readAt = timer.now();
    this.#apart = apart;
    const jump = before === null ? 0 : this.#clock() - before();
    return Math.abs(jump) > noticed ? Math.round(jump / 1000) : 0;
  }
}
