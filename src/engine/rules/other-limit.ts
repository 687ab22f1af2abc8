import { limit, type Sized, type SizedRule } from "../recommendation.js";
import { larger, roundUp } from "../sizes.js";
import { otherLimitNamed, otherLimitOf, type Subject } from "../subject.js";

/**
 * A growth of CPU helps no further than the other limits let it be used: cores beyond the cpulimit, a cpulimit beyond the
 * cores, either beyond the cores of the node. Where such a limit binds already, nothing grows and it is named.
 */
export const otherLimit: SizedRule = (recommendation, subject) => {
  const { from, to } = recommendation;
  if (!larger(to, from)) return;
  const other = otherLimitOf(subject);
  if (!larger(other, from)) {
    otherLimitBinds(recommendation, subject);
    return;
  }
  const most = roundUp(other, subject.settings.step);
  if (!larger(to, most)) return;
  limit(recommendation, most, "other-limit", { limit: otherLimitNamed(subject), most });
};

/** What holds it back is not the size that is managed. */
export function otherLimitBinds(recommendation: Sized, subject: Subject): void {
  const { resource } = subject.settings;
  limit(recommendation, recommendation.from, "other-limit", { limit: otherLimitNamed(subject), managed: resource });
}
