import type { Strategy } from "../../config/index.js";
import { want, type Sized } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { otherLimitOf, type Subject } from "../subject.js";
import { otherLimitBinds } from "./other-limit.js";

/**
 * The size at which what is in use is the target's share of it. Inside target × (1 ± tolerance) nothing changes,
 * and neither does it where the grain has no better size: a growth needs a larger multiple, a shrink a smaller one.
 */
export function target(recommendation: Sized, subject: Subject, strategy: Extract<Strategy, { kind: "target" }>): void {
  const { from, reading } = recommendation;
  const usage = reading.use / reading.capacity;
  const lowest = strategy.target * (1 - strategy.tolerance);
  const highest = strategy.target * (1 + strategy.tolerance);
  if (!smaller(usage, lowest) && !larger(usage, highest)) {
    want(recommendation, from, "target", { reading, lowest, highest });
    return;
  }
  const exact = reading.use / strategy.target;
  const grain = subject.settings.step;
  const size = Math.max(grain, roundUp(exact, grain));
  const values = { reading, target: strategy.target, exact, size };
  if (smaller(usage, lowest)) {
    want(recommendation, Math.min(size, from), "target", values);
  } else if (larger(size, from) || !smaller(otherLimitOf(subject), from)) {
    want(recommendation, Math.max(size, from), "target", values);
  } else {
    // Its size is enough for the target: what it is busy against is another limit.
    want(recommendation, from, "target", { reading, above: highest });
    otherLimitBinds(recommendation, subject);
  }
}
