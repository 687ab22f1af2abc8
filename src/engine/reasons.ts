import type { Reason } from "../model/index.js";

/** Every rule that can have a say in a decision. Stable names: `docs/reasons.md` explains each. */
export const ruleNames = [
  // Left alone
  "ignored",
  "mode-paused",
  "no-quorum",
  "template",
  "locked",
  "ha-moving",
  "stopped",
  "container-paused",
  "status-unknown",
  "stale",
  // Readings
  "size-unknown",
  "unlimited",
  "missing-reading",
  "impossible-reading",
  "insufficient-data",
  "coarse-history",
  "changed-by-hand",
  // What it should be
  "thresholds",
  "above",
  "below",
  "target",
  "percentile",
  "fixed",
  "bounds-only",
  // Limits
  "other-limit",
  "max-step",
  "would-grow-again",
  "cooldown",
  "boost",
  "boost-active",
  "boost-over",
  "min",
  "max",
  "in-use",
  "memory-floor",
  "node-unknown",
  "node-limit",
  "node-reserve",
  "boost-fallback",
  "max-changes",
] as const;

export type RuleName = (typeof ruleNames)[number];

export function reason(rule: RuleName, text: string): Reason {
  return { rule, text };
}
