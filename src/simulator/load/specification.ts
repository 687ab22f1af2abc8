/** What a workload does over time; see `demand.ts` for each one's curve. */
export type LoadKind = "web" | "batch" | "database" | "leak" | "idle" | "crash-loop" | "spike";

export const loadKinds: readonly LoadKind[] = ["web", "batch", "database", "leak", "idle", "crash-loop", "spike"];

export interface NodeSpec {
  /** `pve1`, `pve2`, … */
  readonly name: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes that the ZFS cache takes; absent on a node without ZFS. */
  readonly arc?: number;
}

export interface GuestSpec {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  /** `null`: the key is absent. */
  readonly cores: number | null;
  /** `null`: the key is absent. */
  readonly cpulimit: number | null;
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly swap: number;
  /** GiB. */
  readonly disk: number;
  readonly tags: readonly string[];
  readonly pool: string | null;
  readonly status: "running" | "stopped";
  readonly template: boolean;
  readonly description: string | null;
  readonly onboot: boolean;
  readonly unprivileged: boolean;
  readonly load: LoadKind;
  readonly seed: number;
  /** In trouble: at least these shares of the size it was made with are wanted at every hour (1.4 = 40 % more than it has). */
  readonly atLeast?: { readonly cpu?: number; readonly memory?: number };
}

/** What a guest may use at a time. */
export interface GuestLimits {
  /** CPUs it can really use: the least of its cores, its cpulimit and the node's cores. */
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly swap: number;
  /** What Proxmox counts its `cpu` against (`maxcpu`: cores, else cpulimit, else the node's cores); absent: `cores`. */
  readonly cpus?: number;
}

/** Pressure stall information as Proxmox shows it: percent of the last ten seconds. */
export interface PressureReading {
  readonly cpuSome: number;
  readonly cpuFull: number;
  readonly ioSome: number;
  readonly ioFull: number;
  readonly memorySome: number;
  readonly memoryFull: number;
}

/** A guest's meters at one time. Counters run since its start; a guest that does not run has zeros. */
export interface GuestReading {
  readonly cpuSecondsTotal: number;
  /** Bytes in use without page cache, as Proxmox counts `mem`. */
  readonly memory: number;
  /** Bytes of page cache: what is taken back first when memory is short. */
  readonly cache: number;
  readonly swap: number;
  /** Bytes used in the root file system. */
  readonly disk: number;
  readonly netIn: number;
  readonly netOut: number;
  readonly diskRead: number;
  readonly diskWrite: number;
  readonly pressure: PressureReading;
  readonly oomKills: number;
  readonly uptimeSeconds: number;
  /** CPUs in use at this moment. */
  readonly coresInUse: number;
  /** CPU-seconds of work that has arrived and waits for CPU. */
  readonly backlogSeconds: number;
}

export const mebibyte = 1024 * 1024;
export const gibibyte = 1024 * mebibyte;
