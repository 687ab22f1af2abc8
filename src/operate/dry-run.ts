import type { AutoscalerConfig } from "../config/index.js";
import { decide } from "../engine/index.js";
import type { History, Plan } from "../model/index.js";
import type { Gateway } from "../proxmox/index.js";
import { observe, type Observation } from "./observe.js";
import { knownState } from "./recovery.js";
import type { StateStore } from "./state-store.js";

export interface DryRunOptions {
  readonly gateway: Gateway;
  readonly config: AutoscalerConfig;
  readonly stateStore: StateStore;
  readonly samples?: History;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface DryRun extends Observation {
  readonly plan: Plan;
}

/**
 * One observation and what the engine would change after it. Reads only: neither Proxmox nor the
 * records on this side are written. Rejects with `ProxmoxError` or `RecordsError`.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { config, now } = options;
  const { inventory, history } = await observe(options);
  const state = await knownState(options, inventory.cluster);
  const plan = decide({ config, inventory, history, state, now, file: config.file });
  return { plan, inventory, history };
}
