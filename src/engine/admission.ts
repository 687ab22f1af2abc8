import { mebibyte } from "../model/index.js";
import type { Safety } from "../config/index.js";
import type { Node } from "../model/index.js";
import type { Draft } from "./draft.js";
import { because, isSized, limit, type Recommendation, type Sized } from "./recommendation.js";
import { larger, roundDown } from "./sizes.js";
import { otherLimitOf } from "./subject.js";
import { amount, figure, percent } from "./words.js";

/** What is left of a node for the growth of this cycle: cores and MiB, `null` where the node does not tell. */
interface Room {
  cpu: number | null;
  memory: number | null;
  /** Why nothing grows on it at all. */
  readonly full: string | null;
}

/**
 * Lets growth through as far as each node has room, higher priority first, then by vmid. The reserve is taken off once;
 * what counts is what is in use and available, not what is allocated. Every growth is expected to be used in full.
 */
export function admit(drafts: readonly Draft[], safety: Safety): readonly Draft[] {
  const growing: number[] = [];
  drafts.forEach(({ recommendation: { from, to } }, index) => {
    if (from !== null && to !== null && larger(to, from)) growing.push(index);
  });
  if (growing.length === 0) return drafts;
  growing.sort((a, b) => priorityOf(drafts[b]) - priorityOf(drafts[a]) || a - b);
  const rooms = new Map<string, Room>();
  const admitted = [...drafts];
  for (const index of growing) {
    const draft = admitted[index];
    if (draft === undefined || !isSized(draft.recommendation)) continue;
    admitted[index] = { ...draft, recommendation: admitOne(draft.recommendation, draft, rooms, safety) };
  }
  return admitted;
}

function priorityOf(draft: Draft | undefined): number {
  return draft?.effective.priority ?? 0;
}

function admitOne(recommendation: Sized, draft: Draft, rooms: Map<string, Room>, safety: Safety): Recommendation {
  const { subject } = draft;
  const { node, settings } = subject;
  if (node === null) {
    const text = `nothing is known of node ${subject.container.node}: its limits and reserve are not applied`;
    return because(recommendation, "node-unknown", text);
  }
  const room = rooms.get(node.name) ?? roomOf(node, safety);
  rooms.set(node.name, room);
  const { from } = recommendation;
  if (room.full !== null) return limit(recommendation, from, "node-limit", room.full);
  const kind = settings.resource === "memory" ? "memory" : "cpu";
  const free = room[kind];
  if (free === null) {
    const what = kind === "memory" ? "memory" : "CPU";
    return limit(recommendation, from, "node-unknown", `how much ${what} node ${node.name} has in use is not known`);
  }
  const other = otherLimitOf(subject);
  const reserved =
    kind === "memory" ? `${figure(safety.reserve.memory)} MiB` : `${percent(safety.reserve.cpu)} of its cores`;
  const words = `node ${node.name} has ${amount(Math.max(0, free), settings.resource)} to give beside the reserve of ${reserved}`;
  const granted = fit(recommendation, free, settings.step, other, words);
  room[kind] = free - extra(granted.from, granted.to, other);
  return granted;
}

/** All of it, or else what a boost falls back on, or else as many grains as there is room for. */
function fit(recommendation: Sized, free: number, grain: number, other: number, words: string): Sized {
  const { from, to } = recommendation;
  if (!larger(extra(from, to, other), free)) return recommendation;
  const { fallback } = recommendation;
  if (fallback !== null && larger(to, fallback) && larger(fallback, from)) {
    const smallerBoost = limit(recommendation, fallback, "boost-fallback", `${words}: boosted less`);
    return fit({ ...smallerBoost, fallback: null }, free, grain, other, words);
  }
  return limit(recommendation, Math.max(from, roundDown(from + Math.max(0, free), grain)), "node-reserve", words);
}

/** The demand that a growth may add: what lies beyond another limit can't be used. */
function extra(from: number, to: number, other: number): number {
  return Math.max(0, Math.min(to, other) - Math.min(from, other));
}

function roomOf(node: Node, safety: Safety): Room {
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

function fullness(node: Node, cpu: number | null, memory: number | null, safety: Safety): string | null {
  const { nodeLimits } = safety;
  if (cpu !== null && larger(cpu, nodeLimits.cpu)) {
    return `node ${node.name} has ${percent(cpu)} of its CPU in use, over its limit of ${percent(nodeLimits.cpu)}`;
  }
  if (memory !== null && larger(memory, nodeLimits.memory)) {
    return `node ${node.name} has ${percent(memory)} of its memory in use, over its limit of ${percent(nodeLimits.memory)}`;
  }
  return null;
}
