import type { Backup, BackupDetails, ConfigurationValues, ContainerRef } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

export interface NewBackup {
  readonly storage: string;
  /** `snapshot` where the storage can, else Proxmox tries `suspend` by itself. A stopped container is read as it lies there. */
  readonly mode?: "snapshot" | "suspend" | "stop";
  readonly compression?: "none" | "lzo" | "gzip" | "zstd";
  /** With `{{guestname}}`, `{{node}}`, `{{vmid}}` and `{{cluster}}` filled in. */
  readonly notes?: string;
  readonly protected?: boolean;
  /** KiB/s; needs Sys.Modify on `/`. */
  readonly bandwidth?: number;
}

export interface Restore {
  /** `local:backup/vzdump-lxc-101-2026_11_21-03_37_40.tar.zst` */
  readonly backup: string;
  /** For its disks; without, each goes where it came from. */
  readonly storage?: string;
  readonly hostname?: string;
  /** New hardware addresses, for a copy that runs beside its original. */
  readonly unique?: boolean;
  readonly start?: boolean;
  readonly pool?: string;
  /** KiB/s. */
  readonly bandwidth?: number;
}

/** Backups of containers. Whatever returns a string has started the task of that UPID. */
export interface BackupPort {
  /**
   * Backs a container up now. Until that ends the container is locked: a reboot then leaves it stopped. Only one backup
   * runs on a node at a time, so the task may wait. Rejects with `not-found` where the container is on another node.
   */
  create(container: ContainerRef, backup: NewBackup, options?: RequestOptions): Promise<string>;

  /** On a storage as a node sees it, newest first; `vmid`: only those of this container. */
  list(
    node: string,
    storage: string,
    options?: RequestOptions & { readonly vmid?: number },
  ): Promise<readonly Backup[]>;

  /** The whole notes, and whether it is protected. */
  read(node: string, backup: string, options?: RequestOptions): Promise<BackupDetails>;

  /** Writes notes (`""`: none) or protection, and reads them back: Proxmox accepts both for a backup that is gone. */
  change(
    node: string,
    backup: string,
    change: { readonly notes?: string; readonly protected?: boolean },
    options?: RequestOptions,
  ): Promise<BackupDetails>;

  /** The configuration that is in it. */
  configuration(node: string, backup: string, options?: RequestOptions): Promise<ConfigurationValues>;

  /** Makes a new container of a backup; refused where the number is in use. */
  restore(container: ContainerRef, restore: Restore, options?: RequestOptions): Promise<string>;

  /**
   * Puts a backup in the place of a stopped container. Its disks and snapshots go before the archive has been read: if that
   * is damaged, the container is lost, disk and configuration. So whoever calls this has made that known.
   */
  replace(container: ContainerRef, restore: Restore, options?: RequestOptions): Promise<string>;

  /** Starts to delete a backup. */
  remove(node: string, backup: string, options?: RequestOptions): Promise<string>;
}
