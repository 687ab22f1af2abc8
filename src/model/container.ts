import type { Disk } from "./plan.js";

/** Identifies a container within one cluster. The node is where it was last seen. */
export interface ContainerRef {
  readonly vmid: number;
  readonly node: string;
}

export type ContainerStatus = "running" | "stopped" | "paused" | "unknown";

/** Pressure stall information: the share of the last ten seconds, in percent, some or all tasks waited. */
export interface Pressure {
  readonly cpuSome: number | null;
  readonly memorySome: number | null;
  readonly memoryFull: number | null;
  readonly ioSome: number | null;
  readonly ioFull: number | null;
}

/** Bytes a second on the network and on the disks, on average between two looks of Proxmox; `null` where unknown. */
export interface Rates {
  readonly netIn: number | null;
  readonly netOut: number | null;
  readonly diskRead: number | null;
  readonly diskWrite: number | null;
}

/** One disk of a container as its configuration file has it. */
export interface Volume {
  readonly volume: Disk;
  /** The storage it lies on; `null` for a folder or device of the node itself, which has no storage. */
  readonly storage: string | null;
  /** GiB; `null` where the file does not say (a bind mount has no size of its own). */
  readonly size: number | null;
  readonly readOnly: boolean;
}

/**
 * What the configuration file of a container says about its size. Read one by one,
 * for managed containers only, because no bulk request of Proxmox carries it.
 */
export interface ContainerConfiguration {
  /** `null`: the key is absent, the container may use every core of its node. */
  readonly cores: number | null;
  /** CPUs' worth of time; `null`: no limit (absent or 0). */
  readonly cpulimit: number | null;
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly swap: number;
  /** Its disks: the root file system first, then the mount points by number. */
  readonly volumes: readonly Volume[];
  /** SHA-1 of the file; a write that carries it is refused if the file has changed since. */
  readonly digest: string;
  /** Keys with a new value that only a restart brings into force. Absent where nobody asked. */
  readonly pending?: readonly string[];
  readonly protection: boolean;
  readonly unprivileged: boolean;
  readonly description: string | null;
  /** Milliseconds since the epoch at which it was read. */
  readonly readAt: number;
}

/** One container and its usage. A figure that is not known is `null`, never 0. */
export interface Container extends ContainerRef {
  readonly name: string;
  readonly status: ContainerStatus;
  readonly template: boolean;
  /** Proxmox's own lock word (`backup`, `migrate`, `snapshot`, …). */
  readonly lock: string | null;
  readonly tags: readonly string[];
  readonly pool: string | null;
  /** State of the HA manager for it (`started`, `migrate`, …), `null` when HA does not manage it. */
  readonly haState: string | null;
  /** Fraction of `cores` in use, 0 to 1. */
  readonly cpu: number | null;
  /** What Proxmox counts `cpu` against: `cores`, or else `cpulimit`, or else the node's cores. */
  readonly cores: number | null;
  /** Bytes in use without page cache. */
  readonly memory: number | null;
  readonly memoryLimit: number | null;
  readonly swap: number | null;
  readonly swapLimit: number | null;
  /** Bytes used in the root file system. */
  readonly disk: number | null;
  readonly diskLimit: number | null;
  /** Seconds. */
  readonly uptime: number | null;
  readonly pressure: Pressure | null;
  /**
   * `null` until two reads have shown figures of the same run of the container on the same node. Only for display: no rule
   * looks at it. Absent where nobody measures it.
   */
  readonly rates?: Rates | null;
  /** True where the figures are only the last known ones (its node is offline). */
  readonly stale: boolean;
  /** `null` until it has been read; reads are for managed containers only. */
  readonly configuration: ContainerConfiguration | null;
}
