import type { Decision, PlanSummary } from "../model/index.js";

/**
 * The decisions of a plan in the making. What changes something has a place from the beginning, and is decided once all
 * changes are known.
 */
export class DecisionList {
  readonly #decisions: (Decision | null)[] = [];

  /** Takes the next place, and returns it. */
  reserve(): number {
    return this.#decisions.push(null) - 1;
  }

  /** Puts a decision at its place, instead of the one that was there. */
  put(place: number, decision: Decision): void {
    this.#decisions[place] = decision;
  }

  /** All that were made, in the order of their places. */
  made(): readonly Decision[] {
    return this.#decisions.filter((decision) => decision !== null);
  }
}

/** How many decisions there are of each kind. */
export function summaryOf(decisions: readonly Decision[], containers: number): PlanSummary {
  let scaleUp = 0;
  let scaleDown = 0;
  let hold = 0;
  for (const { action } of decisions) {
    if (action === "hold") hold += 1;
    else if (action === "scale-up") scaleUp += 1;
    else if (action === "scale-down") scaleDown += 1;
  }
  return { containers, scaleUp, scaleDown, hold, blocked: decisions.length - hold - scaleUp - scaleDown };
}
