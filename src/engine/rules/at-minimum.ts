import { limit, whenSized } from "../recommendation.js";
import { firstAfter, sampleAt } from "../series.js";
import { larger, same } from "../sizes.js";
import { floorOf, leastSize, useOf, type Subject } from "../subject.js";
import { contentSize } from "./content.js";

/**
 * Off-peak: down to `min`, as far as what is in use lets, without `for` and in one step; the cooldown still counts, so that it
 * does not follow each swing. Thresholds and a target may grow it as ever; what sizes by the past (a percentile, a
 * fixed size) no further than what is in use now needs.
 */
export const atMinimum = whenSized((recommendation, subject) => {
  const { settings } = subject;
  if (!settings.atMinimum) return;
  const { from, to } = recommendation;
  const kind = settings.strategy?.kind;
  if (larger(to, from) && (kind === "thresholds" || kind === "target")) return;
  const use = highestUse(subject, recommendation.reading.use);
  const least = leastSize(settings);
  const size = Math.max(least, contentSize(use, subject), floorOf(use, settings));
  const goal = larger(to, from) ? Math.max(from, size) : Math.min(from, size);
  // Nor by the least step of a threshold, where that would take more than what is in use lets.
  if (same(goal, to) || (larger(goal, to) && kind !== "thresholds")) return;
  recommendation.peak = use;
  recommendation.uncapped = Math.min(goal, recommendation.uncapped ?? goal);
  limit(recommendation, goal, "at-minimum", { resource: settings.resource, use, size: goal, least });
});

/** The most that was in use within the window of stabilisation. */
function highestUse(subject: Subject, newest: number): number {
  const { series, now, settings } = subject;
  let highest = newest;
  for (
    let index = firstAfter(series, now - settings.stabilisation.downSeconds * 1000);
    index < series.length;
    index += 1
  ) {
    const sample = sampleAt(series, index);
    if (sample === undefined || sample.locked === true) continue;
    const use = useOf(sample, subject);
    if (use > highest) highest = use;
  }
  return highest;
}
