import { NodeMeter } from "../load/index.js";
import type { Consolidation, NodePoint, NodeReading, NodeSpec, Timeframe } from "../load/index.js";
import type { Clock } from "../clock.js";
import { Observer } from "./figures.js";
import type { Figures } from "./figures.js";
import type { Guest, GuestHost } from "./guest.js";

/** How a node can't be reached. */
export type Outage =
  /** Switched off or cut off: no member of the cluster any more. */
  | "offline"
  /** Its API proxy is stopped; the node itself goes on. */
  | "refused"
  /** Its API proxy accepts connections and never answers. */
  | "hung"
  /** Its API daemon is stopped: what needs root is refused, the rest answers. */
  | "daemon";

const round = 10_000;
/** Milliseconds until the others notice that a node is gone. */
export const noticedAfter = 4_000;
/** Milliseconds after which the last figures of a node are thrown away. */
export const forgottenAfter = 300_000;

/** One Proxmox VE host. */
export class SimulatedNode implements GuestHost {
  readonly guests = new Map<number, Guest>();
  /** Milliseconds. */
  readonly bootedAt: number;
  fingerprint = "";
  outage: { readonly how: Outage; readonly since: number } | null = null;
  figures: NodeReading;
  /** What something beside the containers uses: bytes and CPUs. */
  occupied: { readonly memory?: number; readonly cores?: number } | null = null;
  /** Counts everything that changes what the node's containers look like in a list. */
  revision = 0;
  readonly workers = [new Observer(), new Observer(), new Observer()] as const;
  private readonly daemon = new Observer();
  private readonly meter: NodeMeter;
  private readonly absences: { readonly from: number; readonly to: number }[] = [];
  private roundAt: number;

  constructor(
    private readonly clock: Clock,
    readonly specification: NodeSpec,
    /** From 1. */
    readonly id: number,
    private readonly options: {
      readonly start: number;
      readonly uptimeSeconds: number;
      readonly phase: number;
      readonly seed: number;
      readonly nextPid: () => number;
    },
  ) {
    this.bootedAt = options.start - options.uptimeSeconds * 1000;
    this.roundAt = Math.floor((options.start - options.phase) / round) * round + options.phase - 2 * round;
    this.meter = new NodeMeter(specification, options.start, options.seed);
    this.figures = this.meter.reading(this.roundAt, []);
  }

  get name(): string {
    return this.specification.name;
  }

  get address(): string {
    return `10.10.10.${this.id}`;
  }

  nextPid(): number {
    return this.options.nextPid();
  }

  touched(): void {
    this.revision += 1;
  }

  /** Jiffies since the node came up: `pstart` of its workers. */
  jiffies(): number {
    return Math.floor((this.clock.now() - this.bootedAt) / 10);
  }

  isOnline(): boolean {
    return this.outage?.how !== "offline" || this.clock.now() < this.outage.since + noticedAfter;
  }

  /** True once its last figures are too old to be shown. */
  isForgotten(): boolean {
    return this.outage?.how === "offline" && this.clock.now() >= this.outage.since + forgottenAfter;
  }

  /** Does the rounds of the statistics daemon that are due. Called before anything is read or changed. */
  catchUp(): void {
    if (this.outage?.how === "offline") return;
    const now = this.clock.now();
    const due = this.roundAt + Math.floor((now - this.roundAt) / round) * round;
    if (due <= this.roundAt) return;
    if (due - this.roundAt > round) {
      // The first missed round applied what was changed before it; the one before the last begins its ten seconds.
      this.doRound(this.roundAt + round);
      if (due - this.roundAt > round) this.doRound(due - round);
    }
    this.doRound(due);
  }

  /**
   * Does each round when it is due rather than when somebody asks, so that nobody waits for it. It goes on until the clock
   * is closed; not worth it where rounds follow each other faster than anybody asks.
   */
  keepRounds(afterwards: () => void): void {
    this.clock.after(this.roundAt + round - this.clock.now(), () => {
      this.catchUp();
      // A node that is gone has no rounds; it is looked at again ten seconds later.
      if (this.outage?.how === "offline") this.roundAt += round;
      afterwards();
      this.keepRounds(afterwards);
    });
  }

  /** A container's figures now, as a worker of the API daemon sees them. */
  look(guest: Guest, worker: number): Figures {
    this.catchUp();
    const now = this.clock.now();
    guest.advance(now);
    return (this.workers[worker % this.workers.length] ?? this.workers[0]).look(guest, now);
  }

  /** Makes it unreachable from now on. */
  takeDown(how: Outage): void {
    this.catchUp();
    this.outage = { how, since: this.clock.now() };
  }

  bringUp(): void {
    if (this.outage?.how === "offline") this.absences.push({ from: this.outage.since, to: this.clock.now() });
    this.outage = null;
    this.catchUp();
    this.touched();
  }

  /** Nothing was recorded up to a time (milliseconds). */
  forgetBefore(time: number): void {
    this.absences.push({ from: Number.NEGATIVE_INFINITY, to: time + 1 });
  }

  /** True for a time (milliseconds) at which the others heard nothing of it, so that nothing was recorded. */
  wasAway(at: number): boolean {
    if (this.outage?.how === "offline" && at >= this.outage.since) return true;
    return this.absences.some(({ from, to }) => at >= from && at < to);
  }

  /** What was recorded of it. */
  history(timeframe: Timeframe, consolidation: Consolidation): readonly NodePoint[] {
    const guests = [...this.guests.values()].map((guest) => ({ meter: guest.meter, limits: guest.limits() }));
    return this.meter
      .history(timeframe, consolidation, this.clock.now(), guests)
      .map((point) => (this.wasAway(point.time * 1000) ? { time: point.time } : point));
  }

  /** Seconds since it came up. */
  uptime(): number {
    return Math.floor((this.clock.now() - this.bootedAt) / 1000);
  }

  private doRound(at: number): void {
    for (const guest of this.guests.values()) {
      guest.advance(at);
      guest.applyCores();
      guest.statistics = this.daemon.look(guest, at);
    }
    this.roundAt = at;
    this.figures = this.meter.reading(at, this.runningReadings(), this.occupied ?? {});
    this.touched();
  }

  private *runningReadings() {
    for (const guest of this.guests.values()) if (guest.running) yield guest.meter.reading();
  }
}
