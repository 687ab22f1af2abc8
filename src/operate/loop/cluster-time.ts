import { clusterClock, type Clock } from "../clock.js";
import type { Gateway } from "../../proxmox/index.js";
import type { Timer } from "./ticks.js";

/** The clock is read anew after this long: two clocks drift apart by seconds a week. */
const renewAfter = 10 * 60 * 1000;
/** A difference that is more than the round trip of a reading, milliseconds. */
const noticed = 2000;
/** An answer tells whole seconds, and comes a while after it was made. */
const ofAnswer = 1500;

export interface ClusterTimeOptions {
  readonly gateway: Pick<Gateway, "serverTime" | "answeredAt">;
  readonly timer: Timer;
  /** Reads the cluster's clock; asks the gateway unless given. */
  readonly openClock?: (signal: AbortSignal) => Promise<Clock>;
  /** This machine's clock, which people and time servers set. */
  readonly wall?: () => number;
}

/**
 * The cluster's clock over weeks: read again now and then, and at once where this machine's clock was set, the machine
 * slept, because a timer does not count that time, or an answer of the server shows that its clock goes otherwise.
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
    const { timer, wall = Date.now } = this.options;
    const apart = wall() - timer.now();
    const due =
      this.#clock === null || timer.now() - this.#readAt >= renewAfter || Math.abs(apart - this.#apart) > noticed;
    return due ? this.#read(signal) : 0;
  }

  /** Reads the clock anew where the answer that just came is of another time than it says. Returns and rejects as {@link renew} does. */
  async follow(signal: AbortSignal): Promise<number> {
    const told = this.options.gateway.answeredAt;
    const off = told !== null && this.#clock !== null && Math.abs(this.#clock() - told) > noticed + ofAnswer;
    return off ? this.#read(signal) : 0;
  }

  async #read(signal: AbortSignal): Promise<number> {
    const {
      gateway,
      timer,
      wall = Date.now,
      openClock = (given: AbortSignal) => clusterClock(gateway, given),
    } = this.options;
    const before = this.#clock;
    this.#clock = await openClock(signal);
    this.#readAt = timer.now();
    this.#apart = wall() - timer.now();
    const jump = before === null ? 0 : this.#clock() - before();
    return Math.abs(jump) > noticed ? Math.round(jump / 1000) : 0;
  }
}
