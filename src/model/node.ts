/** What a node of the cluster is doing, as last seen. */
export type NodeStatus = "online" | "offline" | "unknown";

/**
 * One Proxmox VE node. Every figure is `null` when it is not known; an offline
 * node has no usage at all, because Proxmox only repeats its last numbers.
 */
export interface Node {
  readonly name: string;
  readonly status: NodeStatus;
  /** Fraction of the node's own cores in use, 0 to 1. */
  readonly cpu: number | null;
  readonly cores: number | null;
  /** Bytes in use, as Proxmox counts them. */
  readonly memory: number | null;
  /** Bytes installed. */
  readonly memoryLimit: number | null;
  /**
   * Bytes the kernel could still hand out without swapping (`MemAvailable`, plus a
   * shrinkable ZFS cache where the node reports it). `null` until a status read tells.
   */
  readonly memoryAvailable: number | null;
  /** Tasks that ran or waited to, on average over the last minute. Absent where no status read was asked for. */
  readonly load?: number | null;
  /** Seconds since boot. */
  readonly uptime: number | null;
  /** SHA-256 of the node's certificate in Proxmox's own colon form. */
  readonly fingerprint: string | null;
}
