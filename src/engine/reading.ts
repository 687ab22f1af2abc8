import type { EstimateOf } from "../config/index.js";
import type { Resource } from "../model/index.js";

/** What is in use now, in the unit of the resource. */
export interface Reading {
  readonly resource: Resource;
  readonly use: number;
  /** What it could use at most. */
  readonly capacity: number;
  /** What sets the capacity where it is not the size that is managed; `null`: the size does. */
  readonly boundBy: OtherLimit | null;
}

/** What limits the use of CPU beside the size that is managed. */
export type OtherLimit =
  | { readonly kind: "cpulimit" | "cores"; readonly size: number }
  | { readonly kind: "node-cores"; readonly size: number; readonly node: string };

/** How a reading was estimated: over how many seconds, and how many readings were no more than spikes. */
export interface EstimateMade {
  readonly of: EstimateOf;
  readonly over: number;
  readonly spikes: number;
}

/** How long tasks waited, and how long they may at most before it grows, as fractions. */
export interface Pressed {
  readonly waited: number;
  readonly pressure: number;
}
