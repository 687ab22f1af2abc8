import type { Boost } from "../../config/index.js";
import { formatDuration } from "../../model/index.js";
import { because, limit, whenSized, type Recommendation, type Sized } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { larger, roundUp, smaller } from "../sizes.js";
import type { RunningBoost } from "../state.js";
import { capacityOf, floorOf, leastSize, otherLimitOf, useOf, type Subject } from "../subject.js";
import { amount, figure, percent } from "../words.js";
import { otherLimitBinds } from "./other-limit.js";

/**
 * Several saturated readings in a row multiply the size for a while. Asked after the cooldown, which it ignores.
 * Once a boost runs the strategy may grow the size, not shrink it; when it is over the size goes back.
 */
export const boost = whenSized((recommendation, subject) => {
  const running = subject.state.boost;
  // Where the size is not above the one before, there is nothing left to take back.
  if (running !== undefined && larger(recommendation.from, roundUp(running.before, subject.settings.step))) {
    return whileBoosted(recommendation, subject, running);
  }
  return subject.settings.boost === null ? recommendation : begin(recommendation, subject, subject.settings.boost);
});

function whileBoosted(recommendation: Sized, subject: Subject, running: RunningBoost): Recommendation {
  const { from, to, reading } = recommendation;
  const { settings, now } = subject;
  const since = (now - running.startedAt) / 1000;
  const left = settings.boost === null ? 0 : settings.boost.durationSeconds - since;
  if (left > 0) {
    const text = `boosted ${formatDuration(since)} ago, for ${formatDuration(left)} more`;
    return smaller(to, from)
      ? limit(recommendation, from, "boost-active", `${text}: not shrunk meanwhile`)
      : because(recommendation, "boost-active", text);
  }
  if (larger(to, from)) return because(recommendation, "boost-over", "the boost is over, but it wants to grow");
  const back = roundUp(running.before, settings.step);
  const least = Math.max(
    back,
    roundUp(reading.use, settings.step),
    floorOf(reading.use, settings),
    leastSize(settings),
  );
  const uncapped = Math.min(back, recommendation.uncapped ?? back);
  const text = `the boost of ${formatDuration(since)} ago is over: back to ${figure(back)}`;
  const wanted: Sized = { ...recommendation, uncapped };
  if (!larger(least, back)) return limit(wanted, Math.min(to, back), "boost-over", text);
  const stopped = `${text}, as far as ${amount(reading.use, settings.resource)} in use allow`;
  return limit(wanted, Math.min(to, from, least), "boost-over", stopped);
}

function begin(recommendation: Sized, subject: Subject, settings: Boost): Recommendation {
  const { from, to } = recommendation;
  if (!saturated(subject, settings)) return recommendation;
  const { step: grain } = subject.settings;
  const boosted = roundUp(from * settings.factor, grain);
  if (!larger(boosted, to)) return recommendation;
  const text =
    `the last ${settings.samples} ${settings.samples === 1 ? "reading was" : "readings were"} at or above ` +
    `${percent(settings.above)}: ${figure(settings.factor)} times its size for ${formatDuration(settings.durationSeconds)}`;
  const wanted: Sized = {
    ...because(recommendation, "boost", text),
    to: boosted,
    uncapped: Math.max(boosted, recommendation.uncapped ?? boosted),
    limited: false,
  };
  const other = otherLimitOf(subject);
  if (!larger(other, from)) return otherLimitBinds({ ...wanted, to: from }, subject);
  const useful = Math.min(boosted, roundUp(other, grain));
  const fallback = Math.min(useful, Math.max(roundUp(from * settings.fallbackFactor, grain), to));
  return { ...wanted, to: useful, fallback };
}

/** Whether the newest readings, without a gap between them, were all saturated. Time under a lock is passed over. */
function saturated(subject: Subject, { above, samples }: Boost): boolean {
  const { series, periodSeconds } = subject;
  let found = 0;
  let later: number | null = null;
  for (let index = series.length - 1; index >= 0 && found < samples; index -= 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined) return false;
    if (sample.locked === true) continue;
    if (later !== null && later - sample.time > 2 * periodSeconds * 1000) return false;
    const usage = useOf(sample, subject) / capacityOf(sample, subject);
    if (Number.isNaN(usage) || smaller(usage, above)) return false;
    later = sample.time;
    found += 1;
  }
  return found >= samples;
}
