import type { Outcome } from "../model/index.js";
import { larger, same } from "./sizes.js";
import { resourceState, type ContainerState, type ResourceState, type State } from "./state.js";

/**
 * What to remember after a plan was carried out, or not: `outcomes` are the plan's decisions with how each fared. Those
 * that held or were not chosen belong to it too (`skipped`): by them the sizes of containers that were never changed are
 * known, and with that changes by hand. `now` (milliseconds) is when the successes were; cooldowns and boosts run from it.
 */
export function advance(state: State, outcomes: readonly Outcome[], now: number): State {
  let changed: Record<string, ContainerState> | null = null;
  for (const outcome of outcomes) {
    const containers: State["containers"] = changed ?? state.containers;
    const before = resourceState({ version: 1, containers }, outcome.vmid, outcome.resource);
    const after = remember(before, outcome, now);
    if (after === before) continue;
    changed ??= { ...state.containers };
    changed[outcome.vmid] = { ...changed[outcome.vmid], [outcome.resource]: after };
  }
  return changed === null ? state : { version: 1, containers: changed };
}

function remember(before: ResourceState, outcome: Outcome, now: number): ResourceState {
  const { from, to } = outcome;
  if (from === null || to === null) return before;
  switch (outcome.outcome) {
    case "applied":
      return same(from, to) ? seen(before, from, now) : succeeded(before, outcome, from, to, now);
    case "unchanged":
      return seen(before, to, now);
    case "skipped":
      return seen(before, from, now);
    case "failed":
      return before;
    case "unknown":
      // The write may have arrived. Either size is then ours; no cooldown starts, because nothing is known to have succeeded.
      return same(from, to) ? before : { ...before, expected: to, expectedSince: now, orElse: from };
  }
}

function succeeded(before: ResourceState, outcome: Outcome, from: number, to: number, now: number): ResourceState {
  const { up, down, boost } = before;
  const step = { time: now, from, to };
  const grew = larger(to, from);
  const after: ResourceState = {
    expected: to,
    expectedSince: now,
    ...(grew ? { up: step } : up === undefined ? {} : { up }),
    ...(!grew ? { down: step } : down === undefined ? {} : { down }),
  };
  if (grew && saidBy(outcome, "boost")) return { ...after, boost: { startedAt: now, before: from } };
  // A boost lasts until it is taken back, or somebody has taken it back already.
  const over = boost === undefined || !larger(from, boost.before) || (!grew && saidBy(outcome, "boost-over"));
  return over ? after : { ...after, boost };
}

function saidBy(outcome: Outcome, rule: string): boolean {
  return outcome.reasons.some((reason) => reason.rule === rule);
}

/** A size that was found rather than written: the expected one, the first one seen, or somebody else's doing. */
function seen(before: ResourceState, size: number, now: number): ResourceState {
  const { expected, orElse } = before;
  if (expected !== undefined && same(expected, size) && orElse === undefined) return before;
  const { up, down, boost, byHand } = before;
  const steps: ResourceState = { ...(up === undefined ? {} : { up }), ...(down === undefined ? {} : { down }) };
  const ours = expected === undefined || same(expected, size) || (orElse !== undefined && same(orElse, size));
  if (!ours) {
    return { ...steps, expected: size, expectedSince: now, byHand: { time: now, from: expected, to: size } };
  }
  return {
    ...steps,
    expected: size,
    expectedSince: before.expectedSince ?? now,
    ...(boost === undefined ? {} : { boost }),
    ...(byHand === undefined ? {} : { byHand }),
  };
}
