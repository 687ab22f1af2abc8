import type { Strategy, Threshold } from "../../config/index.js";
import { formatDuration } from "../../model/index.js";
import { because, undecided, want, type Recommendation, type Sized } from "../recommendation.js";
import { larger, multipleAbove, roundUp, smaller } from "../sizes.js";
import { shrunkBy, type Subject } from "../subject.js";
import { judgeWindow, type WindowVerdict } from "../window.js";
import { figure, percent } from "../words.js";
import { inUseWords, usageWords } from "./usage.js";

type Thresholds = Extract<Strategy, { kind: "thresholds" }>;

/** Grows where usage is at or above `above` all through its `for`, shrinks where it is at or below `below` all through its own. */
export function thresholds(recommendation: Sized, subject: Subject, strategy: Thresholds): Recommendation {
  const { from, reading } = recommendation;
  const { up, down } = strategy;
  const usage = reading.use / reading.capacity;
  if (up !== null && !smaller(usage, up.threshold)) return growth(recommendation, subject, up);
  if (down !== null && !larger(usage, down.threshold)) return shrink(recommendation, subject, down, up);
  return want(recommendation, from, "thresholds", `${usageWords(reading, from, subject)} ${between(strategy)}`);
}

function between({ up, down }: Thresholds): string {
  const above = up === null ? null : percent(up.threshold);
  const below = down === null ? null : percent(down.threshold);
  if (above !== null && below !== null) return `is between ${below} and ${above}`;
  if (above !== null) return `is below ${above}`;
  if (below !== null) return `is above ${below}`;
  return "is not held against any threshold";
}

/**
 * At least `step` larger, and otherwise the smallest size that brings what is in use below the threshold:
 * 3.8 of 4 cores at 80 % takes 5, 4 of 4 takes 6, because 4 / 5 is still 80 %.
 */
function growth(recommendation: Sized, subject: Subject, up: Threshold): Recommendation {
  const { from, reading } = recommendation;
  const verdict = judgeWindow(subject, up.forSeconds, "above", up.threshold);
  const open = notYet(recommendation, subject, up, verdict, "at or above");
  if (open !== null) return open;
  const grain = subject.settings.step;
  const size = Math.max(roundUp(from + up.step, grain), multipleAbove(reading.use / up.threshold, grain));
  const text =
    `${inUseWords(reading, from, subject)}, at or above ${percent(up.threshold)} ` +
    `${lasting(up, verdict)}; ${figure(size)} brings it below`;
  return said(want(recommendation, size, "above", text), subject, verdict, up);
}

/** At least `step` smaller, and otherwise the smallest size that keeps the most that was in use below the growth threshold. */
function shrink(recommendation: Sized, subject: Subject, down: Threshold, up: Threshold | null): Recommendation {
  const { from, reading } = recommendation;
  const verdict = judgeWindow(subject, down.forSeconds, "below", down.threshold);
  const open = notYet(recommendation, subject, down, verdict, "at or below");
  if (open !== null) return open;
  const grain = subject.settings.step;
  const keepBelow = up?.threshold ?? 1;
  const size = Math.min(shrunkBy(from, down.step, grain), multipleAbove(verdict.highestUse / keepBelow, grain));
  const peaked = { ...recommendation, peak: verdict.highestUse };
  const condition = `${inUseWords(reading, from, subject)}, at or below ${percent(down.threshold)}`;
  if (!smaller(size, from)) return want(peaked, from, "below", `${condition}, but there is no smaller size`);
  const text =
    `${condition} ${lasting(down, verdict)}; with at most ${figure(verdict.highestUse)} in use ${figure(size)} ` +
    `keeps it below ${percent(keepBelow)}`;
  return said(want(peaked, size, "below", text), subject, verdict, down);
}

/** The hold for a condition that is true now but not, or not known to be, of its whole window; `null` where it is. */
function notYet(
  recommendation: Sized,
  subject: Subject,
  threshold: Threshold,
  verdict: WindowVerdict,
  words: string,
): Recommendation | null {
  const { from, reading } = recommendation;
  const span = formatDuration(threshold.forSeconds);
  const condition = `${words} ${percent(threshold.threshold)}`;
  if (!verdict.sufficient) {
    const text =
      `${usageWords(reading, from, subject)} is ${condition}, but only ${verdict.there} of ` +
      `${verdict.expected} readings of the last ${span} are there`;
    return undecided(recommendation, "insufficient-data", text);
  }
  if (verdict.brokenAt !== null) {
    const ago = formatDuration((subject.now - verdict.brokenAt) / 1000);
    const text = `${usageWords(reading, from, subject)} is ${condition}, but was not ${ago} ago; it takes ${span}`;
    return want(recommendation, from, "thresholds", text);
  }
  return null;
}

function lasting(threshold: Threshold, verdict: WindowVerdict): string {
  return verdict.coarse ? "in the last reading" : `for ${formatDuration(threshold.forSeconds)}`;
}

function said(recommendation: Sized, subject: Subject, verdict: WindowVerdict, threshold: Threshold): Recommendation {
  if (!verdict.coarse) return recommendation;
  const text =
    `the source has one reading every ${formatDuration(subject.series.stepSeconds)}, coarser than ` +
    `${formatDuration(threshold.forSeconds)}, so the last one alone decided`;
  return because(recommendation, "coarse-history", text);
}
