import type { ConfigurationDocument, ConfigurationValues, ContainerRef, Disk } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

/** What is changed in a configuration, in one write: everything else stays. */
export interface ConfigurationChange {
  /** New values as Proxmox names and writes them: `net0`, `mp0`, `tags`, `description`, `protection`, … */
  readonly set?: ConfigurationValues;
  /** Options that go. */
  readonly remove?: readonly string[];
  /** Options whose pending change is taken back. */
  readonly revert?: readonly string[];
}

export interface VolumeMove {
  readonly volume: Disk;
  readonly storage: string;
  /** Deletes the old volume; without, it stays as `unused0`. */
  readonly deleteSource?: boolean;
  readonly digest: string;
  /** KiB/s. */
  readonly bandwidth?: number;
}

/** The whole configuration of a container, for whoever edits it as a document. */
export interface ConfigurationPort {
  /** What is in force and what waits, past every cache, in one request. */
  read(container: ContainerRef, options?: RequestOptions): Promise<ConfigurationDocument>;

  /**
   * Writes a change at once, refused with kind `conflict` if the file no longer has `digest`. Sent once. What a running
   * container can't take over waits for its restart: {@link read} tells what became of it.
   */
  write(container: ContainerRef, change: ConfigurationChange, digest: string, options?: RequestOptions): Promise<void>;

  /** Starts to copy a disk of a stopped container to another storage and returns the task's UPID. */
  moveVolume(container: ContainerRef, move: VolumeMove, options?: RequestOptions): Promise<string>;
}
