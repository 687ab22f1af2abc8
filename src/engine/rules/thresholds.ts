import type { Strategy, Threshold } from "../../config/index.js";
import { because, undecided, want, type Sized } from "../recommendation.js";
import { larger, multipleAbove, roundUp, smaller } from "../sizes.js";
import { shrunkBy, type Subject } from "../subject.js";
import { judgeWindow, type WindowVerdict } from "../window.js";

type Thresholds = Extract<Strategy, { kind: "thresholds" }>;

/** Grows where usage is at or above `above` all through its `for`, shrinks where it is at or below `below` all through its own. */
export function thresholds(recommendation: Sized, subject: Subject, { up, down }: Thresholds): void {
  const { from, reading } = recommendation;
  const usage = reading.use / reading.capacity;
  if (up !== null && !smaller(usage, up.threshold)) {
    growth(recommendation, subject, up);
  } else if (down !== null && !larger(usage, down.threshold)) {
    shrink(recommendation, subject, down, up);
  } else {
    want(recommendation, from, "thresholds", {
      reading,
      above: up?.threshold ?? null,
      below: down?.threshold ?? null,
    });
  }
}

/**
 * At least `step` larger, and otherwise the smallest size that brings what is in use below the threshold:
 * 3.8 of 4 cores at 80 % takes 5, 4 of 4 takes 6, because 4 / 5 is still 80 %.
 */
function growth(recommendation: Sized, subject: Subject, up: Threshold): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds } = up;
  const verdict = judgeWindow(subject, forSeconds, "above", threshold);
  if (isOpen(recommendation, subject, up, "above", verdict)) return;
  const grain = subject.settings.step;
  const size = Math.max(roundUp(from + up.step, grain), multipleAbove(reading.use / threshold, grain));
  want(recommendation, size, "above", { reading, threshold, forSeconds, coarse: verdict.coarse, size });
  sayCoarse(recommendation, subject, up, verdict);
}

/** At least `step` smaller, and otherwise the smallest size that keeps the most that was in use below the growth threshold. */
function shrink(recommendation: Sized, subject: Subject, down: Threshold, up: Threshold | null): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds } = down;
  const verdict = judgeWindow(subject, forSeconds, "below", threshold);
  if (isOpen(recommendation, subject, down, "below", verdict)) return;
  const { coarse, highestUse } = verdict;
  const grain = subject.settings.step;
  const keepBelow = up?.threshold ?? 1;
  const size = Math.min(shrunkBy(from, down.step, grain), multipleAbove(highestUse / keepBelow, grain));
  recommendation.peak = highestUse;
  const values = { reading, threshold, forSeconds, coarse, highestUse, keepBelow };
  if (smaller(size, from)) {
    want(recommendation, size, "below", { ...values, size });
    sayCoarse(recommendation, subject, down, verdict);
  } else {
    want(recommendation, from, "below", { ...values, size: null });
  }
}

/** True for a condition that is true now but not, or not known to be, of its whole window: nothing is changed yet. */
function isOpen(
  recommendation: Sized,
  subject: Subject,
  { threshold, forSeconds }: Threshold,
  direction: "above" | "below",
  { there, expected, sufficient, brokenAt }: WindowVerdict,
): boolean {
  const { from, reading } = recommendation;
  if (!sufficient) {
    const lacking = "readings";
    undecided(recommendation, "insufficient-data", {
      lacking,
      reading,
      direction,
      threshold,
      forSeconds,
      there,
      expected,
    });
    return true;
  }
  if (brokenAt === null) return false;
  const brokenAgo = (subject.now - brokenAt) / 1000;
  want(recommendation, from, "thresholds", { reading, direction, threshold, forSeconds, brokenAgo });
  return true;
}

function sayCoarse(
  recommendation: Sized,
  subject: Subject,
  { forSeconds }: Threshold,
  { coarse }: WindowVerdict,
): void {
  if (coarse) because(recommendation, "coarse-history", { step: subject.series.stepSeconds, forSeconds });
}
