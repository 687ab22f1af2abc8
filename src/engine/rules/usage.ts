import type { Reading } from "../recommendation.js";
import { same } from "../sizes.js";
import { otherLimitOf, otherLimitWords, type Subject } from "../subject.js";
import { figure, percent, sized } from "../words.js";

/** `95 % of 4 cores`, or `… of its cpulimit of 0.5` where another limit is what counts. */
export function usageWords(reading: Reading, from: number, subject: Subject): string {
  return `${percent(reading.use / reading.capacity)} of ${capacityWords(reading, from, subject)}`;
}

/** `95 % of 4 cores is 3.8 in use`. */
export function inUseWords(reading: Reading, from: number, subject: Subject): string {
  return `${usageWords(reading, from, subject)} is ${figure(reading.use)} in use`;
}

function capacityWords(reading: Reading, from: number, subject: Subject): string {
  if (!same(reading.capacity, from) && same(reading.capacity, otherLimitOf(subject))) return otherLimitWords(subject);
  return sized(reading.capacity, subject.settings.resource);
}
