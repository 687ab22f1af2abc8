import type { Reason } from "../model/index.js";
import type { Reading } from "./reading.js";
import { reason, type ReasonValues, type RuleName } from "./reasons.js";
import { same } from "./sizes.js";
import type { Subject } from "./subject.js";

/**
 * What one resource of one container should be, as far as the rules have come. A working record: it belongs to one
 * decision, and the rules write into it one after the other, best through the functions below.
 */
export interface Recommendation {
  /** The size it has; `null` until it is known. */
  from: number | null;
  to: number | null;
  /** What was wanted before any limit; `null` while nothing is known of it. */
  uncapped: number | null;
  reading: Reading | null;
  /** Lists are replaced, never added to: see {@link add}. */
  reasons: readonly Reason[];
  /** True once it is to be left alone: no further rule is asked. */
  held: boolean;
  /** True where a limit took back all that was wanted. */
  limited: boolean;
  /** The most that was in use while it was judged to be too large, which a shrink is held against. */
  peak: number | null;
  /** A smaller growth to fall back on where the node has no room for a boost. */
  fallback: number | null;
}

/**
 * Has its say about a recommendation, with a reason; one that has nothing to say leaves it as it is. It keeps neither of
 * the two: both are used again for the next decision where nothing is to be changed.
 */
export type Rule<About = Subject> = (recommendation: Recommendation, subject: About) => void;

/** A recommendation whose size and reading are known: what strategies and limits work on. */
export interface Sized extends Recommendation {
  from: number;
  to: number;
  reading: Reading;
}

/** The same for one whose size and reading are known. */
export type SizedRule<About = Subject> = (recommendation: Sized, subject: About) => void;

const none: readonly Reason[] = [];

/** A recommendation of which nothing is known yet: a new one, or one that nobody needs any more. */
export function blank(spare: Recommendation | null = null): Recommendation {
  if (spare === null) {
    return {
      from: null,
      to: null,
      uncapped: null,
      reading: null,
      reasons: none,
      held: false,
      limited: false,
      peak: null,
      fallback: null,
    };
  }
  spare.from = null;
  spare.to = null;
  spare.uncapped = null;
  spare.reading = null;
  spare.reasons = none;
  spare.held = false;
  spare.limited = false;
  spare.peak = null;
  spare.fallback = null;
  return spare;
}

/** Leaves the size as it is for good. */
export function hold<Name extends RuleName>(
  recommendation: Recommendation,
  rule: Name,
  values: ReasonValues<Name>,
): void {
  recommendation.to = recommendation.from;
  recommendation.held = true;
  because(recommendation, rule, values);
}

/**
 * Adds reasons that are made already. Each time a list of just the right length, because one that grows by itself takes room
 * for seventeen, and most decisions have one or two.
 */
export function add(recommendation: Recommendation, ...reasons: readonly Reason[]): void {
  recommendation.reasons = recommendation.reasons.length === 0 ? reasons : [...recommendation.reasons, ...reasons];
}

/** Adds a reason for what the recommendation already is. */
export function because<Name extends RuleName>(
  recommendation: Recommendation,
  rule: Name,
  values: ReasonValues<Name>,
): void {
  add(recommendation, reason(rule, values));
}

/** A limit had its say: the size becomes `to`, and where that is the present one nothing is left of what was wanted. */
export function limit<Name extends RuleName>(
  recommendation: Sized,
  to: number,
  rule: Name,
  values: ReasonValues<Name>,
): void {
  limitBecause(recommendation, to, reason(rule, values));
}

/** The same for a reason that several have in common. */
export function limitBecause(recommendation: Sized, to: number, why: Reason): void {
  const kept = same(to, recommendation.from);
  recommendation.to = kept ? recommendation.from : to;
  recommendation.limited = kept;
  add(recommendation, why);
}

/** A strategy had its say: both what is wanted and what it comes to so far. */
export function want<Name extends RuleName>(
  recommendation: Sized,
  size: number,
  rule: Name,
  values: ReasonValues<Name>,
): void {
  const to = same(size, recommendation.from) ? recommendation.from : size;
  recommendation.to = to;
  recommendation.uncapped = to;
  because(recommendation, rule, values);
}

/** A strategy can't tell: nothing is wanted, and what would be is not known. Bounds still hold. */
export function undecided<Name extends RuleName>(recommendation: Sized, rule: Name, values: ReasonValues<Name>): void {
  recommendation.uncapped = null;
  because(recommendation, rule, values);
}

export function isSized(recommendation: Recommendation): recommendation is Sized {
  return recommendation.from !== null && recommendation.to !== null && recommendation.reading !== null;
}
