import type { Container, Reason } from "../../model/index.js";
import { nothing, reason } from "../reasons.js";
import { add, hold, type Recommendation } from "../recommendation.js";
import { settling } from "../series.js";
import type { Situation } from "../subject.js";

/** States of the HA manager in which a container is between two nodes, or about to be. */
const moving: ReadonlySet<string> = new Set([
  "migrate",
  "relocate",
  "request_start_balance",
  "fence",
  "recovery",
  "freeze",
]);

/** Whatever keeps a container from being touched at all, each with its reason. */
export function leftAlone(recommendation: Recommendation, situation: Situation): void {
  const causes = causesOf(situation);
  if (causes.length === 0) return;
  add(recommendation, ...causes);
  recommendation.held = true;
}

/** What was in use while it was locked, and in the seconds before a reading right after it, is the backup's doing. */
export function justUnlocked(recommendation: Recommendation, { lockedAt, now, periodSeconds }: Situation): void {
  if (lockedAt === null) return;
  hold(recommendation, "just-unlocked", { passed: (now - lockedAt) / 1000, wait: settling * periodSeconds });
}

const none: readonly Reason[] = [];

function causesOf({ container, effective: { ignoredBy }, mode, quorate }: Situation): readonly Reason[] {
  // The common case first: nothing to say and nothing made.
  if (
    ignoredBy === null &&
    mode !== "paused" &&
    quorate !== false &&
    !container.template &&
    container.lock === null &&
    container.haState === null &&
    container.status === "running" &&
    !container.stale
  ) {
    return none;
  }
  const causes: Reason[] = [];
  if (ignoredBy !== null) causes.push(reason("ignored", { entry: ignoredBy }));
  if (mode === "paused") causes.push(reason("mode-paused", nothing));
  if (quorate === false) causes.push(reason("no-quorum", nothing));
  if (container.template) causes.push(reason("template", nothing));
  else causes.push(...statusOf(container));
  if (container.lock !== null) causes.push(reason("locked", { lock: container.lock }));
  if (container.haState !== null && moving.has(container.haState)) {
    causes.push(reason("ha-moving", { state: container.haState }));
  }
  return causes;
}

function statusOf(container: Container): readonly Reason[] {
  if (container.stale) return [reason("stale", { node: container.node })];
  switch (container.status) {
    case "running":
      return none;
    case "stopped":
      return [reason("stopped", nothing)];
    case "paused":
      return [reason("container-paused", nothing)];
    case "unknown":
      return [reason("status-unknown", nothing)];
  }
}
