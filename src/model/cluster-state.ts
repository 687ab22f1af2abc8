/** A cluster as its members see it, or a node that is in none. */
export interface ClusterStatus {
  /** `null` for a node that is in no cluster. */
  readonly name: string | null;
  /** A node alone needs no quorum. */
  readonly quorate: boolean;
  readonly nodes: readonly ClusterMember[];
}

export interface ClusterMember {
  readonly name: string;
  readonly online: boolean;
  /** The one that answered. */
  readonly local: boolean;
  readonly address: string | null;
}

/** A container that high availability watches over: what is asked of it, and what the manager made of that. */
export interface ManagedContainer {
  readonly vmid: number;
  /** `started`, `stopped`, `disabled`, `ignored`. */
  readonly requested: string;
  /** `started`, `starting`, `stopped`, `error`, …; `null` until the manager has looked at it. */
  readonly state: string | null;
  readonly comment: string | null;
}

/** A copy of a container's disks that Proxmox keeps on another node. */
export interface ReplicationJob {
  /** `101-0` */
  readonly id: string;
  readonly vmid: number;
  readonly target: string;
  /** As systemd writes times: `mon..fri 22:00`. */
  readonly schedule: string;
  readonly enabled: boolean;
  readonly comment: string | null;
}
