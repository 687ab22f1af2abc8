import type { Outcome as AnyOutcome, Resource } from "../model/index.js";
import { day } from "./budget.js";
import { elapsed } from "./elapsed.js";
import { larger, same, smaller } from "./sizes.js";
import { resourceState, type ContainerState, type ResourceState, type SizeStep, type State } from "./state.js";

/** An outcome with its reasons as data or in words: only the rules' names are looked at. */
type Outcome = AnyOutcome<{ readonly rule: string }>;

/**
 * What to remember after a plan was carried out, or not: `outcomes` are the plan's decisions with how each fared. Those
 * that held or were not chosen belong to it too (`skipped`): by them the sizes of containers that were never changed are
 * known, and with that changes by hand. `now` (milliseconds) is when the successes were; cooldowns and boosts run from it.
 */
export function advance(state: State, outcomes: readonly Outcome[], now: number): State {
  let changed: Record<string, ContainerState> | null = null;
  for (const outcome of outcomes) {
    const before = resourceState(changed ?? state.containers, outcome.vmid, outcome.resource);
    const after = remember(before, outcome, now);
    if (after === before) continue;
    changed ??= { ...state.containers };
    changed[outcome.vmid] = { ...changed[outcome.vmid], [outcome.resource]: after };
  }
  return changed === null ? state : { ...state, containers: changed };
}

function remember(before: ResourceState, outcome: Outcome, now: number): ResourceState {
  const { from, to } = outcome;
  if (from === null || to === null) return before;
  switch (outcome.outcome) {
    case "applied":
      return same(from, to) ? seen(before, outcome.resource, from, now) : succeeded(before, outcome, from, to, now);
    case "unchanged":
      return seen(before, outcome.resource, to, now);
    case "skipped":
      return seen(before, outcome.resource, from, now);
    case "failed":
      return before;
    case "unknown":
      return same(from, to) ? before : lost(before, outcome, from, to, now);
  }
}

function succeeded(before: ResourceState, outcome: Outcome, from: number, to: number, now: number): ResourceState {
  const grew = larger(to, from);
  const step = { time: now, from, to };
  return compact({
    expected: to,
    expectedSince: now,
    up: grew ? step : before.up,
    down: grew ? before.down : step,
    boost: boostAfter(before, outcome, from, grew, now),
    relief: reliefAfter(before, outcome, from, grew, now),
    changes: changesAfter(before, { time: now, from, to }, outcome.resource),
  });
}

/** Milliseconds between two writes of one shrink of memory, at most: it is taken away in stages. */
const stage = 90_000;

/** The changes of the last day with one more. Stages of one shrink are one change, of the time of the first. */
function changesAfter(
  { changes = [], down }: ResourceState,
  { time, from, to }: SizeStep,
  resource: Resource,
): readonly number[] {
  const recent = changes.filter((one) => elapsed(one, time) * 1000 < day);
  const goesOn =
    resource === "memory" &&
    smaller(to, from) &&
    down !== undefined &&
    same(down.to, from) &&
    time - down.time <= stage &&
    recent.length > 0;
  return goesOn ? recent : [...recent, time];
}

/** A boost lasts until it is taken back, or somebody has taken it back already. */
function boostAfter(before: ResourceState, outcome: Outcome, from: number, grew: boolean, now: number) {
  if (grew && saidBy(outcome, "boost")) return { startedAt: now, before: from };
  const over =
    before.boost === undefined || !larger(from, before.boost.before) || (!grew && saidBy(outcome, "boost-over"));
  return over ? undefined : before.boost;
}

/** What is given to a node in danger counts from the first of it, until the container grows or a day has passed. */
function reliefAfter({ relief }: ResourceState, outcome: Outcome, from: number, grew: boolean, now: number) {
  if (grew) return undefined;
  if (!saidBy(outcome, "emergency")) return relief;
  return relief === undefined || elapsed(relief.startedAt, now) * 1000 >= day
    ? { startedAt: now, before: from }
    : relief;
}

/**
 * The write may have arrived, so either size is ours. No cooldown starts, because nothing is known to have succeeded, until
 * the size has been seen. A boost is remembered at once: one that did not arrive has nothing to take back.
 */
function lost(before: ResourceState, outcome: Outcome, from: number, to: number, now: number): ResourceState {
  const after: ResourceState = { ...before, expected: to, expectedSince: now, orElse: from };
  const boosted = larger(to, from) && saidBy(outcome, "boost");
  return boosted ? { ...after, boost: { startedAt: now, before: from } } : after;
}

function saidBy(outcome: Outcome, rule: string): boolean {
  return outcome.reasons.some((reason) => reason.rule === rule);
}

/** A size that was found rather than written: the expected one, the first one seen, or somebody else's doing. */
function seen(before: ResourceState, resource: Resource, size: number, now: number): ResourceState {
  const { expected, orElse, expectedSince = now, up, down, boost, relief, byHand, changes } = before;
  if (expected === undefined) return { ...before, expected: size, expectedSince: now };
  if (same(expected, size)) {
    if (orElse === undefined) return before;
    // The write whose answer was lost did arrive: it is a success of that time.
    const step = { time: expectedSince, from: orElse, to: expected };
    const grew = larger(expected, orElse);
    return compact({
      expected,
      expectedSince,
      up: grew ? step : up,
      down: grew ? down : step,
      boost,
      relief,
      byHand,
      changes: changesAfter(before, step, resource),
    });
  }
  if (orElse !== undefined && same(orElse, size)) {
    return compact({ expected: size, expectedSince, up, down, boost, relief, byHand, changes });
  }
  // Whoever changed it by hand has ended the boost as well.
  const step = { time: now, from: expected, to: size };
  return compact({ expected: size, expectedSince: now, up, down, byHand: step, changes });
}

/** Drops what is not there: state is JSON, which has no `undefined`. */
function compact(state: { readonly [K in keyof ResourceState]: ResourceState[K] | undefined }): ResourceState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}
