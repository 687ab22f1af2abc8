import type { EffectiveSettings } from "../config/index.js";
import type { Recommendation } from "./recommendation.js";
import type { Subject } from "./subject.js";

/** One decision in the making, with what the rules for several containers need to know. */
export interface Draft {
  readonly subject: Subject;
  readonly effective: EffectiveSettings;
  readonly recommendation: Recommendation;
}
