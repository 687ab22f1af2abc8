/** What a line comes to over the time that is shown. */
export interface Statistics {
  readonly last: number;
  /** Over time: a point counts for as long as it stands for. */
  readonly average: number;
  readonly highest: number;
  /** When it was highest, milliseconds since the epoch. */
  readonly highestAt: number;
}

/**
 * Of the values that are known; `null` where none is. A point stands for the time since the one before it, for
 * `stepSeconds` at most: what lies in a gap belongs to nobody.
 */
export function statisticsOf(
  times: readonly number[],
  values: readonly (number | null | undefined)[],
  stepSeconds: number,
): Statistics | null {
  let last: number | null = null;
  let highest: number | null = null;
  let highestAt = 0;
  let weighted = 0;
  let seconds = 0;
  let before: number | null = null;
  for (const [index, time] of times.entries()) {
    const value = values[index];
    if (value === undefined) continue;
    const share: number = before === null ? stepSeconds : Math.min(stepSeconds, (time - before) / 1000);
    before = time;
    if (value === null) continue;
    last = value;
    if (highest === null || value > highest) {
      highest = value;
      highestAt = time;
    }
    weighted += value * share;
    seconds += share;
  }
  if (last === null || highest === null) return null;
  return { last, average: seconds > 0 ? weighted / seconds : last, highest, highestAt };
}
