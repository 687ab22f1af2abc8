import type { MatchSubject } from "../config/index.js";
import type { Container } from "../model/index.js";

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

/** `101 (web-1)`. */
export function containerLabel(container: { readonly vmid: number; readonly name: string }): string {
  return container.name === "" ? String(container.vmid) : `${container.vmid} (${container.name})`;
}
