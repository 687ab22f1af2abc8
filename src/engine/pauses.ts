import type { Pause, PauseDirection, PauseScope, State } from "./state.js";

/** The state with one pause more. It replaces one of the same scope and direction; those that are over are dropped. */
export function withPause(state: State, pause: Pause): State {
  const others = (state.pauses ?? []).filter(
    (other) =>
      inForce(other, pause.since) && !(sameScope(other.scope, pause.scope) && other.direction === pause.direction),
  );
  return { ...state, pauses: [...others, pause] };
}

/**
 * The state without the pauses of exactly this scope. Of one in both directions the other direction stays paused, where
 * only `up` or `down` is resumed. The same state where nothing was paused.
 */
export function withoutPause(state: State, scope: PauseScope, direction: PauseDirection): State {
  const before = state.pauses ?? [];
  const after = before.flatMap((pause) => {
    if (!sameScope(pause.scope, scope)) return [pause];
    if (direction === "both" || pause.direction === direction) return [];
    if (pause.direction !== "both") return [pause];
    const other: PauseDirection = direction === "up" ? "down" : "up";
    return [{ ...pause, direction: other }];
  });
  if (after.length === before.length && after.every((pause, index) => pause === before[index])) return state;
  return { ...state, pauses: after };
}

const none: readonly Pause[] = [];

/** The pauses in force at a time that are for everything or for this container. Nothing is made where there are none. */
export function pausesOf(state: State, vmid: number, now: number): readonly Pause[] {
  const { pauses = none } = state;
  if (pauses.length === 0) return none;
  return pauses.filter(
    (pause) =>
      (pause.scope.kind === "all" || (pause.scope.kind === "container" && pause.scope.vmid === vmid)) &&
      inForce(pause, now),
  );
}

/** Whether a pause holds at a time: from its beginning until just before its end. */
export function inForce({ until }: Pause, now: number): boolean {
  return until === null || now < until;
}

function sameScope(a: PauseScope, b: PauseScope): boolean {
  if (a.kind === "container") return b.kind === "container" && a.vmid === b.vmid;
  if (a.kind === "group") return b.kind === "group" && a.group === b.group;
  return b.kind === "all";
}
