import type { Container, History, InventoryProblem } from "../../model/index.js";

/** Whose usage is wanted, and from when on. */
export interface HistoryRequest {
  readonly cluster: string;
  readonly containers: readonly WantedHistory[];
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface WantedHistory {
  readonly container: Container;
  /** How far its settings look back. */
  readonly seconds: number;
}

export interface RecordedUsage {
  readonly history: History;
  /** What could not be read: the rest of it is right. */
  readonly problems: readonly InventoryProblem[];
}

/**
 * Where recorded usage comes from. A fault becomes a problem; rejects with `ProxmoxError` only for what the next request
 * to the cluster would repeat.
 */
export type HistorySource = (request: HistoryRequest) => Promise<RecordedUsage>;
