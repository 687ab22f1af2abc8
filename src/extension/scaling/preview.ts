import type { Plan, PlanDocument } from "../../model/index.js";
import type { WantedHistory } from "../../operate/index.js";
import { decisionKey } from "./decision-row.js";
import type { PlanSource } from "./plan-source.js";

/** What the file would do as it is typed, on the readings of the last dry run. */
export interface Preview {
  /** The text in the editor. */
  readonly source: PlanSource;
  /** Of the text, or of the last one before it that could be planned for. */
  readonly plan: Plan;
  /** The same, with the reasons in words. */
  readonly shown: PlanDocument;
  /** How many containers it is about whose usage the dry run did not read, or not as far back. */
  readonly unread: number;
  /** Why there is no plan of the text as it is; `null`: there is. */
  readonly fault: string | null;
}

/** How many containers want more than was read: they are new to the plan, or are to be looked back on further. */
export function unreadIn(wanted: readonly WantedHistory[], read: readonly WantedHistory[]): number {
  const seconds = new Map(read.map((one) => [one.container.vmid, one.seconds]));
  return wanted.filter((one) => one.seconds > (seconds.get(one.container.vmid) ?? -1)).length;
}

/** The keys of the decisions of one plan that another does not have like that. */
export function differences(plan: PlanDocument, other: PlanDocument): ReadonlySet<string> {
  const words = ({ action, from, to }: PlanDocument["decisions"][number]): string => `${action} ${from} ${to}`;
  const known = new Map(other.decisions.map((decision) => [decisionKey(decision), words(decision)]));
  return new Set(plan.decisions.filter((one) => known.get(decisionKey(one)) !== words(one)).map(decisionKey));
}
