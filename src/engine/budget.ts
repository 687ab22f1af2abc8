import type { Safety } from "../config/index.js";
import type { Draft } from "./draft.js";
import { limit } from "./recommendation.js";
import { elapsed } from "./elapsed.js";
import type { State } from "./state.js";

/** Milliseconds in which the changes of a day are counted. */
export const day = 86_400_000;

/**
 * How many changes each container may still have, where the file limits those of a day. Swap is not counted: it follows
 * memory in the same write.
 */
export class Budgets {
  /** Times of the last 24 hours by vmid, oldest first. */
  readonly #spent = new Map<number, { readonly past: readonly number[]; planned: number }>();

  constructor(
    private readonly most: NonNullable<Safety["maxChangesPerDay"]>,
    private readonly state: State,
    private readonly now: number,
  ) {}

  /** Whether a change may be made; if not, it is held back with the reason. */
  allows(draft: Draft): boolean {
    const { past, planned } = this.#of(draft);
    if (past.length + planned < this.most) return true;
    const oldest = past[past.length + planned - this.most];
    const resets = oldest === undefined ? null : (oldest + day - this.now) / 1000;
    limit(draft.recommendation, draft.recommendation.from, "day-budget", { most: this.most, resets });
    return false;
  }

  /** Counts a change that is to be made, or takes it back. */
  spend(draft: Draft, changes: 1 | -1): void {
    this.#of(draft).planned += changes;
  }

  #of({ subject }: Draft): { readonly past: readonly number[]; planned: number } {
    const { vmid } = subject.container;
    let found = this.#spent.get(vmid);
    if (found === undefined) {
      found = { past: changesOf(this.state, vmid, this.now), planned: 0 };
      this.#spent.set(vmid, found);
    }
    return found;
  }
}

/** Successes, and writes whose answer was lost: they may have arrived. */
function changesOf(state: State, vmid: number, now: number): readonly number[] {
  return Object.entries(state.containers[vmid] ?? {})
    .flatMap(([resource, remembered]) => {
      if (resource === "swap" || remembered === undefined) return [];
      const { changes = [], orElse, expectedSince } = remembered;
      return orElse === undefined || expectedSince === undefined ? changes : [...changes, expectedSince];
    })
    .filter((time) => elapsed(time, now) * 1000 < day)
    .sort((a, b) => a - b);
}
