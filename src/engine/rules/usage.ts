import { formatPercent } from "../../model/index.js";
import type { Reading } from "../recommendation.js";
import { same } from "../sizes.js";
import { otherLimitOf, type Subject } from "../subject.js";
import { figure, sized } from "../words.js";

/** `95 % of 4 cores`, or `… of its cpulimit of 0.5` where another limit is what counts. */
export function usageWords(reading: Reading, from: number, subject: Subject): string {
  return `${formatPercent(reading.use / reading.capacity)} of ${capacityWords(reading, from, subject)}`;
}

/** `95 % of 4 cores is 3.8 in use`. */
export function inUseWords(reading: Reading, from: number, subject: Subject): string {
  return `${usageWords(reading, from, subject)} is ${figure(reading.use)} in use`;
}

function capacityWords(reading: Reading, from: number, subject: Subject): string {
  if (!same(reading.capacity, from)) {
    const other = otherLimitOf(subject);
    if (other !== null && same(reading.capacity, other.size)) return other.words;
  }
  return sized(reading.capacity, subject.settings.resource);
}
