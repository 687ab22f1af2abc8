import type { ConfigurationValues, ContainerRef, Snapshots } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

export interface NewSnapshot {
  /** Two to forty characters, a letter first; Proxmox keeps `current` for itself. */
  readonly name: string;
  readonly description?: string;
}

/**
 * The snapshots of a container. What changes something starts a task and returns its UPID: a name that is taken, a storage
 * that can't, a lock are told by the task alone.
 */
export interface SnapshotPort {
  /** Whether its storages can take snapshots at present. */
  possible(container: ContainerRef, options?: RequestOptions): Promise<boolean>;

  list(container: ContainerRef, options?: RequestOptions): Promise<Snapshots>;

  create(container: ContainerRef, snapshot: NewSnapshot, options?: RequestOptions): Promise<string>;

  /**
   * Goes back to a snapshot: what was changed since then is lost. A container that runs is stopped, and stays so unless
   * `start` asks for it.
   */
  rollBack(
    container: ContainerRef,
    name: string,
    options?: RequestOptions & { readonly start?: boolean },
  ): Promise<string>;

  /** `force` forgets it even where its disks can't be removed. */
  remove(
    container: ContainerRef,
    name: string,
    options?: RequestOptions & { readonly force?: boolean },
  ): Promise<string>;

  /** Replaces the description; `""` removes it. At once, without a task. */
  describe(container: ContainerRef, name: string, description: string, options?: RequestOptions): Promise<void>;

  /** The configuration that it holds. */
  configuration(container: ContainerRef, name: string, options?: RequestOptions): Promise<ConfigurationValues>;
}
