import type { MatchSubject } from "../config/index.js";
import type { Container, Decision } from "../model/index.js";

/** What an autoscaler file can ask about a container when it matches one. */
export function matchSubject(container: Container): MatchSubject {
  return {
    vmid: container.vmid,
    name: container.name,
    node: container.node,
    tags: container.tags,
    pool: container.pool,
  };
}

/** True where carrying the plan out means a write for this decision. */
export function isChange(decision: Decision): boolean {
  return (
    (decision.action === "scale-up" || decision.action === "scale-down") &&
    decision.to !== null &&
    decision.from !== decision.to
  );
}

/** `101 (web-1)`. */
export function containerLabel(container: { readonly vmid: number; readonly name: string }): string {
  return container.name === "" ? String(container.vmid) : `${container.vmid} (${container.name})`;
}
