import type { Outcome } from "../../../model/index.js";
import type { App } from "../../app.js";
import { applyDecisions } from "./apply-decisions.js";

/** Carries out the changes that are checked. */
export function applyChecked(app: App): Promise<readonly Outcome[] | null> {
  return applyDecisions(app, app.plans.checked);
}
