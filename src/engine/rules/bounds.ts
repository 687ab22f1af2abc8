import { limit, whenSized, type Sized } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { floorOf, leastSize, mostSize, type Subject } from "../subject.js";
import { amount, figure, percent, sized } from "../words.js";

/**
 * `min`, then `max`, which wins over it. A size outside them is brought inside without `for` and cooldown, but a cut of CPU
 * stops at what is in use and goes on as use falls, unless `shrink` is immediate.
 */
export const bounds = whenSized((recommendation, subject) => atMost(atLeast(recommendation, subject), subject));

function atLeast(recommendation: Sized, subject: Subject): Sized {
  const { settings } = subject;
  if (settings.min === null) return recommendation;
  const least = leastSize(settings);
  if (!smaller(recommendation.to, least)) return recommendation;
  // A size below its minimum that does not want to shrink is what brings it up; a shrink only ends there.
  return limit(recommendation, least, "min", `min is ${sized(least, settings.resource)}`);
}

function atMost(recommendation: Sized, subject: Subject): Sized {
  const { settings } = subject;
  const { from, to, reading } = recommendation;
  const most = mostSize(settings);
  if (!larger(to, most)) return recommendation;
  const text = `max is ${sized(most, settings.resource)}`;
  if (!larger(from, most) || settings.resource === "memory" || settings.shrink === "immediate") {
    return limit(recommendation, most, "max", text);
  }
  const demand = roundUp(reading.use, settings.step);
  if (!larger(demand, most)) return limit(recommendation, most, "max", text);
  const stop = Math.min(to, from, demand);
  const words = `${amount(reading.use, settings.resource)} in use: it goes down as use falls`;
  return limit(limit(recommendation, most, "max", text), stop, "in-use", words);
}

/** Memory in use and its headroom: no shrink goes below, whatever asked for it. It never makes anything grow. */
export const memoryFloor = whenSized((recommendation, subject) => {
  const { from, to, reading } = recommendation;
  if (!smaller(to, from)) return recommendation;
  const floor = floorOf(reading.use, subject.settings);
  if (!smaller(to, floor)) return recommendation;
  const text =
    `${figure(reading.use)} MiB in use and ${percent(subject.settings.headroom)} headroom ` +
    `take ${figure(floor)} MiB`;
  return limit(recommendation, Math.min(from, floor), "memory-floor", text);
});
