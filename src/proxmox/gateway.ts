import type { BackupPort } from "./ports/backups.js";
import type { FigurePort } from "./ports/figures.js";
import type { SnapshotPort } from "./ports/snapshots.js";
import type { LifecyclePort } from "./ports/lifecycle.js";
import type { TemplatePort } from "./ports/templates.js";
import type { ConfigurationPort } from "./ports/configurations.js";
import type { PoolPort } from "./ports/pools.js";
import type { ClusterStatePort } from "./ports/cluster-state.js";
import type { TaskArchivePort } from "./ports/task-archive.js";
import type { ConsolePort } from "./ports/consoles.js";
import type { StoragePort } from "./ports/storages.js";
import type { RequestOptions } from "./request-options.js";
import type { TaskLogLine } from "./task-log-line.js";
import type { UsageSpan } from "./usage-span.js";
import type { ContainerConfiguration, ContainerHistory, ContainerRef, Disk, Inventory, Task } from "../model/index.js";

export type PowerVerb = "start" | "shutdown" | "stop" | "reboot";

/** New sizes of a container; absent keys stay as they are. */
export interface SizeChange {
  /** `null`: none any more, which lets it use all of its node's. */
  readonly cores?: number | null;
  /** `null`: no limit any more. */
  readonly cpulimit?: number | null;
  /** MiB. */
  readonly memory?: number;
  /** MiB. */
  readonly swap?: number;
}

/** What people wrote about a container. */
export interface Notes {
  readonly notes: string | null;
  /** Of the whole configuration file. */
  readonly digest: string;
}

export interface VersionInformation {
  /** `9.1.8`. */
  readonly version: string;
  /** `9.1`. */
  readonly release: string;
}

/** Privileges the credentials have, by ACL path (`/vms/101` → `VM.Audit`, …), as `GET /access/permissions` tells. */
export type Permissions = ReadonlyMap<string, ReadonlySet<string>>;

export interface InventoryOptions extends RequestOptions {
  /**
   * Containers whose configuration is wanted beside the bulk figures. Others keep
   * `configuration: null`. Reads are bounded in number at once and cached: renewed when
   * a size changes, after our own writes and every ten minutes.
   */
  readonly configurationOf?: (container: Inventory["containers"][number]) => boolean;
  /**
   * Seconds for which a configuration is believed instead of ten minutes, less by up to a quarter so that they are not all
   * renewed at once. For a loop, which reads one afresh before it writes.
   */
  readonly configurationAge?: number;
  /** Ask each node with such containers (without `configurationOf`: every node) what memory is really available, and its load. */
  readonly nodeMemory?: boolean;
  /** Ask each node with such containers how much room its storages have. */
  readonly storageOf?: (container: Inventory["containers"][number]) => boolean;
  /** Ask each node for the swap and pressure of its containers, which no bulk request has. */
  readonly swapAndPressure?: boolean;
}

/** Names of nodes, and what to ask them. */
export interface NodeDetails {
  /** What memory is really available, and the load. */
  readonly memoryOf: ReadonlySet<string>;
  /** How much room their storages have. */
  readonly storagesOf: ReadonlySet<string>;
  /** Swap and pressure of their containers, which no bulk request has. */
  readonly swapAndPressureOf: ReadonlySet<string>;
}

/**
 * The one port to Proxmox. Every adapter passes the suite in `test/proxmox/gateway-contract.ts`.
 * All methods reject with {@link ProxmoxError} and nothing else.
 */
export interface Gateway extends AsyncDisposable {
  /** The address in use, for people: `pve1.example:8006`. */
  readonly endpoint: string;

  /**
   * What the server's clock said with its last answer, in milliseconds since the epoch, of which it tells whole seconds;
   * `null` where it has not told.
   */
  readonly answeredAt: number | null;

  /**
   * What can be done with each noun. `null`: this adapter can't, and {@link offered} says so; what only one version of
   * Proxmox VE lacks is told by the call.
   */
  readonly figures: FigurePort | null;
  readonly snapshots: SnapshotPort | null;
  readonly backups: BackupPort | null;
  readonly storages: StoragePort | null;
  readonly consoles: ConsolePort | null;
  readonly taskArchive: TaskArchivePort | null;
  readonly clusterState: ClusterStatePort | null;
  readonly pools: PoolPort | null;
  readonly configurations: ConfigurationPort | null;
  readonly templates: TemplatePort | null;
  readonly lifecycle: LifecyclePort | null;

  /** Who asks, without secrets: `root@pam!autoscaler` for a token, `root@pam` for a password. */
  readonly identity: string;

  version(options?: RequestOptions): Promise<VersionInformation>;

  /** One bulk request for the whole cluster, plus what {@link InventoryOptions} asks for. */
  inventory(options?: InventoryOptions): Promise<Inventory>;

  /**
   * An inventory with what single nodes have to be asked for, of the named nodes only: a loop that has seen in one bulk
   * read that something is to grow there asks for no more than that. The rest is left as it is.
   */
  withNodeDetails(inventory: Inventory, wanted: NodeDetails, options?: RequestOptions): Promise<Inventory>;

  /**
   * A fresh read, past every cache, in one request: what is in force, not what waits for a restart. With `pending` the
   * answer names that too, which takes a second request.
   */
  configuration(
    container: ContainerRef,
    options?: RequestOptions & { readonly pending?: boolean },
  ): Promise<ContainerConfiguration>;

  /** The notes of a container (`null`: none), past every cache, with the digest under which they may be written. */
  notes(container: ContainerRef, options?: RequestOptions): Promise<Notes>;

  /**
   * Replaces the notes of a container; `""` removes them. Proxmox ends their last line where it has no end. Sent once,
   * and refused with kind `conflict`, like {@link resize}; it needs VM.Config.Options.
   */
  writeNotes(container: ContainerRef, notes: string, digest: string, options?: RequestOptions): Promise<void>;

  /** Usage that the server itself recorded, at the finest step it still has for that span. */
  usageHistory(container: ContainerRef, span: UsageSpan, options?: RequestOptions): Promise<ContainerHistory>;

  /**
   * Writes new sizes in one request, refused with kind `conflict` if the file no longer has `digest`.
   * Sent once, never repeated; after a broken connection rejects with `outcome-unknown`.
   */
  resize(container: ContainerRef, change: SizeChange, digest: string, options?: RequestOptions): Promise<void>;

  /**
   * Starts to grow a disk to `size` GiB and returns the task's UPID: success is the task's, see {@link waitForTask}. Proxmox
   * shrinks none: a smaller size is refused. Sent once, and refused with kind `conflict`, like {@link resize}.
   */
  growVolume(
    container: ContainerRef,
    volume: Disk,
    size: number,
    digest: string,
    options?: RequestOptions,
  ): Promise<string>;

  /** Starts a power task and returns its UPID. Success is the task's, see {@link waitForTask}. */
  power(container: ContainerRef, verb: PowerVerb, options?: RequestOptions): Promise<string>;

  /** Recent tasks of the whole cluster, newest first. */
  tasks(options?: RequestOptions): Promise<readonly Task[]>;

  task(upid: string, options?: RequestOptions): Promise<Task>;

  taskLog(upid: string, options?: RequestOptions & { readonly from?: number }): Promise<readonly TaskLogLine[]>;

  stopTask(upid: string, options?: RequestOptions): Promise<void>;

  permissions(options?: RequestOptions): Promise<Permissions>;

  /** The server's clock in milliseconds since the epoch, for the check of clock skew. */
  serverTime(options?: RequestOptions): Promise<number>;
}
