/**
 * One point of what Proxmox VE recorded of a container or a node: averages over the step that ends at `time`. What was
 * not recorded is `null`, never 0.
 */
export interface RecordedPoint {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Fraction of `cores` in use. */
  readonly cpu: number | null;
  readonly cores: number | null;
  /** Bytes in use, of a container without page cache; and bytes allowed then. */
  readonly memory: number | null;
  readonly memoryLimit: number | null;
  /** Bytes of swap in use and allowed. Proxmox VE records them of nodes alone. */
  readonly swap: number | null;
  readonly swapLimit: number | null;
  /** Bytes used in the root file system, and what that had. */
  readonly disk: number | null;
  readonly diskLimit: number | null;
  /** Bytes a second. */
  readonly netIn: number | null;
  readonly netOut: number | null;
  /** Bytes a second. Recorded of containers alone. */
  readonly diskRead: number | null;
  readonly diskWrite: number | null;
  /** Fraction of the CPUs' time that waited for disks. Recorded of nodes alone. */
  readonly ioWait: number | null;
  /** Share of the time, as a fraction, that some tasks waited for a CPU, for memory, for disks (PSI "some"; Proxmox VE 9 with cgroup v2). */
  readonly pressureCpu: number | null;
  readonly pressureMemory: number | null;
  readonly pressureIo: number | null;
}

/** Everything that was recorded in a span, oldest first, without two points of one time. */
export interface RecordedFigures {
  /** Median distance of the points in seconds. */
  readonly stepSeconds: number;
  /**
   * Gaps are there as points that know nothing but their time, and the time that a container did not run as points that
   * know its limits but no usage.
   */
  readonly points: readonly RecordedPoint[];
}
