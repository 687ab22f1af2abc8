import type { Safety } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { letIn, settle, type Refused } from "./admission.js";
import { Budgets } from "./budget.js";
import type { Draft } from "./draft.js";
import { add, limit, limitBecause } from "./recommendation.js";
import { tellWhatWouldUnblock } from "./relief.js";
import { Rooms } from "./rooms.js";
import { larger } from "./sizes.js";
import type { State } from "./state.js";

export interface Choosing {
  readonly safety: Safety;
  readonly state: State;
  readonly inventory: Inventory;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Which changes of one cycle are made. What a node in danger asks for comes first, then what is short, then what is merely
 * idle, so that a container in need never waits for the shrinking of others; within each, the first by vmid and resource.
 *
 * A node in danger waits for no budget. Room is given to what is chosen and to nothing else: what `maxChangesPerCycle` or the budget of the day puts off takes none,
 * and what finds no room takes no place from others. Returns how many changes more the cycle may have.
 */
export function choose(drafts: readonly Draft[], choosing: Choosing): number {
  const { safety, state, inventory, now } = choosing;
  let places = safety.maxChangesPerCycle;
  if (drafts.length === 0) return places;
  const rooms = new Rooms(inventory, safety);
  const budgets = safety.maxChangesPerDay === null ? null : new Budgets(safety.maxChangesPerDay, state, now);
  // One object for all of them: a first look at a big cluster holds thousands back.
  const putOff = { most: safety.maxChangesPerCycle };
  const refused: Refused[] = [];
  for (const draft of inOrder(drafts)) {
    const { recommendation } = draft;
    const { from, to: wanted } = recommendation;
    const place = larger(wanted, from) ? rooms.placeOf(draft) : null;
    if (place !== null && "refused" in place) {
      limitBecause(recommendation, from, place.refused);
      refused.push({ draft, wanted });
    } else if (places === 0) {
      limit(recommendation, from, "max-changes", putOff);
    } else if (budgets === null || draft.urgent || budgets.allows(draft)) {
      places -= 1;
      budgets?.spend(draft, 1);
      if (place === null) continue;
      if ("unlimited" in place) {
        add(recommendation, place.unlimited);
        continue;
      }
      for (const out of letIn(draft, place, safety)) {
        places += 1;
        budgets?.spend(out.draft, -1);
        refused.push(out);
      }
    }
  }
  for (const room of rooms.used()) settle(room, safety);
  if (refused.length > 0) tellWhatWouldUnblock(refused, inventory, rooms);
  return places;
}

function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  const urgent: Draft[] = [];
  const growing: Draft[] = [];
  const rest: Draft[] = [];
  for (const draft of drafts) {
    const { from, to } = draft.recommendation;
    (draft.urgent ? urgent : larger(to, from) ? growing : rest).push(draft);
  }
  return [...urgent, ...growing, ...rest];
}
