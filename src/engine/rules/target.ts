import type { Strategy } from "../../config/index.js";
import { want, type Recommendation, type Sized } from "../recommendation.js";
import { larger, roundUp, same, smaller } from "../sizes.js";
import { otherLimitOf, type Subject } from "../subject.js";
import { figure, percent } from "../words.js";
import { otherLimitBinds } from "./other-limit.js";
import { inUseWords, usageWords } from "./usage.js";

/**
 * The size at which what is in use is the target's share of it. Inside target × (1 ± tolerance) nothing changes,
 * and neither does it where the grain has no better size: a growth needs a larger multiple, a shrink a smaller one.
 */
export function target(
  recommendation: Sized,
  subject: Subject,
  strategy: Extract<Strategy, { kind: "target" }>,
): Recommendation {
  const { from, reading } = recommendation;
  const usage = reading.use / reading.capacity;
  const lowest = strategy.target * (1 - strategy.tolerance);
  const highest = strategy.target * (1 + strategy.tolerance);
  if (!smaller(usage, lowest) && !larger(usage, highest)) {
    const text = `${usageWords(reading, from, subject)} is inside ${percent(lowest)} to ${percent(highest)}`;
    return want(recommendation, from, "target", text);
  }
  const exact = reading.use / strategy.target;
  const grain = subject.settings.step;
  const size = Math.max(grain, roundUp(exact, grain));
  const rounded = same(size, exact) ? "" : ` (${figure(exact)}, rounded up)`;
  const text = `${inUseWords(reading, from, subject)}; at ${percent(strategy.target)} that takes ${figure(size)}${rounded}`;
  if (smaller(usage, lowest)) return want(recommendation, Math.min(size, from), "target", text);
  if (larger(size, from) || !smaller(otherLimitOf(subject), from)) {
    return want(recommendation, Math.max(size, from), "target", text);
  }
  // Its size is enough for the target: what it is busy against is another limit.
  const busy = `${inUseWords(reading, from, subject)}, above ${percent(highest)}`;
  return otherLimitBinds(want(recommendation, from, "target", busy), subject);
}
