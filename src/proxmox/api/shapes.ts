/**
 * What we read of Proxmox's answers. The names are those of the API, with what Proxmox VE 9 added and proxmox-api's
 * model does not know; the values are unknown on purpose, for figures come as numbers, as strings, or not at all.
 */

/** One entry of `GET /cluster/resources`: a node, a container, or something else. */
export interface ResourceRow {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly node?: unknown;
  readonly status?: unknown;
  readonly cpu?: unknown;
  readonly maxcpu?: unknown;
  readonly mem?: unknown;
  readonly maxmem?: unknown;
  readonly disk?: unknown;
  readonly maxdisk?: unknown;
  readonly uptime?: unknown;
  // Containers only.
  readonly vmid?: unknown;
  readonly name?: unknown;
  readonly template?: unknown;
  readonly lock?: unknown;
  readonly tags?: unknown;
  readonly pool?: unknown;
  readonly hastate?: unknown;
  /** Bytes since the start, as are the next three. */
  readonly netin?: unknown;
  readonly netout?: unknown;
  readonly diskread?: unknown;
  readonly diskwrite?: unknown;
  /** Memory as the host sees it, with page cache (9). */
  readonly memhost?: unknown;
}

/** One entry of `GET /nodes/X/lxc`, the only list that has swap and (9) pressure. */
export interface NodeContainerRow {
  readonly vmid?: unknown;
  readonly status?: unknown;
  readonly swap?: unknown;
  readonly maxswap?: unknown;
  readonly pressurecpusome?: unknown;
  readonly pressurememorysome?: unknown;
  readonly pressurememoryfull?: unknown;
  readonly pressureiosome?: unknown;
  readonly pressureiofull?: unknown;
}

/** `GET /nodes/X/lxc/ID/config`. */
export interface ConfigurationFields {
  readonly cores?: unknown;
  readonly cpulimit?: unknown;
  readonly memory?: unknown;
  readonly swap?: unknown;
  readonly digest?: unknown;
  readonly protection?: unknown;
  readonly unprivileged?: unknown;
  readonly description?: unknown;
  /** `rootfs`, `mp0` and so on, beside all else that a file may say. */
  readonly [key: string]: unknown;
}

/** One key of `GET /nodes/X/lxc/ID/pending`. */
export interface PendingRow {
  readonly key?: unknown;
  readonly pending?: unknown;
  readonly delete?: unknown;
}

/** `GET /nodes/X/status`. */
export interface NodeStatusFields {
  readonly memory?: unknown;
  readonly loadavg?: unknown;
}

/** One entry of `GET /nodes/X/storage`. */
export interface StorageRow {
  readonly storage?: unknown;
  readonly shared?: unknown;
  readonly active?: unknown;
  readonly total?: unknown;
  readonly used?: unknown;
  readonly avail?: unknown;
}

/** One entry of `GET /cluster/tasks`, or `GET /nodes/X/tasks/UPID/status`. */
export interface TaskRow {
  readonly upid?: unknown;
  readonly node?: unknown;
  readonly type?: unknown;
  readonly id?: unknown;
  readonly user?: unknown;
  readonly tokenid?: unknown;
  readonly starttime?: unknown;
  readonly endtime?: unknown;
  readonly status?: unknown;
  readonly exitstatus?: unknown;
}

/** One point of `rrddata`. A gap has `time` alone. */
export interface RecordedRow {
  readonly time?: unknown;
  readonly cpu?: unknown;
  readonly maxcpu?: unknown;
  readonly mem?: unknown;
  readonly maxmem?: unknown;
  readonly disk?: unknown;
  readonly maxdisk?: unknown;
  /** Percent (9; null on cgroup v1). */
  readonly pressurecpusome?: unknown;
  readonly pressurememorysome?: unknown;
  /** Of a node (9): bytes in the ZFS cache. */
  readonly arcsize?: unknown;
}
