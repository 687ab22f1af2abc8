import { estimated, isNewest, usageOver } from "../usage.js";
import { enough } from "../estimators/index.js";
import { limit, type SizedRule } from "../recommendation.js";
import { expectedReadings, firstAfter, sampleAt } from "../series.js";
import { larger, smaller } from "../sizes.js";
import { useOf, type Subject } from "../subject.js";
import { isPressed } from "../window.js";
import { percentileUse } from "./percentile.js";
import { sizeFor } from "./content.js";

/**
 * Of all that the strategy wanted within the window the safest: a shrink goes no further than the largest, a growth no
 * further than the smallest, each direction with its own window (as the Kubernetes HPA does). Nothing is remembered for it:
 * more in use never wants a smaller size, so what was wanted follows from the most, or the least, that was in use.
 */
export const stabilisation: SizedRule = (recommendation, subject) => {
  const { upSeconds, downSeconds } = subject.settings.stabilisation;
  if (upSeconds === 0 && downSeconds === 0) return;
  const { from, to, reading } = recommendation;
  const grows = larger(to, from);
  if (!grows && !smaller(to, from)) return;
  const seconds = grows ? upSeconds : downSeconds;
  const { strategy } = subject.settings;
  if (seconds < subject.periodSeconds || strategy === null || strategy.kind === "fixed") return;
  const { there, expected, use } = extremeOf(subject, seconds, grows);
  if (there < expected * enough - 1e-9) {
    limit(recommendation, from, "insufficient-data", {
      lacking: "stabilisation",
      grows,
      there,
      expected,
      over: seconds,
    });
    return;
  }
  const safest = sizeFor(use, from, reading.capacity, subject);
  const size = grows ? Math.max(from, safest) : Math.min(from, safest);
  if (grows ? smaller(size, to) : larger(size, to)) {
    const { resource } = subject.settings;
    limit(recommendation, size, "stabilisation", { resource, grows, over: seconds, use, size: safest });
  }
};

interface Extreme {
  /** Usable readings in the window, and how many there should be. */
  readonly there: number;
  readonly expected: number;
  /** The least that was in use for a growth, the most for a shrink, as the strategy sees it. */
  readonly use: number;
}

function extremeOf(subject: Subject, seconds: number, grows: boolean): Extreme {
  const { now, periodSeconds, series, settings } = subject;
  const expected = expectedReadings(series, seconds, periodSeconds, now);
  const { strategy } = settings;
  const pressure = strategy?.kind === "thresholds" ? (strategy.up?.pressure ?? null) : null;
  const first = firstAfter(series, now - seconds * 1000);
  let there = 0;
  let use = grows ? Number.POSITIVE_INFINITY : 0;
  for (let index = first; index < series.length; index += 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined || sample.locked === true || Number.isNaN(useOf(sample, subject))) continue;
    there += 1;
    // While tasks wait it wants to grow, whatever is in use.
    if (grows && pressure !== null && isPressed(sample, subject, pressure)) continue;
    // A percentile of a long time hardly moves within the window: its two ends tell.
    if (strategy?.kind === "percentile" && index > first && index < series.length - 1) continue;
    const signal = signalAt(sample.time, useOf(sample, subject), subject);
    if (!Number.isNaN(signal)) use = grows ? Math.min(use, signal) : Math.max(use, signal);
  }
  return { there, expected, use };
}

/** What the strategy went by, or would have gone by, at the time of a reading. */
function signalAt(time: number, use: number, subject: Subject): number {
  const { strategy, estimate } = subject.settings;
  if (strategy?.kind === "percentile") return percentileUse(subject, strategy, time).use;
  if (strategy?.kind !== "target" || isNewest(estimate)) return use;
  return estimated(usageOver(subject, estimate.overSeconds, time), estimate).use;
}
