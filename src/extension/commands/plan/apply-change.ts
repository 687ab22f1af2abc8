import type { Outcome } from "../../../model/index.js";
import type { App } from "../../app.js";
import { isDecisionElement } from "../../scaling/sections.js";
import { applyDecisions } from "./apply-decisions.js";

/** Carries out the one change that was clicked, checked or not. */
export function applyChange(app: App, target?: unknown): Promise<readonly Outcome[] | null> {
  const clicked = isDecisionElement(target) && app.plans.isPending(target.decision) ? [target.decision] : [];
  return applyDecisions(app, clicked);
}
