import type { Action, Decision, PlanSummary } from "../model/index.js";

/**
 * The decisions of a plan in the making, counted as they are made. What changes something has a place from the
 * beginning, and is decided once all changes are known.
 */
export class DecisionList {
  readonly #decisions: (Decision | null)[] = [];
  readonly #counts: Record<Action, number> = { "scale-up": 0, "scale-down": 0, hold: 0, blocked: 0 };

  /** Takes the next place, and returns it. */
  reserve(): number {
    return this.#decisions.push(null) - 1;
  }

  /** Puts a decision at its place, instead of the one that was there. */
  put(place: number, decision: Decision): void {
    const before = this.#decisions[place];
    if (before !== undefined && before !== null) this.#counts[before.action] -= 1;
    this.#counts[decision.action] += 1;
    this.#decisions[place] = decision;
  }

  /** All that were made, in the order of their places. */
  made(): readonly Decision[] {
    return this.#decisions.filter((decision) => decision !== null);
  }

  summary(containers: number): PlanSummary {
    const counts = this.#counts;
    return {
      containers,
      scaleUp: counts["scale-up"],
      scaleDown: counts["scale-down"],
      hold: counts.hold,
      blocked: counts.blocked,
    };
  }
}
