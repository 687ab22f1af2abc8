import type { Container } from "./container.js";
import type { Node } from "./node.js";

/** Something that could not be read. Partial results are normal; this says what is missing and why. */
export interface InventoryProblem {
  /** The node it is about; `null` for the cluster as a whole. */
  readonly node: string | null;
  readonly message: string;
  /** What to do about it, where that is known. */
  readonly advice?: string;
}

/** A storage as one node sees it. Sizes are bytes, `null` where they are not known. */
export interface Storage {
  readonly name: string;
  readonly node: string;
  /** The same space on every node that has it. */
  readonly shared: boolean;
  readonly total: number | null;
  readonly used: number | null;
  readonly available: number | null;
}

/** What is there and how busy, as one read saw it. Plain data: may be sent, stored and compared. */
export interface Inventory {
  /** Name of the cluster, or of the node where there is no cluster. */
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  /** False where the cluster has lost its quorum and refuses writes; `null` if it can't be known. */
  readonly quorate: boolean | null;
  readonly nodes: readonly Node[];
  readonly containers: readonly Container[];
  /** Absent where it was not asked for. Those that the credentials may not see are not among them. */
  readonly storages?: readonly Storage[];
  readonly problems: readonly InventoryProblem[];
}
