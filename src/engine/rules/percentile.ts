import type { Strategy } from "../../config/index.js";
import {
  cpuForm,
  enough,
  fullWeight,
  histogramOf,
  memoryForm,
  percentile as percentileOfWindow,
  percentileOf,
  weightAt,
} from "../estimators/index.js";
import { undecided, want, type Sized } from "../recommendation.js";
import { roundUp } from "../sizes.js";
import { runningPercentile } from "../running-percentile.js";
import type { Subject } from "../subject.js";
import { usageOver } from "../usage.js";

type Percentile = Extract<Strategy, { kind: "percentile" }>;

/** The size that is not exceeded by usage for the given share of the time, with its margin. */
export function percentile(recommendation: Sized, subject: Subject, strategy: Percentile): void {
  const { of, overSeconds: over, margin, halfLifeSeconds: halfLife } = strategy;
  const { use, covered, full } = percentileUse(subject, strategy, subject.now);
  if (!(covered >= full * enough - 1e-9)) {
    undecided(recommendation, "insufficient-data", { lacking: "cover", covered, over: full, enough });
    return;
  }
  const size = percentileSize(use, margin, subject.settings.step);
  want(recommendation, size, "percentile", { of, over, halfLife, use, margin, exact: use * (1 + margin), size });
}

/** A percentile with its margin, rounded up to the grain. */
export function percentileSize(use: number, margin: number, grain: number): number {
  return Math.max(grain, roundUp(use * (1 + margin), grain));
}

interface PercentileUse {
  readonly use: number;
  /** Seconds that readings cover, and those that there are; with a half-life weighed by their age. */
  readonly covered: number;
  readonly full: number;
}

/**
 * What was not exceeded for the share of the time before `until`. With a half-life a reading of long ago counts less,
 * and so does its absence: two days of readings are four fifths of a week whose half-life is a day.
 */
export function percentileUse(subject: Subject, strategy: Percentile, until: number): PercentileUse {
  const { of, overSeconds, halfLifeSeconds } = strategy;
  const full = halfLifeSeconds === null ? overSeconds : fullWeight(overSeconds, halfLifeSeconds);
  if (until === subject.now && overSeconds >= subject.periodSeconds) {
    const { use, covered } = runningPercentile(subject, strategy);
    return { use, covered, full };
  }
  const window = usageOver(subject, overSeconds, until);
  if (halfLifeSeconds === null) {
    return { use: percentileOfWindow(window, of), covered: window.covered, full };
  }
  const form = subject.settings.resource === "memory" ? memoryForm : cpuForm;
  const histogram = histogramOf(window, form, halfLifeSeconds, until);
  return {
    use: percentileOf(histogram, of),
    covered: weightAt(histogram, until),
    full,
  };
}
