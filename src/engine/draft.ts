import type { EffectiveSettings } from "../config/index.js";
import type { Recommendation } from "./recommendation.js";
import type { Subject } from "./subject.js";

/** A change in the making, with what the rules for several containers need to know. */
export interface Draft {
  /** Its place among the decisions of the plan. */
  readonly place: number;
  readonly subject: Subject;
  readonly effective: EffectiveSettings;
  readonly recommendation: Recommendation;
}
