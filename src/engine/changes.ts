import type { Safety } from "../config/index.js";
import type { Draft } from "./draft.js";
import { isSized, limit } from "./recommendation.js";
import { same } from "./sizes.js";

/** No more than so many decisions change something in one cycle; the first by vmid and resource do. */
export function atMostChanges(drafts: readonly Draft[], safety: Safety): readonly Draft[] {
  let changes = 0;
  return drafts.map((draft) => {
    const { recommendation } = draft;
    if (!isSized(recommendation) || same(recommendation.from, recommendation.to)) return draft;
    changes += 1;
    if (changes <= safety.maxChangesPerCycle) return draft;
    const text = `at most ${safety.maxChangesPerCycle} changes in one cycle, and those of lower vmids come first`;
    return { ...draft, recommendation: limit(recommendation, recommendation.from, "max-changes", text) };
  });
}
