import { blank, isSized, type Recommendation, type Rule, type Sized, type SizedRule } from "./recommendation.js";
import { same } from "./sizes.js";

/** Rules in the order they are asked; one that holds ends it. */
export interface Rules<About> {
  /** Those before a size and a reading are known: they end with both, or hold. */
  readonly known: readonly Rule<About>[];
  /** All others. */
  readonly sized: readonly SizedRule<About>[];
}

/** What the rules make of a subject; written over `spare` where that is given. */
export function recommend<About>(
  { known, sized }: Rules<About>,
  subject: About,
  spare: Recommendation | null = null,
): Recommendation {
  const recommendation = blank(spare);
  for (const rule of known) {
    rule(recommendation, subject);
    if (recommendation.held) return recommendation;
  }
  if (isSized(recommendation)) askAll(sized, recommendation, subject);
  return recommendation;
}

function askAll<About>(rules: readonly SizedRule<About>[], recommendation: Sized, subject: About): void {
  let changing = false;
  for (const rule of rules) {
    const said = recommendation.reasons.length;
    rule(recommendation, subject);
    if (recommendation.held) return;
    const before = changing;
    changing = !same(recommendation.from, recommendation.to);
    if (changing && !before) explain(recommendation, said);
  }
}

/**
 * A change begins with the rule that makes it. Where the strategy was content and a bound or a boost was not, what that says
 * comes first, because that is what a row shows: `min is 3072 MiB`, then that 52 % is between 15 % and 85 %.
 */
function explain(recommendation: Recommendation, said: number): void {
  const { reasons } = recommendation;
  if (said > 0) recommendation.reasons = [...reasons.slice(said), ...reasons.slice(0, said)];
}

/** True where it would be another size. */
export function changes(recommendation: Recommendation): recommendation is Sized {
  return isSized(recommendation) && !same(recommendation.from, recommendation.to);
}
