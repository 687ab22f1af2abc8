import type { SwapSettings } from "../config/index.js";
import { mebibyte } from "../model/index.js";
import { because, blank, hold, limit, type Recommendation, type Sized } from "./recommendation.js";
import { leftAlone } from "./rules/left-alone.js";
import { whilePaused } from "./rules/paused.js";
import { larger, roundUp, same, smaller } from "./sizes.js";
import type { ResourceState } from "./state.js";
import type { Situation } from "./subject.js";

/** Swap of one container. */
export interface SwapSubject extends Situation {
  readonly settings: SwapSettings;
  readonly state: ResourceState;
  /** Size that memory has after this cycle, in MiB; `null`: not known. */
  readonly memory: number | null;
  /** Seconds for which a size set by hand is left alone: the longer cooldown of memory. */
  readonly patience: number;
}

/** MiB: Proxmox counts swap in whole ones. */
const grain = 1;

/** What swap should be beside its memory. It is written together with it, so it waits for no cooldown of its own. */
export function recommendSwap(subject: SwapSubject): Recommendation {
  const recommendation = blank();
  const from = subject.container.configuration?.swap ?? null;
  recommendation.from = from;
  recommendation.to = from;
  leftAlone(recommendation, subject);
  if (recommendation.held) return recommendation;
  if (from === null || subject.memory === null) {
    hold(recommendation, "size-unknown", { missing: from === null ? "swap" : "memory-limit" });
    return recommendation;
  }
  const { container, settings, memory } = subject;
  const reading = { resource: "swap" as const, use: (container.swap ?? 0) / mebibyte, capacity: from, boundBy: null };
  const sized: Sized = Object.assign(recommendation, { from, to: from, reading });
  if (changedByHand(sized, subject)) return recommendation;
  const size = roundUp(memory * settings.ofMemory, grain);
  sized.to = same(size, from) ? from : size;
  sized.uncapped = sized.to;
  because(sized, "follows-memory", { share: settings.ofMemory, memory, size });
  if (smaller(sized.to, settings.min)) {
    limit(sized, roundUp(settings.min, grain), "min", { least: settings.min, resource: "swap" });
  }
  if (settings.max !== null && larger(sized.to, settings.max)) {
    limit(sized, Math.floor(settings.max), "max", { most: settings.max, resource: "swap" });
  }
  keepInUse(sized, subject);
  whilePaused(sized, subject, settings.pause);
  return recommendation;
}

/** What is swapped out stays: no shrink goes below it, and none is made where that is not known. */
function keepInUse(recommendation: Sized, { container }: SwapSubject): void {
  const { from, to } = recommendation;
  if (!smaller(to, from)) return;
  if (container.swap === null) {
    hold(recommendation, "missing-reading", { figure: "swap" });
    return;
  }
  const use = container.swap / mebibyte;
  const least = Math.min(from, roundUp(use, grain));
  if (smaller(to, least)) limit(recommendation, least, "in-use", { use, resource: "swap" });
}

/** A size that somebody else set is left alone for as long as one of memory would be. */
function changedByHand(recommendation: Sized, { state, now, patience }: SwapSubject): boolean {
  const { from } = recommendation;
  const { expected, orElse, byHand } = state;
  const ours = expected === undefined || same(expected, from) || (orElse !== undefined && same(orElse, from));
  const change = ours
    ? byHand !== undefined && same(byHand.to, from)
      ? { time: byHand.time, from: byHand.from }
      : null
    : { time: now, from: expected };
  const passed = change === null ? Number.POSITIVE_INFINITY : (now - change.time) / 1000;
  if (change === null || passed >= patience) return false;
  hold(recommendation, "changed-by-hand", { resource: "swap", from: change.from, to: from, passed, longer: patience });
  return true;
}
