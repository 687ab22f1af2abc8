import {
  advance,
  objectionsOfNodes,
  reasonText,
  rollbackReason,
  type State,
  type WholeGrowth,
} from "../engine/index.js";
import {
  formatBytes,
  formatSize,
  mebibyte,
  type Container,
  type Decision,
  type Inventory,
  type Outcome,
  type Unit,
} from "../model/index.js";
import type { Gateway, SizeChange } from "../proxmox/index.js";
import { defaultShrinkTerms, runName, shrinkTermsOf, type Applied } from "./apply-plan.js";
import type { AuditLog } from "./audit-log.js";
import type { PastChange, PastRun } from "./past-runs.js";
import { carryOut, takesStages, type Stage } from "./carry-out.js";
import { systemClock, systemWait, type Clock, type Wait } from "./clock.js";
import { configuredSize, sameSize, type ContainerChange } from "./guard.js";
import type { AutoscalerConfig, Safety } from "../config/index.js";
import { Recorder } from "./recorder.js";
import { recover } from "./recovery.js";
import { readBackWaits } from "./resize-container.js";
import type { StateStore } from "./state-store.js";

/** Which run to take back, and of which container alone. */
export type RollbackWish =
  | { readonly kind: "run"; readonly run: string; readonly vmid: number | null }
  | { readonly kind: "container"; readonly vmid: number };

/** One size to restore, or why it can't be. */
export interface Restoration {
  readonly decision: Decision;
  /** Why nothing is written. */
  readonly refusal: string | null;
  /** It has the size already. */
  readonly same: boolean;
}

export interface RollbackPlan {
  readonly undoes: PastRun;
  readonly restorations: readonly Restoration[];
}

/** What to take back: the run that is wished for, or the last one that changed the container and was not taken back yet. */
export function runToUndo(runs: readonly PastRun[], wish: RollbackWish): PastRun | null {
  if (wish.kind === "run") {
    if (wish.run !== "last") return runs.find(({ run }) => run === wish.run) ?? null;
    return (
      runs.find(
        ({ kind, changes }) =>
          kind !== "rollback" &&
          changes.some(({ vmid, undoneBy }) => undoneBy === null && (wish.vmid === null || vmid === wish.vmid)),
      ) ?? null
    );
  }
  return (
    runs.find(
      ({ kind, changes }) =>
        kind !== "rollback" && changes.some(({ vmid, undoneBy }) => vmid === wish.vmid && undoneBy === null),
    ) ?? null
  );
}

/** What a rollback goes by. */
export interface RollbackTerms {
  /** The container that is named, if one is. */
  readonly vmid: number | null;
  /** Fraction of the memory in use that is kept beside it. */
  readonly headroom: (container: Container) => number;
  /** Who gets the room of a node first. */
  readonly priority: (container: Container) => number;
  /** The limits and reserve of nodes; `null`: sizes grow back also where a node has no room for them. */
  readonly safety: Safety | null;
}

/**
 * Holds what a run did against what is there now. Pure. A size that is no longer what the run left is only restored
 * where the container itself is named; memory is never taken below what is in use and its headroom; disks only grow; and
 * what would grow passes the node as any growth does.
 */
export function planRollback(undoes: PastRun, inventory: Inventory, terms: RollbackTerms): RollbackPlan {
  const restorations = restorationsOf(undoes, inventory, terms);
  return { undoes, restorations: terms.safety === null ? restorations : admitted(restorations, inventory, terms) };
}

function restorationsOf(undoes: PastRun, inventory: Inventory, options: RollbackTerms): readonly Restoration[] {
  const changes = undoes.changes.filter(({ vmid }) => options.vmid === null || vmid === options.vmid);
  return changes.map((change): Restoration => {
    const container = inventory.containers.find(({ vmid }) => vmid === change.vmid);
    const configuration = container?.configuration ?? null;
    const present = configuration === null ? change.to : configuredSize(configuration, change.resource);
    const decision = decisionOf(undoes, change, container, present);
    const refuse = (refusal: string): Restoration => ({ decision, refusal, same: false });
    if (container === undefined) return refuse("it is not there any more");
    if (configuration === null) return refuse("its configuration can't be read");
    if (change.unit === "GiB") return refuse("disks only grow: Proxmox VE shrinks none, so this can't be taken back");
    if (sameSize(present, change.from)) return { decision, refusal: null, same: true };
    if (options.vmid === null && !sameSize(present, change.to)) {
      return refuse(
        `it was changed again since, to ${sizeText(present, change.unit)}; with --vmid ${change.vmid} it is restored nonetheless`,
      );
    }
    const refusal = floorObjection(change, container, options.headroom(container));
    return refusal === null ? { decision, refusal, same: false } : refuse(refusal);
  });
}

/** Refuses what a node has no room for; what runs and would grow again counts, by priority and then by vmid. */
function admitted(
  restorations: readonly Restoration[],
  inventory: Inventory,
  { priority, safety }: RollbackTerms,
): readonly Restoration[] {
  if (safety === null) return restorations;
  const containers = new Map(inventory.containers.map((container) => [container.vmid, container]));
  const growing = restorations
    .flatMap((restoration) => {
      const { refusal, same, decision } = restoration;
      const container = containers.get(decision.vmid);
      const growth = container?.status === "running" ? growthOf(decision, container) : null;
      return refusal !== null || same || growth === null ? [] : [{ restoration, growth }];
    })
    .sort((a, b) => priority(b.growth.container) - priority(a.growth.container));
  const objections = objectionsOfNodes(
    growing.map(({ growth }) => growth),
    inventory,
    safety,
  );
  const refused = new Map(growing.map(({ restoration }, index) => [restoration, objections[index] ?? null]));
  return restorations.map((restoration) => {
    const objection = refused.get(restoration) ?? null;
    return objection === null
      ? restoration
      : {
          ...restoration,
          refusal: `${reasonText(objection)}; --despite-full-node restores it nonetheless`,
        };
  });
}

function growthOf({ action, resource, from, to }: Decision, container: Container): WholeGrowth | null {
  if (action !== "scale-up") return null;
  return resource === "cores" || resource === "cpulimit" || resource === "memory"
    ? { container, resource, from, to }
    : null;
}

function floorObjection(change: PastChange, container: Container, headroom: number): string | null {
  if (change.resource !== "memory" || change.from === null) return null;
  const { memory, status } = container;
  if (status !== "running") return null;
  if (memory === null) return "its memory use can't be read";
  const floor = (memory * (1 + headroom)) / mebibyte;
  if (change.from >= floor) return null;
  return `it uses ${formatBytes(memory)}, which with ${Math.round(headroom * 100)} % headroom takes ${formatSize(Math.ceil(floor))}: more than the ${formatSize(change.from)} it had`;
}

function decisionOf(
  { run }: PastRun,
  { vmid, node, name, resource, unit, from: former }: PastChange,
  container: Container | undefined,
  present: number | null,
): Decision {
  // No limit is more than any.
  const grows = (former ?? Number.POSITIVE_INFINITY) > (present ?? Number.POSITIVE_INFINITY);
  return {
    vmid,
    node: container?.node ?? node,
    name: container?.name ?? name,
    policy: null,
    policies: [],
    resource,
    unit,
    action: sameSize(former, present) ? "hold" : grows ? "scale-up" : "scale-down",
    from: present,
    to: former,
    uncapped: former,
    reasons: [rollbackReason(run)],
  };
}

function sizeText(size: number | null, unit: Unit): string {
  if (size === null) return "no limit";
  return unit === "MiB" ? formatSize(size) : String(size);
}

export interface RollbackOptions {
  readonly gateway: Gateway;
  readonly plan: RollbackPlan;
  /** What the plan was made from. */
  readonly inventory: Inventory;
  /** For its steps and limits; `null`: the built-in ones. */
  readonly config: AutoscalerConfig | null;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  readonly signal?: AbortSignal;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly onStage?: (stage: Stage) => void;
  readonly clock?: Clock;
  readonly wait?: Wait;
  readonly waits?: readonly number[];
}

/**
 * Restores what the plan says, as `applyPlan` carries out a plan: fresh look, digest, memory in stages, read back, audit.
 * The state learns each size as one that somebody set by hand, so a loop leaves it alone for the longer cooldown,
 * and a boost of it is over. Rejects as `applyPlan` does.
 */
export async function rollBack(options: RollbackOptions): Promise<Applied> {
  const { gateway, plan, inventory, config, stateStore, audit } = options;
  const clock = options.clock ?? systemClock;
  const signal = options.signal ?? new AbortController().signal;
  const { cluster } = inventory;
  const run = runName(clock());
  await recover({ gateway, stateStore, audit, cluster }, clock(), options.signal);

  const results: Outcome[] = [];
  const told = (outcome: Outcome): void => {
    results.push(outcome);
    options.onOutcome?.(outcome);
  };
  for (const { decision, refusal, same } of plan.restorations) {
    if (same) told({ ...decision, outcome: "unchanged", verified: true });
    else if (refusal !== null)
      told({ ...decision, outcome: "skipped", verified: false, error: `Left alone: ${refusal}.` });
  }
  const chosen = plan.restorations.filter(({ refusal, same }) => refusal === null && !same);
  const finished = (problems: readonly string[]): Applied => ({
    run,
    problems,
    results: plan.restorations.flatMap(({ decision }) =>
      results.filter(({ vmid, resource }) => vmid === decision.vmid && resource === decision.resource),
    ),
  });
  if (chosen.length === 0) return finished([]);

  const changes = changesOf(
    chosen.map(({ decision }) => decision),
    inventory,
  );
  const shrinkTerms = (change: ContainerChange) =>
    config === null ? defaultShrinkTerms : shrinkTermsOf(config, change, clock());
  const current = await gateway.inventory({
    ...(options.signal === undefined ? {} : { signal }),
    swapAndPressure: changes.some((change) => takesStages(change, shrinkTerms(change))),
  });
  await audit.append(cluster, run, clock(), {
    event: "run-started",
    kind: "rollback",
    file: plan.undoes.file ?? "",
    cluster,
    endpoint: gateway.endpoint,
    changes: chosen.length,
    undoes: plan.undoes.run,
  });
  const recorder = new Recorder({ stateStore, audit, cluster, run, clock, learn: asByHand });
  const underway = await carryOut({
    gateway,
    changes,
    current,
    recorder,
    maxConcurrent: config?.safety.maxConcurrent ?? 3,
    shrinkTerms,
    signal,
    wait: options.wait ?? systemWait,
    waits: options.waits ?? readBackWaits,
    onOutcome: told,
    onStage: options.onStage ?? (() => undefined),
  });
  await recorder.ended(await underway.ended, signal.aborted);
  return finished(recorder.problems);
}

/** A size that was restored is for the engine one that it found: changed by hand. */
function asByHand(state: State, outcomes: Parameters<typeof advance>[1], now: number): State {
  return outcomes.reduce<State>((before, outcome) => {
    if (outcome.outcome !== "applied") return advance(before, [outcome], now);
    const known = advance(before, [{ ...outcome, outcome: "skipped", verified: false }], now);
    return advance(known, [{ ...outcome, outcome: "unchanged" }], now);
  }, state);
}

/** One write a container, as a plan's; `null` takes a limit away. */
function changesOf(decisions: readonly Decision[], inventory: Inventory): readonly ContainerChange[] {
  const vmids = [...new Set(decisions.map(({ vmid }) => vmid))];
  return vmids.flatMap((vmid) => {
    const own = decisions.filter((decision) => decision.vmid === vmid);
    const [first] = own;
    if (first === undefined) return [];
    const change: SizeChange = Object.fromEntries(own.map(({ resource, to }) => [resource, to]));
    return [
      {
        vmid,
        node: first.node,
        name: first.name,
        decisions: own,
        change,
        grows: own.some(({ action }) => action === "scale-up"),
        planned: inventory.containers.find((container) => container.vmid === vmid) ?? null,
      },
    ];
  });
}
