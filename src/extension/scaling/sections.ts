import { isChange } from "../../model/index.js";
import type { Decision, DecisionDocument, PlanDocument, ReasonDocument } from "../../model/index.js";
import { decisionKey } from "./decision-row.js";

export type SectionName = "changes" | "blocked" | "holding";

/** What stands in the Scaling view. Rebuilt with each plan; within one the same object is the same row. */
export type ScalingElement = SectionElement | DecisionElement | ReasonElement;

export interface SectionElement {
  readonly kind: "section";
  readonly id: string;
  readonly section: SectionName;
  readonly decisions: readonly DecisionElement[];
}

export interface DecisionElement {
  readonly kind: "decision";
  readonly id: string;
  readonly section: SectionName;
  readonly decision: DecisionDocument;
  readonly reasons: readonly ReasonElement[];
}

export interface ReasonElement {
  readonly kind: "reason";
  readonly id: string;
  readonly reason: ReasonDocument;
}

const order: readonly SectionName[] = ["changes", "blocked", "holding"];

function sectionOf(decision: Decision<unknown>): SectionName {
  if (isChange(decision)) return "changes";
  return decision.action === "blocked" ? "blocked" : "holding";
}

/** The sections of a plan, all three in this order, so that an empty one is seen to be empty. */
export function planSections(plan: PlanDocument): readonly SectionElement[] {
  const bySection = new Map<SectionName, DecisionElement[]>(order.map((section) => [section, []]));
  for (const decision of plan.decisions) {
    const section = sectionOf(decision);
    const id = `${section}/${decisionKey(decision)}`;
    bySection.get(section)?.push({
      kind: "decision",
      id,
      section,
      decision,
      reasons: decision.reasons.map((reason, index) => ({ kind: "reason", id: `${id}/${index}`, reason })),
    });
  }
  return order.map((section) => ({ kind: "section", id: section, section, decisions: bySection.get(section) ?? [] }));
}

export function isDecisionElement(value: unknown): value is DecisionElement {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "decision";
}
