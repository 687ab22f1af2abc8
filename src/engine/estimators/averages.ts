import type { UsageWindow } from "./usage-window.js";

/** The newest reading; NaN where there is none. */
export function last({ uses, length }: UsageWindow): number {
  return uses[length - 1] ?? Number.NaN;
}

/** The mean over time: a reading that stands for half an hour counts thirty times one of a minute. NaN without readings. */
export function mean({ uses, seconds, length }: UsageWindow): number {
  let sum = 0;
  let weights = 0;
  for (let index = 0; index < length; index += 1) {
    const weight = seconds[index] ?? 0;
    sum += (uses[index] ?? 0) * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : (uses[length - 1] ?? Number.NaN);
}
