import { limit, type Sized, type SizedRule } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { floorOf, leastSize, mostSize, type Subject } from "../subject.js";

/**
 * `min`, then `max`, which wins over it. A size outside them is brought inside without `for` and cooldown, but a cut of CPU
 * stops at what is in use and goes on as use falls, unless `shrink` is immediate.
 */
export const bounds: SizedRule = (recommendation, subject) => {
  atLeast(recommendation, subject);
  atMost(recommendation, subject);
};

function atLeast(recommendation: Sized, { settings }: Subject): void {
  if (settings.min === null) return;
  const least = leastSize(settings);
  if (!smaller(recommendation.to, least)) return;
  // A size below its minimum that does not want to shrink is what brings it up; a shrink only ends there.
  limit(recommendation, least, "min", { least, resource: settings.resource });
}

function atMost(recommendation: Sized, { settings }: Subject): void {
  const { from, to, reading } = recommendation;
  const { resource } = settings;
  const most = mostSize(settings);
  if (!larger(to, most)) return;
  limit(recommendation, most, "max", { most, resource });
  if (!larger(from, most) || resource === "memory" || settings.shrink === "immediate") return;
  const demand = roundUp(reading.use, settings.step);
  if (!larger(demand, most)) return;
  limit(recommendation, Math.min(to, from, demand), "in-use", { use: reading.use, resource });
}

/** Memory in use and its headroom: no shrink goes below, whatever asked for it. It never makes anything grow. */
export const memoryFloor: SizedRule = (recommendation, { settings }) => {
  const { from, to, reading } = recommendation;
  if (!smaller(to, from)) return;
  const floor = floorOf(reading.use, settings);
  if (!smaller(to, floor)) return;
  limit(recommendation, Math.min(from, floor), "memory-floor", {
    use: reading.use,
    headroom: settings.headroom,
    floor,
  });
};
