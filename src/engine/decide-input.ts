import type { AutoscalerConfig } from "../config/index.js";
import type { History, Inventory } from "../model/index.js";
import type { State } from "./state.js";

/** All that a decision depends on. */
export interface DecideInput {
  readonly config: AutoscalerConfig;
  readonly inventory: Inventory;
  /**
   * Recorded usage by vmid. The inventory's own figures are one reading more: they are added here where they are
   * newer than the last recorded one, so callers need not (and may) record them first. Samples later
   * than `now` are not looked at, so a whole trace may be given.
   */
  readonly history: History;
  readonly state: State;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Name of the file for the plan, where it is not the configuration's own. */
  readonly file?: string;
}
