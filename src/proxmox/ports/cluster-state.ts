import type { ClusterStatus, ManagedContainer, ReplicationJob } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

/** What is to be known of a cluster before something is done to a container of it. */
export interface ClusterStatePort {
  /** Needs Sys.Audit on `/`. */
  status(options?: RequestOptions): Promise<ClusterStatus>;

  /**
   * The containers under high availability. A start, stop or migration of one ends `OK` at once and happens ten to twenty
   * seconds later: follow the container's state then, not the task's.
   */
  managed(options?: RequestOptions): Promise<readonly ManagedContainer[]>;

  /** Only those that the credentials may see. */
  replication(options?: RequestOptions): Promise<readonly ReplicationJob[]>;
}
