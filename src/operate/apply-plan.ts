import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import type { AutoscalerConfig } from "../config/index.js";
import { advance } from "../engine/index.js";
import { isChange } from "../model/index.js";
import type { Decision, Inventory, Outcome, Plan } from "../model/index.js";
import type { Gateway } from "../proxmox/index.js";
import type { AuditEvent, AuditLog } from "./audit-log.js";
import { systemClock, type Clock } from "./clock.js";
import { containerChanges, objectionOfInventory, type ContainerChange } from "./guard.js";
import { RecordsError } from "./records.js";
import { readBackWaits, resizeContainer } from "./resize-container.js";
import type { StateStore } from "./state-store.js";

export interface ApplyOptions {
  readonly gateway: Gateway;
  readonly plan: Plan;
  readonly config: AutoscalerConfig;
  /** What the plan was made from: a container that has changed since is left alone. */
  readonly inventory: Inventory;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  /** Which of the plan's changes to carry out; all of them unless given. */
  readonly select?: (decision: Decision) => boolean;
  /** Aborting begins nothing new; the writes in flight are finished, read back and reported. */
  readonly signal?: AbortSignal;
  readonly onOutcome?: (outcome: Outcome) => void;
  /** The cluster's clock; the machine's own unless given. */
  readonly clock?: Clock;
  /** Seconds between looks after a write whose answer was lost. */
  readonly waits?: readonly number[];
}

export interface Applied {
  /** Names this run in the audit log. */
  readonly run: string;
  /** One for each selected change, in the order of the plan. */
  readonly results: readonly Outcome[];
  /** Why the records are not complete, where they are not. The results are right nonetheless. */
  readonly problems: readonly string[];
}

/**
 * Carries out the changes of a plan. Each container: still as planned? → one guarded write → read back →
 * state and audit. At most `safety.maxConcurrent` containers at once, each in one piece; on a node what
 * grows goes before what only shrinks. A memory shrink goes straight down to the planned size, which the
 * engine has kept above what is in use, and is left out if use has passed it since. In mode `paused`
 * everything is skipped. Rejects with `RecordsError` before anything is written where the records can't
 * be kept, and with `ProxmoxError` where the cluster can't be read; never once the first write was sent.
 */
export async function applyPlan(options: ApplyOptions): Promise<Applied> {
  const { gateway, config, inventory, stateStore, audit } = options;
  const clock = options.clock ?? systemClock;
  const signal = options.signal ?? new AbortController().signal;
  const cluster = inventory.cluster;
  const run = runName(clock());
  const selected = options.plan.decisions.filter(
    (decision) => isChange(decision) && (options.select?.(decision) ?? true),
  );
  const finish = (results: readonly Outcome[], problems: readonly string[]): Applied => ({
    run,
    results: inPlanOrder(selected, results),
    problems,
  });
  if (selected.length === 0) return finish([], []);
  if (config.mode === "paused") {
    return finish(skip(selected, "The file says mode: paused, which observes only.", options.onOutcome), []);
  }

  const changes = containerChanges(selected, inventory);
  // A fresh bulk read: the person may have thought about the plan for an hour.
  const current = await gateway.inventory(options.signal === undefined ? {} : { signal: options.signal });
  // What was not chosen is remembered with the size it has, by which changes by hand are known later. It also
  // proves that the records can be written before anything is changed that they should tell of.
  const left = skip(
    options.plan.decisions.filter((decision) => !selected.includes(decision)),
    "Not part of this run.",
  );
  await stateStore.update(cluster, (state) => advance(state, left, clock()));
  await audit.append(cluster, run, clock(), {
    event: "run-started",
    file: options.plan.file,
    cluster,
    endpoint: gateway.endpoint,
    changes: selected.length,
  });

  const recorder = new Recorder({ stateStore, audit, cluster, run, clock });
  const results: Outcome[] = [];
  const report = async (outcomes: readonly Outcome[]): Promise<void> => {
    results.push(...outcomes);
    for (const outcome of outcomes) options.onOutcome?.(outcome);
    await recorder.outcomes(outcomes);
  };

  const limit = pLimit(Math.max(1, config.safety.maxConcurrent));
  const carryOut = (change: ContainerChange): Promise<void> =>
    limit(async () => {
      if (signal.aborted) return report(skip(change.decisions, "Interrupted before it began; nothing was sent."));
      if (recorder.broken) {
        return report(skip(change.decisions, "Not begun, because the records can't be written any more."));
      }
      const container = current.containers.find(({ vmid }) => vmid === change.vmid);
      const objection = objectionOfInventory(change, container, current.quorate);
      if (objection !== null) return report(skip(change.decisions, `Left alone: ${objection}.`));
      try {
        const outcomes = await resizeContainer({
          gateway,
          change,
          signal,
          waits: options.waits ?? readBackWaits,
          beforeWrite: (before) =>
            audit.append(cluster, run, clock(), {
              event: "write",
              vmid: change.vmid,
              node: change.node,
              name: change.name,
              before,
              change: { ...change.change },
            }),
        });
        await report(outcomes);
      } catch (error) {
        // Only what came before the write can end up here, so nothing was sent for this container.
        if (!(error instanceof RecordsError)) throw error;
        recorder.fail(error);
        await report(skip(change.decisions, "Not begun, because what was there before could not be recorded."));
      }
    });

  const nodes = new Set(changes.map(({ node }) => node));
  await Promise.all(
    [...nodes].map(async (node) => {
      const here = changes.filter((change) => change.node === node);
      await Promise.all(here.filter(({ grows }) => grows).map(carryOut));
      await Promise.all(here.filter(({ grows }) => !grows).map(carryOut));
    }),
  );
  await recorder.ended(results, signal.aborted);
  return finish(results, recorder.problems);
}

/** Keeps state and audit in step with what happens; a record that fails is told, never thrown over a result. */
class Recorder {
  readonly problems: string[] = [];
  /** One record after the other: containers are carried out side by side, but share one state file. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly to: {
      readonly stateStore: StateStore;
      readonly audit: AuditLog;
      readonly cluster: string;
      readonly run: string;
      readonly clock: Clock;
    },
  ) {}

  get broken(): boolean {
    return this.problems.length > 0;
  }

  fail(error: RecordsError): void {
    if (!this.problems.includes(error.message)) this.problems.push(error.message);
  }

  async outcomes(outcomes: readonly Outcome[]): Promise<void> {
    const { stateStore, cluster, clock } = this.to;
    await this.attempt(() => stateStore.update(cluster, (state) => advance(state, outcomes, clock())));
    for (const outcome of outcomes) await this.append({ event: "outcome", outcome });
  }

  async ended(results: readonly Outcome[], interrupted: boolean): Promise<void> {
    const count = (kind: Outcome["outcome"]): number => results.filter(({ outcome }) => outcome === kind).length;
    await this.append({
      event: "run-ended",
      applied: count("applied"),
      unchanged: count("unchanged"),
      failed: count("failed"),
      skipped: count("skipped"),
      unknown: count("unknown"),
      interrupted,
    });
  }

  private append(event: AuditEvent): Promise<void> {
    const { audit, cluster, run, clock } = this.to;
    return this.attempt(() => audit.append(cluster, run, clock(), event));
  }

  private attempt(record: () => Promise<unknown>): Promise<void> {
    const attempted = this.last.then(async () => {
      try {
        await record();
      } catch (error) {
        if (!(error instanceof RecordsError)) throw error;
        this.fail(error);
      }
    });
    this.last = attempted.catch(() => undefined);
    return attempted;
  }
}

function skip(
  decisions: readonly Decision[],
  error: string,
  onOutcome?: (outcome: Outcome) => void,
): readonly Outcome[] {
  const outcomes = decisions.map((decision): Outcome => ({ ...decision, outcome: "skipped", verified: false, error }));
  if (onOutcome !== undefined) for (const outcome of outcomes) onOutcome(outcome);
  return outcomes;
}

function inPlanOrder(decisions: readonly Decision[], results: readonly Outcome[]): readonly Outcome[] {
  return decisions.flatMap(({ vmid, resource }) =>
    results.filter((result) => result.vmid === vmid && result.resource === resource),
  );
}

/** Sorts by time, is read aloud easily, and never meets another: `20261121T100000Z-4f3a2b`. */
function runName(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/gu, "");
  return `${time}-${randomBytes(3).toString("hex")}`;
}
