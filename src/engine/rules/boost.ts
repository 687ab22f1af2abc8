import type { Boost } from "../../config/index.js";
import { elapsed } from "../elapsed.js";
import { because, limit, type Sized, type SizedRule } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { larger, roundUp, same, smaller } from "../sizes.js";
import type { RunningBoost } from "../state.js";
import { capacityOf, floorOf, leastSize, otherLimitOf, useOf, type Subject } from "../subject.js";
import { otherLimitBinds } from "./other-limit.js";

/**
 * Several saturated readings in a row multiply the size for a while. Asked after the cooldown, which it ignores.
 * Once a boost runs the strategy may grow the size, not shrink it; when it is over the size goes back.
 */
export const boost: SizedRule = (recommendation, subject) => {
  const running = subject.state.boost;
  // Where the size is not above the one before, there is nothing left to take back.
  if (
    running !== undefined &&
    larger(recommendation.from, roundUp(running.before, subject.settings.step)) &&
    isOurs(recommendation.from, subject)
  ) {
    whileBoosted(recommendation, subject, running);
  } else if (subject.settings.boost !== null) {
    begin(recommendation, subject, subject.settings.boost);
  }
};

/** Whoever set another size since has ended the boost: what somebody wanted is kept, not taken back. */
function isOurs(from: number, { state: { expected, orElse } }: Subject): boolean {
  return expected === undefined || same(expected, from) || (orElse !== undefined && same(orElse, from));
}

function whileBoosted(recommendation: Sized, subject: Subject, running: RunningBoost): void {
  const { from, to, reading } = recommendation;
  const { settings, now } = subject;
  const { resource } = settings;
  const since = elapsed(running.startedAt, now);
  const left = settings.boost === null ? 0 : settings.boost.durationSeconds - since;
  if (left > 0) {
    if (smaller(to, from)) limit(recommendation, from, "boost-active", { since, left, kept: true });
    else because(recommendation, "boost-active", { since, left, kept: false });
    return;
  }
  if (larger(to, from)) {
    because(recommendation, "boost-over", { grows: true });
    return;
  }
  const back = roundUp(running.before, settings.step);
  const least = Math.max(
    back,
    roundUp(reading.use, settings.step),
    floorOf(reading.use, settings),
    leastSize(settings),
  );
  const stopped = larger(least, back);
  recommendation.uncapped = Math.min(back, recommendation.uncapped ?? back);
  limit(recommendation, stopped ? Math.min(to, from, least) : Math.min(to, back), "boost-over", {
    grows: false,
    resource,
    since,
    back,
    stoppedBy: stopped ? reading.use : null,
  });
}

function begin(recommendation: Sized, subject: Subject, settings: Boost): void {
  const { from, to } = recommendation;
  if (!saturated(subject, settings)) return;
  const { step: grain } = subject.settings;
  const boosted = roundUp(from * settings.factor, grain);
  if (!larger(boosted, to)) return;
  const { samples, above, factor, durationSeconds: duration } = settings;
  because(recommendation, "boost", { samples, above, factor, duration });
  recommendation.uncapped = Math.max(boosted, recommendation.uncapped ?? boosted);
  recommendation.limited = false;
  const other = otherLimitOf(subject);
  if (!larger(other, from)) {
    otherLimitBinds(recommendation, subject);
    return;
  }
  const useful = Math.min(boosted, roundUp(other, grain));
  recommendation.to = useful;
  recommendation.fallback = Math.min(useful, Math.max(roundUp(from * settings.fallbackFactor, grain), to));
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
