import type { AutoscalerConfig } from "../config/index.js";
import { decide, type State } from "../engine/index.js";
import type { Plan } from "../model/index.js";
import type { Gateway } from "../proxmox/index.js";
import { configuredHistory } from "./history/configured.js";
import type { HistorySource } from "./history/source.js";
import { observe, type Observation } from "./observe.js";
import { knownState } from "./recovery.js";
import { SampleStore } from "./samples/index.js";
import type { StateStore } from "./state-store.js";

export interface DryRunOptions {
  readonly gateway: Gateway;
  readonly config: AutoscalerConfig;
  readonly stateStore: StateStore;
  /** Where recorded usage comes from; what was recorded on this side and Proxmox's own records unless given. */
  readonly source?: HistorySource;
  /** The server that `history.prometheus` names, opened; absent where it can't be, or there is none. */
  readonly prometheus?: HistorySource;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface DryRun extends Observation {
  readonly plan: Plan;
  /** What was decided by besides: with it the same plan can be made again, or that of another file. */
  readonly state: State;
}

/**
 * One observation and what the engine would change after it. Reads only: neither Proxmox nor the
 * records on this side are written. Rejects with `ProxmoxError` or `RecordsError`.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { config, stateStore, now } = options;
  const source = options.source ?? configuredHistory({ ...options, samples: new SampleStore(stateStore.location) });
  const { inventory, history } = await observe({ ...options, source });
  const state = await knownState(options, inventory.cluster);
  const plan = decide({ config, inventory, history, state, now, file: config.file });
  return { plan, inventory, history, state };
}
