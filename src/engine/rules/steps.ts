import { formatDuration } from "../../model/index.js";
import { limit, whenSized } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { floorOf, leastSize, otherLimitOf, shrunkBy, type Subject } from "../subject.js";
import { amount, percent, sized } from "../words.js";

/** The most of one decision. Rounding to the grain may pass it, by less than a grain. */
export const maxStep = whenSized((recommendation, subject) => {
  const { from, to } = recommendation;
  const { resource, step: grain } = subject.settings;
  if (larger(to, from)) {
    const most = mostOf(subject, "up");
    if (most === null || !larger(to, roundUp(from + most, grain))) return recommendation;
    return limit(recommendation, roundUp(from + most, grain), "max-step", `at most ${amount(most, resource)} at once`);
  }
  if (smaller(to, from)) {
    const most = mostOf(subject, "down");
    if (most === null || !smaller(to, shrunkBy(from, most, grain))) return recommendation;
    return limit(recommendation, shrunkBy(from, most, grain), "max-step", `at most ${amount(most, resource)} at once`);
  }
  return recommendation;
});

function mostOf({ settings }: Subject, direction: "up" | "down"): number | null {
  const { strategy, maxStep: most } = settings;
  if (strategy?.kind !== "thresholds") return most;
  const threshold = strategy[direction];
  return threshold === null ? null : Math.max(threshold.maxStep, threshold.step);
}

/** A shrink for lack of use that would bring usage back to the growth threshold at once is not worth making. */
export const wouldGrowAgain = whenSized((recommendation, subject) => {
  const { from, to, reading } = recommendation;
  const { settings } = subject;
  if (!smaller(to, from) || settings.strategy?.kind !== "thresholds") return recommendation;
  // Where nothing grows it again, it would stay short of what is in use.
  const threshold = settings.strategy.up?.threshold ?? null;
  // What the later guards will make of it is what usage must be held against.
  const landing = Math.min(from, Math.max(to, leastSize(settings), floorOf(reading.use, settings)));
  if (!smaller(landing, from)) return recommendation;
  const usage = (recommendation.peak ?? reading.use) / Math.min(landing, otherLimitOf(subject));
  if (smaller(usage, threshold ?? 1)) return recommendation;
  const text =
    `${sized(landing, settings.resource)} would be ${percent(usage)} in use` +
    (threshold === null ? "" : `, and at ${percent(threshold)} it would grow again`);
  return limit(recommendation, from, "would-grow-again", text);
});

/** The time that must pass after a success before the next change in the same direction. */
export const cooldown = whenSized((recommendation, subject) => {
  const { from, to } = recommendation;
  const grows = larger(to, from);
  if (!grows && !smaller(to, from)) return recommendation;
  const last = grows ? subject.state.up : subject.state.down;
  const seconds = grows ? subject.settings.cooldown.upSeconds : subject.settings.cooldown.downSeconds;
  if (last === undefined) return recommendation;
  const passed = (subject.now - last.time) / 1000;
  if (passed >= seconds) return recommendation;
  const text = `it ${grows ? "grew" : "shrank"} ${formatDuration(passed)} ago; the cooldown is ${formatDuration(seconds)}`;
  return limit(recommendation, from, "cooldown", text);
});
