import type { Task } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";
import type { TaskLogLine } from "../task-log-line.js";

/** Which tasks of a node are wanted; all where nothing is said. */
export interface TaskFilter {
  /** Only those of this container. */
  readonly vmid?: number;
  /** `vzdump`, `vzstart`, … */
  readonly type?: string;
  /** Part of the name of who started it. */
  readonly user?: string;
  /** Ended ones, running ones, or both (the default). */
  readonly which?: "ended" | "running" | "all";
  readonly outcome?: "ok" | "warning" | "error" | "unknown";
  /** Started at this time or later, milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** How many of the newest to pass over. */
  readonly start?: number;
  /** At most so many, 50 unless given. */
  readonly limit?: number;
}

/** The tasks of one node, as far back as it keeps them: some thousand, while the cluster's own list ends after 25. */
export interface TaskArchivePort {
  /** Newest first. */
  list(node: string, filter?: TaskFilter, options?: RequestOptions): Promise<readonly Task[]>;

  /** Lines of a log from a place on (0 is the first), at most `limit`; empty where there are none yet. */
  log(
    upid: string,
    page: { readonly from: number; readonly limit: number },
    options?: RequestOptions,
  ): Promise<readonly TaskLogLine[]>;
}
