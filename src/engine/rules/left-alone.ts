import type { Container } from "../../model/index.js";
import { reason, type RuleName } from "../reasons.js";
import type { Recommendation, Rule } from "../recommendation.js";
import type { Subject } from "../subject.js";

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
export const leftAlone: Rule = (recommendation, subject) => {
  const causes = causesOf(subject);
  if (causes.length === 0) return recommendation;
  const reasons = [...recommendation.reasons, ...causes.map(([rule, text]) => reason(rule, text))];
  const held: Recommendation = { ...recommendation, reasons, held: true };
  return held;
};

type Cause = readonly [RuleName, string];
const none: readonly Cause[] = [];

function causesOf(subject: Subject): readonly Cause[] {
  const { container, ignoredBy, mode, quorate } = subject;
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
  const causes: Cause[] = [];
  if (ignoredBy !== null) causes.push(["ignored", `the ignore list names it: ${ignoredBy}`]);
  if (mode === "paused") causes.push(["mode-paused", "mode is paused: usage is watched, nothing is changed"]);
  if (quorate === false) causes.push(["no-quorum", "the cluster has no quorum and refuses every write"]);
  if (container.template) causes.push(["template", "it is a template"]);
  else causes.push(...statusOf(container));
  if (container.lock !== null) causes.push(["locked", `it is locked (${container.lock})`]);
  if (container.haState !== null && moving.has(container.haState)) {
    causes.push(["ha-moving", `the HA manager is moving it (state ${container.haState})`]);
  }
  return causes;
}

function statusOf(container: Container): readonly Cause[] {
  if (container.stale) return [["stale", `node ${container.node} is offline: these are its last known figures`]];
  switch (container.status) {
    case "running":
      return none;
    case "stopped":
      return [["stopped", "it is stopped"]];
    case "paused":
      return [["container-paused", "it is paused"]];
    case "unknown":
      return [["status-unknown", "Proxmox does not know whether it is running"]];
  }
}
