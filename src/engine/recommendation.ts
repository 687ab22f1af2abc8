import type { Reason } from "../model/index.js";
import { reason, type RuleName } from "./reasons.js";
import { same } from "./sizes.js";
import type { Subject } from "./subject.js";

/** What is in use now, in the unit of the resource. */
export interface Reading {
  readonly use: number;
  /** What it could use at most. */
  readonly capacity: number;
}

/** What one resource of one container should be, as far as the rules have come. */
export interface Recommendation {
  /** The size it has; `null` until it is known. */
  readonly from: number | null;
  readonly to: number | null;
  /** What was wanted before any limit; `null` while nothing is known of it. */
  readonly uncapped: number | null;
  readonly reading: Reading | null;
  readonly reasons: readonly Reason[];
  /** True once it is to be left alone: no further rule is asked. */
  readonly held: boolean;
  /** True where a limit took back all that was wanted. */
  readonly limited: boolean;
  /** The most that was in use while it was judged to be too large, which a shrink is held against. */
  readonly peak: number | null;
  /** A smaller growth to fall back on where the node has no room for a boost. */
  readonly fallback: number | null;
}

/** From recommendation to recommendation; one that has nothing to say returns what it was given. */
export type Rule = (recommendation: Recommendation, subject: Subject) => Recommendation;

/** A recommendation whose size and reading are known: what strategies and limits work on. */
export interface Sized extends Recommendation {
  readonly from: number;
  readonly to: number;
  readonly uncapped: number | null;
  readonly reading: Reading;
}

export const blank: Recommendation = {
  from: null,
  to: null,
  uncapped: null,
  reading: null,
  reasons: [],
  held: false,
  limited: false,
  peak: null,
  fallback: null,
};

/** Adds a reason and leaves the size as it is for good. */
export function hold(recommendation: Recommendation, rule: RuleName, text: string): Recommendation {
  return {
    ...recommendation,
    to: recommendation.from,
    reasons: [...recommendation.reasons, reason(rule, text)],
    held: true,
  };
}

/** Adds a reason for what the recommendation already is. */
export function because<R extends Recommendation>(recommendation: R, rule: RuleName, text: string): R {
  return { ...recommendation, reasons: [...recommendation.reasons, reason(rule, text)] };
}

/** A limit had its say: the size becomes `to`, and where that is the present one nothing is left of what was wanted. */
export function limit(recommendation: Sized, to: number, rule: RuleName, text: string): Sized {
  const kept = same(to, recommendation.from);
  return {
    ...recommendation,
    to: kept ? recommendation.from : to,
    reasons: [...recommendation.reasons, reason(rule, text)],
    limited: kept,
  };
}

/** A strategy had its say: both what is wanted and what it comes to so far. */
export function want(recommendation: Sized, size: number, rule: RuleName, text: string): Sized {
  const kept = same(size, recommendation.from);
  const to = kept ? recommendation.from : size;
  return { ...recommendation, to, uncapped: to, reasons: [...recommendation.reasons, reason(rule, text)] };
}

/** A strategy can't tell: nothing is wanted, and what would be is not known. Bounds still hold. */
export function undecided(recommendation: Sized, rule: RuleName, text: string): Sized {
  return { ...recommendation, uncapped: null, reasons: [...recommendation.reasons, reason(rule, text)] };
}

/** Lifts a function on sized recommendations to a rule that lets all others pass. */
export function whenSized(rule: (recommendation: Sized, subject: Subject) => Recommendation): Rule {
  return (recommendation, subject) => (isSized(recommendation) ? rule(recommendation, subject) : recommendation);
}

export function isSized(recommendation: Recommendation): recommendation is Sized {
  return recommendation.from !== null && recommendation.to !== null && recommendation.reading !== null;
}
