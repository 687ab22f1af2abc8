import type { Strategy, Threshold } from "../../config/index.js";
import type { Pressed } from "../reading.js";
import { because, undecided, want, type Sized } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { larger, multipleAbove, roundUp, smaller } from "../sizes.js";
import { shrunkBy, type Subject } from "../subject.js";
import { isPressed, judgeWindow, pressureOf, type WindowVerdict } from "../window.js";

type Thresholds = Extract<Strategy, { kind: "thresholds" }>;

/**
 * Grows where usage is at or above `above` all through its `for`, or tasks waited as much as `pressure` says; shrinks where it
 * is at or below `below` all through its own, and nothing waited.
 */
export function thresholds(recommendation: Sized, subject: Subject, { up, down }: Thresholds): void {
  const { from, reading } = recommendation;
  const usage = reading.use / reading.capacity;
  if (up !== null && !smaller(usage, up.threshold)) {
    growth(recommendation, subject, up);
  } else if (up !== null && isPressedNow(subject, up)) {
    relief(recommendation, subject, up);
  } else if (down !== null && !larger(usage, down.threshold)) {
    shrink(recommendation, subject, down, up);
  } else {
    want(recommendation, from, "thresholds", { reading, up, down });
  }
}

function isPressedNow(subject: Subject, { pressure }: Threshold): boolean {
  if (pressure === undefined || pressure === null) return false;
  const newest = sampleAt(subject.series, subject.series.length - 1);
  return newest !== undefined && isPressed(newest, subject, pressure);
}

/**
 * At least `step` larger, and otherwise the smallest size that brings what is in use below the threshold:
 * 3.8 of 4 cores at 80 % takes 5, 4 of 4 takes 6, because 4 / 5 is still 80 %.
 */
function growth(recommendation: Sized, subject: Subject, up: Threshold): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds, pressure = null } = up;
  const verdict = judgeWindow(subject, forSeconds, "above", threshold, pressure);
  if (isOpen(recommendation, subject, up, "above", null, verdict)) return;
  const size = growthSize(reading.use, from, up, subject.settings.step);
  want(recommendation, size, "above", { reading, threshold, forSeconds, coarse: verdict.coarse, size });
  sayCoarse(recommendation, subject, up, verdict);
}

/** Usage is below the threshold, but tasks wait: a step larger. */
function relief(recommendation: Sized, subject: Subject, up: Threshold): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds, pressure = null } = up;
  const newest = sampleAt(subject.series, subject.series.length - 1);
  const waited = newest === undefined ? 0 : (pressureOf(newest, subject) ?? 0);
  const pressed = { waited, pressure: pressure ?? 1 };
  const verdict = judgeWindow(subject, forSeconds, "above", threshold, pressure);
  if (isOpen(recommendation, subject, up, "above", pressed, verdict)) return;
  const size = growthSize(reading.use, from, up, subject.settings.step);
  const { coarse } = verdict;
  want(recommendation, size, "pressure", { resource: reading.resource, ...pressed, forSeconds, coarse, size });
  sayCoarse(recommendation, subject, up, verdict);
}

/** At least `step` smaller, and otherwise the smallest size that keeps the most that was in use below the growth threshold. */
function shrink(recommendation: Sized, subject: Subject, down: Threshold, up: Threshold | null): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds } = down;
  const verdict = judgeWindow(subject, forSeconds, "below", threshold, up?.pressure ?? null);
  if (isOpen(recommendation, subject, down, "below", null, verdict)) return;
  const { coarse, highestUse } = verdict;
  const size = shrinkSize(highestUse, from, down, up, subject.settings.step);
  recommendation.peak = highestUse;
  const keepBelow = up?.threshold ?? 1;
  const less = smaller(size, from) ? size : null;
  const values = { reading, threshold, forSeconds, coarse, highestUse, keepBelow, size: less };
  want(recommendation, less ?? from, "below", values);
  if (less !== null) sayCoarse(recommendation, subject, down, verdict);
}

/** The smallest size, `step` away or more, that brings `use` below the growth threshold. */
export function growthSize(use: number, from: number, { step, threshold }: Threshold, grain: number): number {
  return Math.max(roundUp(from + step, grain), multipleAbove(use / threshold, grain));
}

/** The smallest size that keeps `use` below the growth threshold, or `step` less where that is smaller still. */
export function shrinkSize(
  use: number,
  from: number,
  { step }: Threshold,
  up: Threshold | null,
  grain: number,
): number {
  return Math.min(shrunkBy(from, step, grain), multipleAbove(use / (up?.threshold ?? 1), grain));
}

/** True for a condition that is true now but not, or not known to be, of its whole window: nothing is changed yet. */
function isOpen(
  recommendation: Sized,
  subject: Subject,
  { threshold, forSeconds }: Threshold,
  direction: "above" | "below",
  pressed: Pressed | null,
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
      ...(pressed === null ? {} : { pressed }),
      there,
      expected,
    });
    return true;
  }
  if (brokenAt === null) return false;
  const brokenAgo = (subject.now - brokenAt) / 1000;
  const asked = { reading, direction, threshold, forSeconds, ...(pressed === null ? {} : { pressed }) };
  want(recommendation, from, "thresholds", { ...asked, brokenAgo });
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
