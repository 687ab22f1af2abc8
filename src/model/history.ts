/** One recorded reading of one container. Unknown figures are `null`, never 0. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Fraction of `cores` in use. */
  readonly cpu: number | null;
  /** What `cpu` is a fraction of. */
  readonly cores: number | null;
  /** Bytes in use without page cache. */
  readonly memory: number | null;
  /** Bytes allowed at that time. */
  readonly memoryLimit: number | null;
  /**
   * CPUs' worth of time it was allowed then; `null`: no limit. Absent where the source does not say
   * (rrddata never does): the limit that was in force then is worked out from what was changed since.
   */
  readonly cpulimit?: number | null;
  /** Bytes of swap in use. This and the following are absent where the source does not say. */
  readonly swap?: number | null;
  /** Bytes used in the root file system. */
  readonly disk?: number | null;
  /** Bytes the root file system had at that time. */
  readonly diskLimit?: number | null;
  /** Share of the time, as a fraction, that some tasks waited for a CPU (PSI "some"; Proxmox VE 9 with cgroup v2). */
  readonly pressureCpu?: number | null;
  /** Share of the time, as a fraction, that some tasks waited for memory. */
  readonly pressureMemory?: number | null;
  /** Set where the container was locked when the reading was taken: such time does not count. */
  readonly locked?: boolean;
}

/** Readings in the order of their times, however they are kept; an array is one. */
export interface SampleList extends Iterable<Sample> {
  readonly length: number;
  /** The reading at a place, 0 being the oldest; -1 is the newest. */
  at(index: number): Sample | undefined;
}

/** Recorded usage of one container, oldest first, without two samples of one time. */
export interface UsageHistory<List extends SampleList = SampleList> {
  /** Median distance of the source's points in seconds (10 for live reads, 60 for rrddata's hour); of several sources that of the newest points. */
  readonly stepSeconds: number;
  readonly samples: List;
  /**
   * Where older points are of a coarser source: up to when (milliseconds since the epoch) there are some with that step.
   * A window that reaches back so far can't expect more of them.
   */
  readonly coarser?: readonly { readonly stepSeconds: number; readonly until: number }[];
}

/** Recorded usage of one container, every reading an object of its own. */
export type ContainerHistory = UsageHistory<readonly Sample[]>;

/** Recorded usage of one cluster, by vmid. */
export type History = ReadonlyMap<number, UsageHistory>;
