import { chance, deriveSeed } from "./random.js";

export type Timeframe = "hour" | "day" | "week" | "month" | "year" | "decade";
export type Consolidation = "AVERAGE" | "MAX";

/** Seconds between the points of a timeframe, how many it spans, and the longest step its past is computed in. */
interface Frame {
  readonly step: number;
  readonly count: number;
  readonly stride: number;
}

const day = 86_400;

/** As Proxmox VE 9 keeps and gives them. */
export const frames: Readonly<Record<Timeframe, Frame>> = {
  hour: { step: 60, count: 60, stride: 60 },
  day: { step: 60, count: 1440, stride: 60 },
  week: { step: 1800, count: 336, stride: 300 },
  month: { step: 1800, count: 1440, stride: 300 },
  year: { step: 21_600, count: 1440, stride: 3600 },
  decade: { step: 7 * day, count: 570, stride: day },
};

/**
 * Times of the points of a timeframe in seconds: each is the end of the span it stands for, whole multiples of the step,
 * the newest one step before the span that is now under way.
 */
export function pointTimes(timeframe: Timeframe, nowMs: number): readonly number[] {
  const { step, count } = frames[timeframe];
  const current = Math.floor(nowMs / 1000 / step) * step;
  return Array.from({ length: count - 1 }, (_, index) => current - (count - 1 - index) * step);
}

/** What is kept of one span: the seconds seen, and each figure's sum (times seconds) and maximum. */
export class Bucket {
  seconds = 0;
  readonly sums: Float64Array;
  readonly highest: Float64Array;

  constructor(figures: number) {
    this.sums = new Float64Array(figures);
    this.highest = new Float64Array(figures);
  }

  clear(): void {
    this.seconds = 0;
    this.sums.fill(0);
    this.highest.fill(0);
  }

  value(figure: number, consolidation: Consolidation): number {
    if (consolidation === "MAX") return this.highest[figure] ?? 0;
    return this.seconds > 0 ? (this.sums[figure] ?? 0) / this.seconds : 0;
  }
}

/**
 * True where nothing was recorded: before the guest or node existed, and now and then for some minutes or an hour (a
 * reboot, an update). A span is a gap when its middle is; the last three hours before the start never are.
 */
export function isGap(seed: number, time: number, step: number, startMs: number): boolean {
  const start = startMs / 1000;
  const middle = time - step / 2;
  const gaps = deriveSeed(seed, 31);
  if (middle < start - (40 + 700 * chance(gaps, -1)) * day) return true;
  if (middle > start - 3 * 3600) return false;
  const dayNumber = Math.floor(middle / day);
  const luck = chance(gaps, dayNumber * 2);
  if (luck > 0.5) return false;
  const length = luck < 0.06 ? 1800 + luck * 60_000 : 120 + luck * 600;
  // A span longer than the outage is known well enough.
  if (length < step * 0.75) return false;
  const from = dayNumber * day + chance(gaps, dayNumber * 2 + 1) * (day - length);
  return middle >= from && middle < from + length;
}
