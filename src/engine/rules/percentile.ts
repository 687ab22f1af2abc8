import type { Strategy } from "../../config/index.js";
import { undecided, want, type Sized } from "../recommendation.js";
import { firstAfter, sampleAt } from "../series.js";
import { roundUp } from "../sizes.js";
import { useOf, type Subject } from "../subject.js";

type Percentile = Extract<Strategy, { kind: "percentile" }>;

/** Of the time that is looked at so much must be covered by readings. */
const enough = 0.8;

/** The server's own record of a week has one point in half an hour: a longer silence is a gap. */
const longestGapSeconds = 1800;

/** The size that is not exceeded by usage for the given share of the time, with its margin. */
export function percentile(recommendation: Sized, subject: Subject, strategy: Percentile): void {
  const { of, overSeconds: over, margin } = strategy;
  const { readings, covered } = weigh(subject, over);
  if (covered < over * enough - 1e-9) {
    undecided(recommendation, "insufficient-data", { lacking: "cover", covered, over, enough });
    return;
  }
  const use = nearestRank(readings, of);
  const exact = use * (1 + margin);
  const grain = subject.settings.step;
  const size = Math.max(grain, roundUp(exact, grain));
  want(recommendation, size, "percentile", { of, over, use, margin, exact, size });
}

interface Weighed {
  readonly use: number;
  readonly seconds: number;
}

/**
 * Each reading stands for the time since the one before it, so that sources of different steps can be mixed:
 * a week of half hours and an hour of minutes weigh as what they are.
 */
function weigh(subject: Subject, overSeconds: number): { readings: Weighed[]; covered: number } {
  const { now, periodSeconds, series } = subject;
  const longest = Math.max(2 * periodSeconds, longestGapSeconds);
  const begin = now - overSeconds * 1000;
  const first = firstAfter(series, begin);
  const readings: Weighed[] = [];
  let covered = 0;
  let before = first > 0 ? sampleAt(series, first - 1)?.time : undefined;
  for (let index = first; index < series.length; index += 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined) break;
    const since = before === undefined ? periodSeconds : (sample.time - Math.max(before, begin)) / 1000;
    before = sample.time;
    if (sample.locked === true) continue;
    const use = useOf(sample, subject);
    if (Number.isNaN(use)) continue;
    const seconds = since > longest ? periodSeconds : since;
    readings.push({ use, seconds });
    covered += seconds;
  }
  return { readings, covered };
}

/** The smallest use that is not exceeded for the given share of the time. */
function nearestRank(readings: readonly Weighed[], share: number): number {
  const sorted = [...readings].sort((a, b) => a.use - b.use);
  let total = 0;
  for (const reading of sorted) total += reading.seconds;
  let passed = 0;
  for (const reading of sorted) {
    passed += reading.seconds;
    if (passed >= total * share - 1e-9) return reading.use;
  }
  return sorted.at(-1)?.use ?? 0;
}
