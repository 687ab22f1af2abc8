/** A disk of a container: its root file system, or a mount point by Proxmox's own name. */
export type Disk = "rootfs" | `mp${number}`;
export type Resource = "cores" | "cpulimit" | "memory" | "swap" | Disk | "instances";
export type Unit = "cores" | "MiB" | "GiB" | "instances";
export type Action = "scale-up" | "scale-down" | "hold" | "blocked";

/**
 * One rule that had a say in a decision, with its numbers as plain data. Words are made of it where it is shown, by
 * `reasonText` of the engine.
 */
export interface Reason {
  /** Stable name of the rule; listed in `docs/reasons.md`. */
  readonly rule: string;
  /** What each rule says is typed beside its words in the engine. */
  readonly values: object;
}

/** A reason as documents carry it: in words. */
export interface ReasonDocument {
  readonly rule: string;
  readonly text: string;
}

/** What the engine would do with one resource of one container, and why. */
export interface Decision<Why = Reason> {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  /** The last policy that matched; `null`: `defaults` alone. */
  readonly policy: string | null;
  readonly policies: readonly string[];
  readonly resource: Resource;
  readonly unit: Unit;
  readonly action: Action;
  /** Sizes in `unit`; `null` when unknown. */
  readonly from: number | null;
  readonly to: number | null;
  /** What the strategy asked for before any limit; `null` when unknown. */
  readonly uncapped: number | null;
  /** At least one. */
  readonly reasons: readonly Why[];
  /** Set where several clusters are connected. */
  readonly cluster?: string;
}

export interface PlanSummary {
  /** Managed containers. */
  readonly containers: number;
  readonly scaleUp: number;
  readonly scaleDown: number;
  readonly hold: number;
  readonly blocked: number;
}

/** What the engine would change, and why: the third of the four values every view shows. */
export interface Plan<Why = Reason> {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly file: string;
  readonly decisions: readonly Decision<Why>[];
  readonly summary: PlanSummary;
}

/** How one decision fared when it was carried out. */
export type OutcomeKind = "applied" | "unchanged" | "failed" | "skipped" | "unknown";

export interface Outcome<Why = Reason> extends Decision<Why> {
  readonly outcome: OutcomeKind;
  /** The size that was planned, where carrying it out in stages ended before: `to` is then what was reached. */
  readonly planned?: number;
  /** True where the new size was read back from Proxmox. */
  readonly verified: boolean;
  /** Why it failed, was skipped or is unknown, in Proxmox's own words where it spoke. */
  readonly error?: string;
}

/** What is printed, written down and shown: the same with its reasons in words. The shapes are public. */
export type DecisionDocument = Decision<ReasonDocument>;
export type PlanDocument = Plan<ReasonDocument>;
export type OutcomeDocument = Outcome<ReasonDocument>;

/** How a decision fared, with why where it was not simply done. */
export function outcomeOf<Why>(
  decision: Decision<Why>,
  outcome: OutcomeKind,
  verified: boolean,
  error?: string,
): Outcome<Why> {
  const { vmid, node, name, policy, policies, resource, unit, action, from, to, uncapped, reasons, cluster } = decision;
  // Named one by one, because that is many times faster than `...decision`: a replay makes millions of them.
  return {
    vmid,
    node,
    name,
    policy,
    policies,
    resource,
    unit,
    action,
    from,
    to,
    uncapped,
    reasons,
    ...(cluster === undefined ? undefined : { cluster }),
    outcome,
    verified,
    ...(error === undefined ? undefined : { error }),
  };
}

/** True where carrying the plan out means a write for this decision. */
export function isChange(decision: Pick<Decision, "action" | "from" | "to">): boolean {
  return (
    (decision.action === "scale-up" || decision.action === "scale-down") &&
    decision.to !== null &&
    decision.from !== decision.to
  );
}
