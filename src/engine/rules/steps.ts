import { elapsed } from "../elapsed.js";
import { limit, type SizedRule } from "../recommendation.js";
import { larger, roundUp, smaller } from "../sizes.js";
import { floorOf, leastSize, otherLimitOf, shrunkBy, type Subject } from "../subject.js";

/** The most of one decision. Rounding to the grain may pass it, by less than a grain. Off-peak it goes down in one. */
export const maxStep: SizedRule = (recommendation, subject) => {
  const { from, to } = recommendation;
  const { resource, step: grain } = subject.settings;
  const grows = larger(to, from);
  if (!grows && !smaller(to, from)) return;
  if (subject.settings.atMinimum && !grows) return;
  const most = mostOf(subject, grows ? "up" : "down");
  if (most === null) return;
  const size = grows ? roundUp(from + most, grain) : shrunkBy(from, most, grain);
  if (grows ? larger(to, size) : smaller(to, size)) limit(recommendation, size, "max-step", { most, resource });
};

function mostOf({ settings }: Subject, direction: "up" | "down"): number | null {
  const { strategy, maxStep: most } = settings;
  if (strategy?.kind !== "thresholds") return most;
  const threshold = strategy[direction];
  return threshold === null ? null : Math.max(threshold.maxStep, threshold.step);
}

/** A shrink for lack of use that would bring usage back to the growth threshold at once is not worth making. */
export const wouldGrowAgain: SizedRule = (recommendation, subject) => {
  const { from, to, reading } = recommendation;
  const { settings } = subject;
  if (!smaller(to, from) || settings.strategy?.kind !== "thresholds") return;
  // Where nothing grows it again, it would stay short of what is in use.
  const threshold = settings.strategy.up?.threshold ?? null;
  // What the later guards will make of it is what usage must be held against.
  const landing = Math.min(from, Math.max(to, leastSize(settings), floorOf(reading.use, settings)));
  if (!smaller(landing, from)) return;
  const usage = (recommendation.peak ?? reading.use) / Math.min(landing, otherLimitOf(subject));
  if (smaller(usage, threshold ?? 1)) return;
  limit(recommendation, from, "would-grow-again", { resource: settings.resource, size: landing, usage, threshold });
};

/** Timers are not exact: what is due in less than that is due now. */
const almostSeconds = 0.5;

/** The time that must pass after a success before the next change in the same direction. */
export const cooldown: SizedRule = (recommendation, subject) => {
  const { from, to } = recommendation;
  const grew = larger(to, from);
  if (!grew && !smaller(to, from)) return;
  const last = grew ? subject.state.up : subject.state.down;
  const seconds = grew ? subject.settings.cooldown.upSeconds : subject.settings.cooldown.downSeconds;
  if (last === undefined) return;
  const passed = elapsed(last.time, subject.now);
  // A time that is no number was never.
  if (!(passed <= seconds - almostSeconds)) return;
  limit(recommendation, from, "cooldown", { grew, passed, cooldown: seconds });
};
