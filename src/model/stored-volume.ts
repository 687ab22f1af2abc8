/** A storage as one node sees it, with what it can hold. Sizes are bytes, `null` where they are not known. */
export interface StorageDetails {
  readonly name: string;
  readonly node: string;
  /** `dir`, `zfspool`, `pbs`, … */
  readonly type: string;
  /** `rootdir`, `backup`, `vztmpl`, … */
  readonly content: readonly string[];
  /** The same space on every node that has it. */
  readonly shared: boolean;
  readonly enabled: boolean;
  /** Reachable at present. */
  readonly active: boolean;
  readonly total: number | null;
  readonly used: number | null;
  readonly available: number | null;
}

/** Something that lies on a storage. */
export interface StoredVolume {
  /** `local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst` */
  readonly id: string;
  readonly storage: string;
  /** `rootdir`, `backup`, `vztmpl`, `iso`, … */
  readonly content: string;
  readonly format: string;
  /** Bytes. */
  readonly size: number | null;
  /** Bytes really taken, of a disk. */
  readonly used: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null;
  /** The container it belongs to. */
  readonly vmid: number | null;
}

/** A backup of a container. */
export interface Backup extends StoredVolume {
  readonly content: "backup";
  /** First line of its notes. */
  readonly notes: string | null;
  /** Neither deleted nor pruned. */
  readonly protected: boolean;
  /** What a backup server found when it last compared the data with its checksums; `null`: never, or it can't. */
  readonly verified: "ok" | "failed" | null;
  /** Encrypted with a key of this fingerprint, or in a way it does not tell; `null`: not. */
  readonly encrypted: string | null;
}

/** Notes and protection of one backup, in full. */
export interface BackupDetails {
  readonly id: string;
  readonly notes: string | null;
  readonly protected: boolean;
  /** Bytes. */
  readonly size: number | null;
  /** Where it lies on the node. */
  readonly path: string | null;
}
