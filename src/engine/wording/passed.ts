import type { ResourceSettings } from "../../config/index.js";
import { formatDuration } from "../../model/index.js";
import type { Resource } from "../../model/index.js";
import type { Pressed, Reading } from "../reading.js";
import { percent, usageWords } from "../words.js";

/** A resource that strategies decide about. */
export type Managed = ResourceSettings["resource"];

/** What a window of readings was asked for. Times are seconds, thresholds fractions. */
export interface Asked {
  readonly reading: Reading;
  readonly direction: "above" | "below";
  readonly threshold: number;
  readonly forSeconds: number;
  /** Set where it is not usage that is past its threshold, but that tasks waited. */
  readonly pressed?: Pressed;
}

/** A threshold that was passed all through its window, or in the last reading of a source too coarse for it. */
export interface Passed extends Omit<Asked, "direction" | "pressed"> {
  readonly coarse: boolean;
}

/** `95 % of 4 cores is at or above 80 %`. */
export function isPast({ reading, direction, threshold, pressed }: Asked): string {
  if (pressed !== undefined) return pressedWords(pressed, reading.resource);
  return `${usageWords(reading)} is at or ${direction} ${percent(threshold)}`;
}

/** How long a threshold was passed: `for 2m`. */
export function lasting({ coarse, forSeconds }: Pick<Passed, "coarse" | "forSeconds">): string {
  return coarse ? "in the last reading" : `for ${formatDuration(forSeconds)}`;
}

/** `tasks waited for a CPU 30 % of the time, at or above 20 %`. */
export function pressedWords({ waited, pressure }: Pressed, resource: Resource): string {
  const what = resource === "memory" ? "memory" : "a CPU";
  return `tasks waited for ${what} ${percent(waited)} of the time, at or above ${percent(pressure)}`;
}
