import type { Safety } from "../config/index.js";
import type { Draft } from "./draft.js";
import { isSized, limit } from "./recommendation.js";
import { larger, same } from "./sizes.js";

/**
 * No more than so many decisions change something in one cycle. What is short comes before what is merely idle, so that a
 * container in need never waits for the shrinking of others; within each, the first by vmid and resource.
 */
export function atMostChanges(drafts: readonly Draft[], safety: Safety): readonly Draft[] {
  const changing = drafts.filter(changes);
  if (changing.length <= safety.maxChangesPerCycle) return drafts;
  const first = [...changing.filter(grows), ...changing.filter((draft) => !grows(draft))];
  const allowed = new Set(first.slice(0, safety.maxChangesPerCycle));
  return drafts.map((draft) => {
    const { recommendation } = draft;
    if (!isSized(recommendation) || !changes(draft) || allowed.has(draft)) return draft;
    const text = `at most ${safety.maxChangesPerCycle} changes in one cycle: growth first, then by vmid`;
    return { ...draft, recommendation: limit(recommendation, recommendation.from, "max-changes", text) };
  });
}

function changes({ recommendation }: Draft): boolean {
  return isSized(recommendation) && !same(recommendation.from, recommendation.to);
}

function grows({ recommendation }: Draft): boolean {
  return isSized(recommendation) && larger(recommendation.to, recommendation.from);
}
