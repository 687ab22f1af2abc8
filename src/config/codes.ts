import type { Severity } from "../model/index.js";
import type { Remedy } from "./remedy.js";

/** Every finding code there is, with its severity. `docs/findings.md` explains each of them. */
export const severityOf = {
  syntax: "error",
  "duplicate-key": "error",
  "unknown-key": "error",
  "missing-key": "error",
  "wrong-type": "error",
  "not-a-choice": "error",
  "missing-unit": "error",
  "wrong-unit": "error",
  "out-of-range": "error",
  "min-above-max": "error",
  "below-above-above": "error",
  "two-strategies": "error",
  "duplicate-name": "error",
  "unknown-reference": "error",
  "empty-match": "error",
  "unknown-timezone": "error",
  "bad-address": "error",
  "bad-vmid": "error",
  "bad-secret-reference": "error",
  "too-large": "error",
  "too-deep": "error",
  "alias-limit": "error",
  "not-a-configuration": "error",
  "unsupported-version": "error",
  "bad-include": "error",
  "bad-calendar": "error",
  "would-oscillate": "warning",
  "step-above-range": "warning",
  "never-wins": "warning",
  "matches-nothing": "warning",
  "schedule-without-policy": "warning",
  "contradicting-schedules": "warning",
  "overlapping-group": "warning",
  "secret-in-clear-text": "warning",
  "unverified-tls": "warning",
  "window-shorter-than-interval": "warning",
  "coarse-history": "warning",
  "unreachable-bound": "warning",
  "emergency-below-limit": "warning",
  "deprecated-key": "warning",
  "placeholder-value": "warning",
  "unresolved-reference": "warning",
  "default-timezone": "warning",
  "older-format": "information",
  unbounded: "information",
  "default-business-hours": "information",
  "include-not-read": "information",
  "more-findings": "information",
} as const satisfies Readonly<Record<string, Severity>>;

/** The stable name of a kind of finding. */
export type FindingCode = keyof typeof severityOf;

/** So many findings are told; nobody reads more, and the editor has to draw each. */
export const mostFindings = 10_000;

/** Something wrong, before it has a place. */
export interface Problem {
  readonly code: FindingCode;
  readonly message: string;
  /** A text to put in the place of the range. */
  readonly suggestion?: string;
  /** Ways to mend it beside the suggestion, the best first. */
  readonly remedies?: readonly Remedy[];
}
