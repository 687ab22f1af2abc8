import type { Safety } from "../config/index.js";
import type { Draft } from "./draft.js";
import { limit } from "./recommendation.js";
import { larger, same } from "./sizes.js";

/**
 * No more than so many decisions change something in one cycle. What is short comes before what is merely idle, so that a
 * container in need never waits for the shrinking of others; within each, the first by vmid and resource.
 */
export function limitChanges(drafts: readonly Draft[], { maxChangesPerCycle: most }: Safety): void {
  const changing = drafts.filter(({ recommendation: { from, to } }) => !same(from, to));
  if (changing.length <= most) return;
  const grows = ({ recommendation: { from, to } }: Draft): boolean => larger(to, from);
  const first = [...changing.filter(grows), ...changing.filter((draft) => !grows(draft))];
  // One object for all of them: a first look at a big cluster holds thousands back.
  const values = { most };
  for (const { recommendation } of first.slice(most)) {
    limit(recommendation, recommendation.from, "max-changes", values);
  }
}
