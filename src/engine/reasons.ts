import type {
  DecisionDocument,
  Decision,
  Outcome,
  OutcomeDocument,
  Plan,
  PlanDocument,
  Reason,
  ReasonDocument,
} from "../model/index.js";
import { wording } from "./wording.js";

/** Stable names: `docs/reasons.md` explains each. */
export type RuleName = keyof typeof wording;

/** The numbers that a rule gives with its reason. */
export type ReasonValues<Rule extends RuleName> =
  Parameters<(typeof wording)[Rule]> extends [infer Values extends object] ? Values : Nothing;

type Nothing = Readonly<Record<string, never>>;

/** The values of a rule that has no numbers. */
export const nothing: Nothing = Object.freeze({});

export const ruleNames = Object.keys(wording) as readonly RuleName[];

/** A rule that had its say, with its numbers. Cheap: words are made by {@link reasonText}, where it is shown. */
export function reason<Rule extends RuleName>(rule: Rule, values: ReasonValues<Rule>): Reason {
  return { rule, values };
}

/** A reason in words, with the numbers of the case. One of a rule that this version does not know is its name. */
export function reasonText({ rule, values }: Reason): string {
  // `reason` is the only maker of reasons, and its type ties the values to the rule.
  const words = (wording as Readonly<Record<string, ((values: never) => string) | undefined>>)[rule];
  return words === undefined ? rule : words(values as never);
}

/** What is printed of a reason: `{ rule, text }`. */
export function reasonDocument(given: Reason): ReasonDocument {
  return { rule: given.rule, text: reasonText(given) };
}

/** Why a size is restored: it was there before that run. The only reason that no rule gives. */
export function rollbackReason(run: string): Reason {
  return reason("rollback", { run });
}

/** A decision with its reasons in words. */
export function decisionDocument(decision: Decision): DecisionDocument {
  return { ...decision, reasons: decision.reasons.map(reasonDocument) };
}

/** A plan as `plan --format json` prints it. */
export function planDocument(plan: Plan): PlanDocument {
  return { ...plan, decisions: plan.decisions.map(decisionDocument) };
}

/** An outcome as `apply --format json` and the audit log have it. */
export function outcomeDocument(outcome: Outcome): OutcomeDocument {
  return { ...outcome, reasons: outcome.reasons.map(reasonDocument) };
}
