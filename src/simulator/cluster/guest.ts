import { GuestMeter } from "../load/index.js";
import type { Consolidation, GuestLimits, GuestPoint, GuestSpec, NodeSpec, Timeframe } from "../load/index.js";
import type { Configuration } from "./configuration.js";
import { cpusOf, type Pretended } from "./figures.js";
import type { Figures } from "./figures.js";
import { fileSystemSize, volumeSize } from "./size.js";

/** What a container needs of the node it is on. */
export interface GuestHost {
  readonly name: string;
  readonly specification: NodeSpec;
  /** Something changed that shows in lists. */
  touched(): void;
  /** Does the rounds of the statistics daemon that are due. */
  catchUp(): void;
  /** The container's figures now, as one of the node's three API workers sees them. */
  look(guest: Guest, worker: number): Figures;
  isForgotten(): boolean;
  wasAway(at: number): boolean;
  jiffies(): number;
  nextPid(): number;
}

/** One container: its configuration, whether it runs, and what its workload uses. */
export class Guest {
  running: boolean;
  pid: number | null = null;
  /** Sizes of the root file system while it runs, in bytes, each since a time (milliseconds); the last is in force. */
  private readonly fileSystems: { readonly since: number; readonly bytes: number }[] = [];
  readonly meter: GuestMeter;
  /** What the statistics daemon saw last; null for a container it has not seen yet. */
  statistics: Figures | null = null;
  /** A container that ignores the request to shut down. */
  ignoresShutdown = false;
  pretended: Pretended | null = null;
  /** When it was made (milliseconds), so that nothing was recorded before; null where it was there from the start. */
  createdAt: number | null = null;
  /** Why the kernel refuses new limits while it runs; `null`: it takes them. */
  hotplugError: string | null = null;
  /** `cores` as the cpuset has it: the statistics daemon applies a change with its next round. */
  private appliedCores: number | null;

  constructor(
    readonly vmid: number,
    /** Where it is; changes when it moves. */
    public node: GuestHost,
    public configuration: Configuration,
    readonly specification: GuestSpec,
    startedAt: number,
  ) {
    this.running = specification.status === "running";
    this.meter = new GuestMeter(specification, startedAt);
    this.growFileSystem(Number.NEGATIVE_INFINITY);
    this.appliedCores = configuration.number("cores");
  }

  get hostCores(): number {
    return this.node.specification.cores;
  }

  get lock(): string | null {
    return this.configuration.get("lock");
  }

  /** Size of the root volume by the configuration, bytes. */
  volumeBytes(): number {
    return volumeSize(this.configuration.get("rootfs") ?? "size=4G");
  }

  /** Size of the root file system while it runs, bytes. */
  get fileSystemBytes(): number {
    return this.fileSystems.at(-1)?.bytes ?? 0;
  }

  /** Makes the root file system as large as its volume from now on (milliseconds). */
  growFileSystem(now: number): void {
    const bytes = fileSystemSize(this.volumeBytes());
    if (bytes !== this.fileSystemBytes) this.fileSystems.push({ since: now, bytes });
  }

  /** Lets the workload go on until `now` (milliseconds) under the limits in force. */
  advance(now: number): void {
    this.meter.advance(now, this.limits(), this.running);
  }

  /** What was recorded of it, up to `now` (milliseconds). */
  history(timeframe: Timeframe, consolidation: Consolidation, now: number): readonly GuestPoint[] {
    return this.meter.history(timeframe, consolidation, now, this.limits()).map((point) => {
      const unborn = this.createdAt !== null && point.time * 1000 <= this.createdAt;
      if (unborn || this.node.wasAway(point.time * 1000)) return { time: point.time };
      if (point.disk === undefined) return point;
      const maxdisk = this.fileSystems.findLast(({ since }) => since <= point.time * 1000)?.bytes ?? 0;
      return { ...point, maxdisk, disk: Math.min(point.disk, maxdisk) };
    });
  }

  /** What the statistics daemon does in each round: the cpuset follows the configuration. */
  applyCores(): void {
    this.appliedCores = this.configuration.number("cores");
  }

  limits(): GuestLimits {
    const host = this.hostCores;
    const limit = this.configuration.number("cpulimit") ?? 0;
    const cores = this.appliedCores ?? host;
    return {
      cores: Math.min(host, cores, limit > 0 ? limit : host),
      memory: (this.configuration.number("memory") ?? 512) * 1024 ** 2,
      swap: (this.configuration.number("swap") ?? 0) * 1024 ** 2,
      cpus: Number(cpusOf(this)),
    };
  }

  /** Starts or stops it now (milliseconds). */
  setRunning(running: boolean, now: number): void {
    this.advance(now);
    this.running = running;
    if (running) {
      this.configuration.applyPending();
      this.applyCores();
      this.growFileSystem(now);
      this.pid = this.node.nextPid();
    } else {
      this.pid = null;
    }
    this.advance(now);
    this.node.touched();
  }
}
