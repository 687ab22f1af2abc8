import type { Strategy } from "../../config/index.js";
import { covers, enough } from "../estimators/index.js";
import type { EstimateMade, Reading } from "../reading.js";
import { undecided, want, type Sized } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { otherLimitOf, type Subject } from "../subject.js";
import { estimated, isNewest, usageOver } from "../usage.js";
import { otherLimitBinds } from "./other-limit.js";

type Target = Extract<Strategy, { kind: "target" }>;

/**
 * The size at which what is in use is the target's share of it. Inside target × (1 ± tolerance) nothing changes,
 * and neither does it where the grain has no better size: a growth needs a larger multiple, a shrink a smaller one.
 * What is in use is the newest reading, or the estimate that the file asks for.
 */
export function target(recommendation: Sized, subject: Subject, strategy: Target): void {
  const { estimate } = subject.settings;
  if (isNewest(estimate)) {
    track(recommendation, subject, strategy, recommendation.reading, null);
    return;
  }
  const { of, overSeconds: over } = estimate;
  const window = usageOver(subject, over);
  if (!covers(window, over, subject.periodSeconds)) {
    undecided(recommendation, "insufficient-data", { lacking: "cover", covered: window.covered, over, enough });
    return;
  }
  const { use, spikes } = estimated(window, estimate);
  recommendation.peak = use;
  track(recommendation, subject, strategy, { ...recommendation.reading, use }, { of, over, spikes });
}

function track(
  recommendation: Sized,
  subject: Subject,
  strategy: Target,
  reading: Reading,
  estimate: EstimateMade | null,
): void {
  const { from } = recommendation;
  const usage = reading.use / reading.capacity;
  const lowest = strategy.target * (1 - strategy.tolerance);
  const highest = strategy.target * (1 + strategy.tolerance);
  if (!smaller(usage, lowest) && !larger(usage, highest)) {
    want(recommendation, from, "target", { reading, estimate, inside: strategy });
    return;
  }
  const exact = reading.use / strategy.target;
  const size = targetSize(reading.use, strategy.target, subject.settings.step);
  const values = { reading, estimate, target: strategy.target, exact, size };
  if (smaller(usage, lowest)) {
    want(recommendation, Math.min(size, from), "target", values);
  } else if (larger(size, from) || !smaller(otherLimitOf(subject), from)) {
    want(recommendation, Math.max(size, from), "target", values);
  } else {
    // Its size is enough for the target: what it is busy against is another limit.
    want(recommendation, from, "target", { reading, estimate, above: highest });
    otherLimitBinds(recommendation, subject);
  }
}

/** The smallest size of which `use` is no more than the target. */
export function targetSize(use: number, target: number, grain: number): number {
  return Math.max(grain, roundUp(use / target, grain));
}
