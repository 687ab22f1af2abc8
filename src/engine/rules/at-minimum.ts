import { limit, type SizedRule } from "../recommendation.js";
import { firstAfter, sampleAt } from "../series.js";
import { larger, multipleAbove, same } from "../sizes.js";
import { floorOf, leastSize, useOf, type Subject } from "../subject.js";
import { isPressed } from "../window.js";
import { contentSize } from "./content.js";

/**
 * Off-peak: down to `min`, as far as what is in use lets, without `for` and in one step; the cooldown still counts, so that it
 * does not follow each swing. What is in use may grow it by thresholds or a target as ever, but by no more than it
 * needs; what sizes by the past (a percentile, a fixed size) grows it no further than that either.
 */
export const atMinimum: SizedRule = (recommendation, subject) => {
  const { settings } = subject;
  if (!settings.atMinimum) return;
  const { from, to } = recommendation;
  const kind = settings.strategy?.kind;
  const grows = larger(to, from);
  if (!grows && wasPressed(subject)) return;
  // A target that goes by an estimate stays content with it.
  const estimate = kind === "target" ? (recommendation.peak ?? 0) : 0;
  const use = Math.max(estimate, highestUse(subject, recommendation.reading.use));
  const least = leastSize(settings);
  const size = Math.max(least, contentSize(use, subject), floorOf(use, settings));
  const byUse = kind === "thresholds" || kind === "target";
  const leastGrowth = byUse ? multipleAbove(from, settings.step) : from;
  const goal = grows ? Math.min(to, Math.max(leastGrowth, size)) : Math.min(from, size);
  // What was in use all through a `for` would hold back a shrink that does not wait for one.
  if (!grows && byUse) recommendation.peak = use;
  // A least step of thresholds that would take more than what is in use lets is made smaller; no other wish to shrink is.
  if (same(goal, to) || (larger(goal, to) && kind !== "thresholds")) return;
  recommendation.peak = use;
  recommendation.uncapped = Math.min(goal, recommendation.uncapped ?? goal);
  limit(recommendation, goal, "at-minimum", { resource: settings.resource, use, size: goal, least });
};

/** The most that was in use within the window of stabilisation. */
function highestUse(subject: Subject, newest: number): number {
  const { series, now, settings } = subject;
  let highest = newest;
  for (let index = firstAfter(series, now - settings.stabilisation.downSeconds * 1000); index < series.length;) {
    const sample = sampleAt(series, index);
    index += 1;
    if (sample === undefined || sample.locked === true) continue;
    const use = useOf(sample, subject);
    if (use > highest) highest = use;
  }
  return highest;
}

/** Whether tasks waited within the time in which usage would have to be low for a shrink: with less they would again. */
function wasPressed(subject: Subject): boolean {
  const { series, now, settings } = subject;
  const { strategy } = settings;
  if (strategy?.kind !== "thresholds") return false;
  const pressure = strategy.up?.pressure ?? null;
  if (pressure === null) return false;
  const seconds = Math.max(strategy.down?.forSeconds ?? 0, settings.stabilisation.downSeconds);
  const first = Math.min(series.length - 1, firstAfter(series, now - seconds * 1000));
  for (let index = Math.max(0, first); index < series.length; index += 1) {
    const sample = sampleAt(series, index);
    if (sample !== undefined && isPressed(sample, subject, pressure)) return true;
  }
  return false;
}
