import { limit, whenSized, type Sized } from "../recommendation.js";
import { larger, roundUp } from "../sizes.js";
import { otherLimitOf, otherLimitWords, type Subject } from "../subject.js";
import { figure } from "../words.js";

/**
 * A growth of CPU helps no further than the other limits let it be used: cores beyond the cpulimit, a cpulimit beyond the
 * cores, either beyond the cores of the node. Where such a limit binds already, nothing grows and it is named.
 */
export const otherLimit = whenSized((recommendation, subject) => {
  const { from, to } = recommendation;
  if (!larger(to, from)) return recommendation;
  const other = otherLimitOf(subject);
  if (!larger(other, from)) return otherLimitBinds(recommendation, subject);
  const most = roundUp(other, subject.settings.step);
  if (!larger(to, most)) return recommendation;
  return limit(
    recommendation,
    most,
    "other-limit",
    `more than ${figure(most)} is of no use beside ${otherLimitWords(subject)}`,
  );
});

/** What holds it back is not the size that is managed. */
export function otherLimitBinds(recommendation: Sized, subject: Subject): Sized {
  const managed = subject.settings.resource;
  const text = `held back by ${otherLimitWords(subject)}, not by its ${managed}`;
  return limit(recommendation, recommendation.from, "other-limit", text);
}
