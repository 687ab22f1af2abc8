import type { ConfigurationValues, ContainerRef } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

export interface NewContainer {
  /** `local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst` */
  readonly template: string;
  /** For the root disk. */
  readonly storage: string;
  /** GiB of the root disk. */
  readonly disk: number;
  /** Everything else as Proxmox names it: `hostname`, `cores`, `memory`, `net0`, `tags`, … */
  readonly options?: ConfigurationValues;
  /** Unprivileged unless this says otherwise. */
  readonly privileged?: boolean;
  /** Of root, five characters or more. Sent in the body alone. */
  readonly password?: string;
  /** One a line. */
  readonly sshKeys?: string;
  readonly pool?: string;
  readonly start?: boolean;
}

export interface NewClone {
  readonly vmid: number;
  readonly hostname?: string;
  readonly description?: string;
  /** A copy of its own of every disk; of a template the default is a linked clone. */
  readonly full?: boolean;
  /** For the disks of a full clone. */
  readonly storage?: string;
  /** The state to clone; of a running container only a snapshot can be. */
  readonly snapshot?: string;
  readonly pool?: string;
  /** Another node, for a container on shared storage alone. */
  readonly node?: string;
  /** KiB/s. */
  readonly bandwidth?: number;
}

export interface Migration {
  readonly node: string;
  /** Shuts a running container down, moves it and starts it there: there is no live migration of containers. */
  readonly restart?: boolean;
  /** Seconds for the shutdown. */
  readonly timeoutSeconds?: number;
  /** For its disks, in place of those of the same name. */
  readonly storage?: string;
  /** KiB/s. */
  readonly bandwidth?: number;
}

/** Where a container can go. Proxmox names nodes that are offline too: whether one is there says the inventory. */
export interface MigrationTargets {
  readonly allowed: readonly string[];
  readonly refused: readonly { readonly node: string; readonly reason: string }[];
}

export interface Removal {
  /** Also removes it from backup jobs, replication and high availability; without, the latter refuses it. */
  readonly purge?: boolean;
  /** Stops it first if it runs. */
  readonly force?: boolean;
  /** Also removes disks of its number that it does not name. */
  readonly unreferencedDisks?: boolean;
}

/** How containers come, multiply, move and go. What returns a string has started the task of that UPID. */
export interface LifecyclePort {
  /** The lowest number that is free; `vmid`: rejects with `invalid-parameter` unless that one is. */
  nextId(options?: RequestOptions & { readonly vmid?: number }): Promise<number>;

  create(container: ContainerRef, create: NewContainer, options?: RequestOptions): Promise<string>;

  clone(container: ContainerRef, clone: NewClone, options?: RequestOptions): Promise<string>;

  /** `null` where this version of Proxmox VE does not tell (8). */
  migrationTargets(container: ContainerRef, options?: RequestOptions): Promise<MigrationTargets | null>;

  migrate(container: ContainerRef, migration: Migration, options?: RequestOptions): Promise<string>;

  /** Makes a template of a stopped container without snapshots, for good. Proxmox names no task: read the state back. */
  convertToTemplate(container: ContainerRef, options?: RequestOptions): Promise<void>;

  /**
   * Removes a container with its disks. Proxmox removes the disks first: without quorum it then fails and leaves a
   * configuration without a disk, so whoever calls this has made sure of the quorum.
   */
  destroy(container: ContainerRef, removal: Removal, options?: RequestOptions): Promise<string>;
}
