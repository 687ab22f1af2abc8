import type { Safety } from "../config/index.js";
import type { Draft } from "./draft.js";
import { limit, type Sized } from "./recommendation.js";
import type { Room } from "./rooms.js";
import { larger, roundDown } from "./sizes.js";
import { otherLimitOf } from "./subject.js";

/** How far a growth may go at its turn. */
interface Share {
  readonly to: number;
  /** What was left of the room before it. */
  readonly left: number;
  /** `null`: it gets all that it wants. */
  readonly rule: "room" | "boost-fallback" | "both" | null;
}

/** A growth that nothing is left for, and the size that it wanted. */
export interface Refused {
  readonly draft: Draft;
  readonly wanted: number;
}

/**
 * Lets one more growth into its room. Growth of higher priority is served first, then by vmid; what counts is what is in use
 * and available, not what is allocated, and every growth is expected to be used in full. Returns those that nothing is left
 * for any more, the new one or others of lower priority: they are out of the room, and have been told.
 */
export function letIn(draft: Draft, room: Room, safety: Safety): readonly Refused[] {
  const { growing } = room;
  const before = growing.findIndex((other) => precedes(draft, other));
  growing.splice(before === -1 ? growing.length : before, 0, draft);
  const refused: Refused[] = [];
  shareOut(room, (member, share) => {
    if (larger(share.to, member.recommendation.from)) return;
    refused.push({ draft: member, wanted: member.recommendation.to });
    say(member, share, safety);
  });
  for (const { draft: member } of refused) growing.splice(growing.indexOf(member), 1);
  return refused;
}

function precedes(a: Draft, b: Draft): boolean {
  const [first, second] = [a.subject.effective.priority, b.subject.effective.priority];
  return first === second ? a.place < b.place : first > second;
}

/** Writes into each growth of a room what it got. */
export function settle(room: Room, safety: Safety): void {
  shareOut(room, (member, share) => {
    say(member, share, safety);
  });
}

/** What the growth of this cycle leaves of a room. */
export function leftOf(room: Room): number {
  return shareOut(room, () => undefined);
}

function shareOut({ free, growing }: Room, each: (member: Draft, share: Share) => void): number {
  let left = free;
  for (const member of growing) {
    const other = member.kind === "size" ? otherLimitOf(member.subject) : Number.POSITIVE_INFINITY;
    const share = shareOf(member.recommendation, left, member.subject.settings.step, other);
    left -= extra(member.recommendation.from, share.to, other);
    each(member, share);
  }
  return left;
}

/** All of it, or else what a boost falls back on, or else as many grains as there is room for. */
function shareOf({ from, to, fallback }: Sized, left: number, grain: number, other: number): Share {
  if (!larger(extra(from, to, other), left)) return { to, left, rule: null };
  const falls = fallback !== null && larger(to, fallback) && larger(fallback, from);
  if (falls && !larger(extra(from, fallback, other), left)) return { to: fallback, left, rule: "boost-fallback" };
  const most = Math.max(from, roundDown(from + Math.max(0, left), grain));
  return { to: most, left, rule: falls ? "both" : "room" };
}

/** The demand that a growth may add: what lies beyond another limit can't be used. */
export function extra(from: number, to: number, other: number): number {
  return Math.max(0, Math.min(to, other) - Math.min(from, other));
}

function say(draft: Draft, { to, left, rule }: Share, safety: Safety): void {
  const { recommendation } = draft;
  if (rule === null) return;
  if (draft.kind === "disk") {
    const { volume, settings } = draft.subject;
    limit(recommendation, to, "storage-reserve", {
      storage: volume?.storage ?? "",
      free: left,
      reserve: safety.storageReserve,
      resource: settings.volume,
    });
    return;
  }
  const { resource } = draft.subject.settings;
  const room = {
    node: draft.subject.container.node,
    resource,
    free: left,
    reserve: safety.reserve[resource === "memory" ? "memory" : "cpu"],
  };
  if (rule !== "room") limit(recommendation, recommendation.fallback ?? to, "boost-fallback", room);
  if (rule !== "boost-fallback") limit(recommendation, to, "node-reserve", room);
}
