import type { StorageDetails, StoredVolume } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

/** Storages as a node sees them, and what lies on them. */
export interface StoragePort {
  /**
   * `content`: only those that can hold it (`rootdir`, `backup`, `vztmpl`); `target`: only those that another node can use
   * too. Those that the credentials may not see are not among them.
   */
  list(
    node: string,
    options?: RequestOptions & { readonly content?: string; readonly target?: string },
  ): Promise<readonly StorageDetails[]>;

  /** Newest first. `content`: only of this kind; `vmid`: only what belongs to this container. */
  content(
    node: string,
    storage: string,
    options?: RequestOptions & { readonly content?: string; readonly vmid?: number },
  ): Promise<readonly StoredVolume[]>;

  /**
   * Starts to delete a volume and returns the task's UPID. Proxmox asks nobody: it deletes the disk of a running container
   * too, so whoever calls this has looked who uses it. A protected backup stays, and the task says so.
   */
  remove(node: string, volume: string, options?: RequestOptions): Promise<string>;
}
