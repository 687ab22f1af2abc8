import { mebibyte } from "../../model/index.js";
import type { Sample } from "../../model/index.js";
import { elapsed } from "../elapsed.js";
import { hold, type Rule } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { same } from "../sizes.js";
import type { Subject } from "../subject.js";

/**
 * A size that somebody else set is left alone for the longer cooldown. Known from the size that was last written or seen,
 * else from the sizes that the readings were taken under; when it happened is the first reading with the present size.
 */
export const changedByHand: Rule = (recommendation, subject) => {
  const { from } = recommendation;
  if (from === null) return;
  const change = changeOf(from, subject);
  if (change === null) return;
  const { cooldown, resource } = subject.settings;
  const longer = Math.max(cooldown.upSeconds, cooldown.downSeconds);
  const passed = elapsed(change.time, subject.now);
  if (!(passed < longer)) return;
  hold(recommendation, "changed-by-hand", { resource, from: change.from, to: from, passed, longer });
};

interface Change {
  readonly time: number;
  readonly from: number | null;
}

function changeOf(from: number, subject: Subject): Change | null {
  const { expected, orElse, byHand } = subject.state;
  if (expected !== undefined && (same(expected, from) || (orElse !== undefined && same(orElse, from)))) {
    return byHand !== undefined && same(byHand.to, from) ? { time: byHand.time, from: byHand.from } : null;
  }
  const seen = firstSeen(from, subject);
  if (expected === undefined) return seen.before === null ? null : { time: seen.time, from: seen.before };
  return { time: seen.time, from: expected };
}

/**
 * Since when the readings show the present size without a break, and the other size before that. Looks no further back than
 * the longer cooldown, because what happened before it does not matter.
 */
function firstSeen(from: number, subject: Subject): { time: number; before: number | null } {
  const { now, series, settings, state } = subject;
  const begin = Math.max(
    now - Math.max(settings.cooldown.upSeconds, settings.cooldown.downSeconds) * 1000,
    state.expectedSince ?? Number.NEGATIVE_INFINITY,
  );
  let time = now;
  for (let index = series.length - 1; index >= 0; index -= 1) {
    const sample = sampleAt(series, index);
    if (sample === undefined) break;
    const size = sizeIn(sample, subject);
    if (size === null) continue;
    if (Math.abs(size - from) > 1e-6 * from) return { time, before: size };
    time = sample.time;
    if (time < begin) break;
  }
  return { time, before: null };
}

/** The size a reading was taken under, `null` where it does not tell. */
function sizeIn(sample: Sample, subject: Subject): number | null {
  const size = recordedSize(sample, subject);
  return size !== null && size > 0 ? size : null;
}

function recordedSize(sample: Sample, subject: Subject): number | null {
  const { resource } = subject.settings;
  if (resource === "memory") return sample.memoryLimit === null ? null : sample.memoryLimit / mebibyte;
  if (resource === "cpulimit") return sample.cpulimit ?? null;
  // Without the key, Proxmox shows its cpulimit or the node's cores in that place.
  return subject.container.configuration?.cores === null ? null : sample.cores;
}
