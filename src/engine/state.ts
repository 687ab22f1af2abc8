import type { Resource } from "../model/index.js";

/** A change of size that succeeded, whoever asked for it. Times are milliseconds since the epoch. */
export interface SizeStep {
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

/** A size that was multiplied for a while. */
export interface RunningBoost {
  readonly startedAt: number;
  /** The size to go back to. */
  readonly before: number;
}

/** Memory that a container gave back because its node was in danger. */
export interface Relief {
  readonly startedAt: number;
  /** The size that it had before the first of it. */
  readonly before: number;
}

/** What is remembered about one resource of one container. */
export interface ResourceState {
  /** The size it should have, as last written or seen. Another one was set by hand. */
  readonly expected?: number;
  /** When `expected` was written or seen first. */
  readonly expectedSince?: number;
  /** Set after a write whose answer was lost: the size it has if the write did not arrive. */
  readonly orElse?: number;
  /** The last growth and the last shrink that succeeded; each starts the cooldown of its direction. */
  readonly up?: SizeStep;
  readonly down?: SizeStep;
  readonly boost?: RunningBoost;
  /** Kept until it grows again. */
  readonly relief?: Relief;
  /** The last change that was somebody else's, and when it was noticed. */
  readonly byHand?: SizeStep;
  /** When it was changed in the last 24 hours, oldest first; kept where the file limits the changes of a day. */
  readonly changes?: readonly number[];
}

export type ContainerState = Readonly<Partial<Record<Resource, ResourceState>>>;

export type PauseDirection = "up" | "down" | "both";

/** What a pause is about. A group is a horizontal one: its number of instances stays. */
export type PauseScope =
  | { readonly kind: "all" }
  | { readonly kind: "container"; readonly vmid: number }
  | { readonly kind: "group"; readonly group: string };

/** Somebody wants no scaling, or none in one direction, for a while. Times are milliseconds since the epoch. */
export interface Pause {
  readonly scope: PauseScope;
  readonly direction: PauseDirection;
  readonly since: number;
  /** `null`: until somebody takes it back. */
  readonly until: number | null;
  /** Why, in that person's words. */
  readonly note: string | null;
}

/** What the engine remembers between two decisions: plain JSON, one for each cluster. */
export interface State {
  readonly version: 1;
  /** By vmid. */
  readonly containers: Readonly<Record<string, ContainerState>>;
  readonly pauses?: readonly Pause[];
  /** Of those that are no more: since when they have been missed, milliseconds since the epoch. */
  readonly gone?: Readonly<Record<string, number>>;
}

export function emptyState(): State {
  return { version: 1, containers: {} };
}

/** The same object wherever there is nothing. */
export const nothingRemembered: ResourceState = {};

/** The same of a container. */
export const nothingRememberedOf: ContainerState = {};

/** What is remembered of one resource, or nothing. */
export function resourceState(containers: State["containers"], vmid: number, resource: Resource): ResourceState {
  return containers[vmid]?.[resource] ?? nothingRemembered;
}
