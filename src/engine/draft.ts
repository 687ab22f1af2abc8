import type { EffectiveSettings } from "../config/index.js";
import type { Sized } from "./recommendation.js";
import type { Subject } from "./subject.js";

/** A change in the making: the rules for several containers write into its recommendation, and look at the rest. */
export interface Draft {
  /** Its place among the decisions of the plan. */
  readonly place: number;
  readonly subject: Subject;
  readonly effective: EffectiveSettings;
  readonly recommendation: Sized;
}
