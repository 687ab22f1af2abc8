import type { PausedDirections } from "../../config/index.js";
import type { ReasonValues } from "../reasons.js";
import { because, hold, limit, type Recommendation, type Sized } from "../recommendation.js";
import { same, smaller } from "../sizes.js";
import type { PauseDirection } from "../state.js";
import type { Situation } from "../subject.js";

type Paused = ReasonValues<"paused">;

/** Tags by which people pause a container in Proxmox's own web page. */
const tags: ReadonlyMap<string, PauseDirection> = new Map([
  ["autoscaler-paused", "both"],
  ["autoscaler-paused-up", "up"],
  ["autoscaler-paused-down", "down"],
]);

/** The directions that tags of a container pause; `null` where none does. */
export function pausedByTag(given: readonly string[]): PauseDirection | null {
  const found = new Set(given.flatMap((tag) => tags.get(tag) ?? []));
  if (found.has("both") || found.size > 1) return "both";
  return [...found][0] ?? null;
}

/**
 * What is paused is still worked out, and then held back. That something is paused is said as well where nothing in
 * that direction was wanted.
 */
export function whilePaused(recommendation: Recommendation, situation: Situation, inFile: PausedDirections): void {
  const { from, to } = recommendation;
  if (from === null || to === null || same(from, to)) {
    const any = pauseOf(situation, inFile, null);
    if (any !== null) because(recommendation, "paused", any);
    return;
  }
  const found = pauseOf(situation, inFile, smaller(to, from) ? "down" : "up");
  if (found === null) return;
  // What nobody may touch is held, like what is stopped or locked; one direction alone is a limit to what was wanted.
  if (found.direction === "both") hold(recommendation, "paused", found);
  // A change has its reading.
  else limit(recommendation as Sized, from, "paused", found);
}

/** The first pause that counts for a direction, or for any where `direction` is `null`; `null` where there is none. */
export function pauseOf(
  { container, now, pauses }: Situation,
  inFile: PausedDirections,
  direction: "up" | "down" | null,
): Paused | null {
  if (inFile !== "none" && counts(inFile, direction)) {
    return { direction: inFile, by: "file", left: null, note: null };
  }
  for (const tag of container.tags) {
    const paused = tags.get(tag);
    if (paused !== undefined && counts(paused, direction))
      return { direction: paused, by: "tag", left: null, note: null };
  }
  for (const { scope, direction: paused, until, note } of pauses) {
    if (scope.kind === "group" || !counts(paused, direction)) continue;
    return { direction: paused, by: scope.kind, left: until === null ? null : (until - now) / 1000, note };
  }
  return null;
}

function counts(paused: PauseDirection, direction: "up" | "down" | null): boolean {
  return paused === "both" || direction === null || paused === direction;
}
