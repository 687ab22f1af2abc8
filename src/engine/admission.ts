import { mebibyte } from "../model/index.js";
import type { Safety } from "../config/index.js";
import type { Node } from "../model/index.js";
import type { Draft } from "./draft.js";
import type { ReasonValues } from "./reasons.js";
import { because, limit, type Sized } from "./recommendation.js";
import { larger, roundDown } from "./sizes.js";
import { otherLimitOf } from "./subject.js";
import type { Room } from "./wording.js";

/** What is left of a node for the growth of this cycle: cores and MiB, `null` where the node does not tell. */
interface Left {
  cpu: number | null;
  memory: number | null;
  /** Why nothing grows on it at all. */
  readonly full: ReasonValues<"node-limit"> | null;
}

/**
 * Lets growth through as far as each node has room, higher priority first, then by vmid. The reserve is taken off once;
 * what counts is what is in use and available, not what is allocated. Every growth is expected to be used in full.
 */
export function admit(drafts: readonly Draft[], safety: Safety): void {
  const growing = drafts.filter(({ recommendation: { from, to } }) => larger(to, from));
  if (growing.length === 0) return;
  // Sorting is stable, and drafts come by vmid.
  growing.sort((a, b) => b.effective.priority - a.effective.priority);
  const lefts = new Map<string, Left>();
  for (const draft of growing) admitOne(draft, lefts, safety);
}

function admitOne({ recommendation, subject }: Draft, lefts: Map<string, Left>, safety: Safety): void {
  const { node, settings } = subject;
  const { resource } = settings;
  if (node === null) {
    because(recommendation, "node-unknown", { node: subject.container.node, figure: "all" });
    return;
  }
  const left = lefts.get(node.name) ?? leftOf(node, safety);
  lefts.set(node.name, left);
  const { from } = recommendation;
  if (left.full !== null) {
    limit(recommendation, from, "node-limit", left.full);
    return;
  }
  const kind = resource === "memory" ? "memory" : "cpu";
  const free = left[kind];
  if (free === null) {
    limit(recommendation, from, "node-unknown", { node: node.name, figure: kind === "memory" ? "memory" : "CPU" });
    return;
  }
  const other = otherLimitOf(subject);
  fit(recommendation, settings.step, other, { node: node.name, resource, free, reserve: safety.reserve[kind] });
  left[kind] = free - extra(from, recommendation.to, other);
}

/** All of it, or else what a boost falls back on, or else as many grains as there is room for. */
function fit(recommendation: Sized, grain: number, other: number, room: Room): void {
  const { from, fallback } = recommendation;
  const { free } = room;
  if (!larger(extra(from, recommendation.to, other), free)) return;
  if (fallback !== null && larger(recommendation.to, fallback) && larger(fallback, from)) {
    limit(recommendation, fallback, "boost-fallback", room);
    if (!larger(extra(from, fallback, other), free)) return;
  }
  limit(recommendation, Math.max(from, roundDown(from + Math.max(0, free), grain)), "node-reserve", room);
}

/** The demand that a growth may add: what lies beyond another limit can't be used. */
function extra(from: number, to: number, other: number): number {
  return Math.max(0, Math.min(to, other) - Math.min(from, other));
}

function leftOf(node: Node, safety: Safety): Left {
  const { cores, cpu, memoryLimit } = node;
  const available = availableOf(node);
  return {
    cpu: cores === null || cpu === null ? null : cores * (1 - safety.reserve.cpu - cpu),
    memory: available === null ? null : available / mebibyte - safety.reserve.memory,
    full: fullness(node, cpu, available === null || memoryLimit === null ? null : 1 - available / memoryLimit, safety),
  };
}

/** Bytes the kernel could still hand out; where it does not tell, what Proxmox does not count as used. */
function availableOf(node: Node): number | null {
  if (node.memoryAvailable !== null) return node.memoryAvailable;
  return node.memory === null || node.memoryLimit === null ? null : node.memoryLimit - node.memory;
}

function fullness(
  { name }: Node,
  cpu: number | null,
  memory: number | null,
  { nodeLimits }: Safety,
): ReasonValues<"node-limit"> | null {
  if (cpu !== null && larger(cpu, nodeLimits.cpu)) return { node: name, of: "CPU", used: cpu, limit: nodeLimits.cpu };
  if (memory !== null && larger(memory, nodeLimits.memory)) {
    return { node: name, of: "memory", used: memory, limit: nodeLimits.memory };
  }
  return null;
}
