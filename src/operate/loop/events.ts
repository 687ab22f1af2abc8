import type { Mode } from "../../config/index.js";
import type { DecisionDocument, Finding, OutcomeDocument } from "../../model/index.js";

/**
 * What a loop tells, one line each. `time` and `run` are added to it: the run is the cycle's own, by which the audit log and
 * `rollback` name it, or the loop's where the line is about no cycle. The shape is public (`schemas/run.schema.json`).
 */
export type LoopEvent =
  | {
      readonly event: "started";
      readonly version: string;
      readonly file: string;
      readonly mode: Mode;
      /** Seconds. */
      readonly interval: number;
      readonly endpoint: string;
      readonly identity: string;
    }
  | ({ readonly event: "cycle" } & CycleSummary)
  /** What the engine would change or is kept from changing, when it is not the same as a cycle before. */
  | ({ readonly event: "decision" } & DecisionDocument)
  | ({ readonly event: "outcome" } & OutcomeDocument)
  /** A memory shrink has reached a size, and waits before it goes on. Sizes in MiB. */
  | {
      readonly event: "stage";
      readonly vmid: number;
      readonly name: string;
      readonly reached: number;
      readonly next: number;
      readonly to: number;
      readonly seconds: number;
    }
  | { readonly event: "missed"; readonly ticks: number; readonly total: number; readonly took: number }
  | {
      readonly event: "reloaded";
      readonly file: string;
      readonly mode: Mode;
      readonly interval: number;
      readonly notes: readonly string[];
    }
  | { readonly event: "rejected"; readonly file: string; readonly error: string; readonly findings: readonly Finding[] }
  /** Nothing could be read: everything is held until it can. */
  | {
      readonly event: "unreadable";
      readonly kind: string;
      readonly error: string;
      readonly failures: number;
      /** Seconds until the next attempt. */
      readonly retry: number;
    }
  | { readonly event: "readable"; readonly failures: number }
  /** Something that could not be read, or not be written down; told once, until it is over. */
  | { readonly event: "problem"; readonly node: string | null; readonly error: string }
  | { readonly event: "lease"; readonly held: boolean; readonly error: string | null }
  /** The clocks of this machine and the cluster have moved against each other. */
  | { readonly event: "clock"; readonly seconds: number }
  | { readonly event: "stopping"; readonly busy: readonly number[] }
  | {
      readonly event: "stopped";
      readonly cycles: number;
      readonly missed: number;
      readonly applied: number;
      readonly failed: number;
    };

export interface CycleSummary {
  /** Counted from 1. */
  readonly cycle: number;
  readonly mode: Mode;
  /** Managed containers. */
  readonly containers: number;
  readonly scaleUp: number;
  readonly scaleDown: number;
  readonly hold: number;
  readonly blocked: number;
  /** Containers whose memory is still being taken away in stages. */
  readonly busy: number;
  readonly applied: number;
  readonly failed: number;
  /** Seconds. */
  readonly took: number;
}

export type LoopEventName = LoopEvent["event"];
