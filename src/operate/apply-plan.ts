import { randomBytes } from "node:crypto";
import { effectiveSettings, type AutoscalerConfig } from "../config/index.js";
import { advance, forgetGone, successTime } from "../engine/index.js";
import { isChange } from "../model/index.js";
import type { Decision, Inventory, Outcome, Plan } from "../model/index.js";
import type { Gateway } from "../proxmox/index.js";
import type { AuditLog } from "./audit-log.js";
import { carryOut, takesStages, type Stage } from "./carry-out.js";
import { systemClock, systemWait, type Clock, type Wait } from "./clock.js";
import { containerChanges, type ContainerChange } from "./guard.js";
import { Recorder } from "./recorder.js";
import { recover } from "./recovery.js";
import { readBackWaits } from "./resize-container.js";
import type { ShrinkTerms } from "./stages.js";
import type { StateStore } from "./state-store.js";

export interface ApplyOptions {
  readonly gateway: Gateway;
  readonly plan: Plan;
  readonly config: AutoscalerConfig;
  /** What the plan was made from: a container that has changed since is left alone. */
  readonly inventory: Inventory;
  /** The cluster as a loop has just read it: it is not read again in bulk. */
  readonly current?: Inventory;
  /** What to call the run, see {@link runName}; a new name unless given. */
  readonly run?: string;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  /** Which of the plan's changes to carry out; all of them unless given. */
  readonly select?: (decision: Decision) => boolean;
  /** Aborting begins nothing new; the writes in flight are finished, read back and reported. */
  readonly signal?: AbortSignal;
  /** Called with each result as it is known. */
  readonly onOutcome?: (outcome: Outcome) => void;
  /** Called whenever a memory shrink begins to wait for its next write. */
  readonly onStage?: (stage: Stage) => void;
  /** The cluster's clock; the machine's own unless given. */
  readonly clock?: Clock;
  /** Waits between the writes of a memory shrink; really unless given. */
  readonly wait?: Wait;
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

/** A run whose first writes are done, while memory may still be taken away step by step. */
export interface Begun extends Applied {
  /** Containers that still shrink in stages, and that nobody else may touch; gets fewer as they end. */
  readonly busy: ReadonlySet<number>;
  /** The whole, once the last stage has ended; {@link Applied.results} of `Begun` lack what is busy. Never rejects. */
  readonly ended: Promise<Applied>;
}

/** {@link beginPlan}, waited for to its end. */
export async function applyPlan(options: ApplyOptions): Promise<Applied> {
  return (await beginPlan(options)).ended;
}

/**
 * Carries out the changes of a plan. Each container: still as planned? → one guarded write → read back →
 * state and audit. At most `safety.maxConcurrent` containers at once, each in one piece; on a node what
 * grows goes before what only shrinks. Resolves when each container has had its first write: a memory shrink
 * of more than the larger of its step and a tenth then goes on, a write every 30 seconds, each only if use, swap
 * and pressure allow it; such a result has `planned` where it stopped before. In mode `paused`
 * everything is skipped. What an earlier run was killed in the middle of is found out first. Rejects with
 * `RecordsError` before anything is written where the records can't be kept, and with `ProxmoxError` where
 * the cluster can't be read; never once the first write was sent.
 */
export async function beginPlan(options: ApplyOptions): Promise<Begun> {
  const { gateway, config, inventory, stateStore, audit } = options;
  const clock = options.clock ?? systemClock;
  const signal = options.signal ?? new AbortController().signal;
  const cancellation = options.signal === undefined ? {} : { signal };
  const { cluster } = inventory;
  const run = options.run ?? runName(clock());
  const selected = options.plan.decisions.filter(
    (decision) => isChange(decision) && (options.select?.(decision) ?? true),
  );
  const finished = (results: readonly Outcome[]): Begun => {
    const applied: Applied = { run, results: inPlanOrder(selected, results), problems: [] };
    return { ...applied, busy: new Set(), ended: Promise.resolve(applied) };
  };
  await recover({ gateway, stateStore, audit, cluster }, clock(), options.signal);
  if (selected.length === 0) return finished([]);
  if (config.mode === "paused") {
    return finished(skip(selected, "The file says mode: paused, which observes only.", options.onOutcome));
  }

  const changes = containerChanges(selected, inventory);
  const shrinkTerms = (change: ContainerChange): ShrinkTerms => shrinkTermsOf(config, change, clock());
  const inStages = changes.filter((change) => takesStages(change, shrinkTerms(change)));
  const current =
    options.current === undefined
      ? // A fresh bulk read: the person may have thought about the plan for an hour.
        await gateway.inventory({ ...cancellation, swapAndPressure: inStages.length > 0 })
      : await gateway.withNodeDetails(
          options.current,
          {
            memoryOf: new Set(),
            storagesOf: new Set(),
            swapAndPressureOf: new Set(inStages.map(({ node }) => node)),
          },
          cancellation,
        );
  // What was not chosen is remembered with the size it has, by which changes by hand are known later. It also
  // proves that the records can be written before anything is changed that they should tell of.
  const chosen = new Set(selected);
  const left = skip(
    options.plan.decisions.filter((decision) => !chosen.has(decision)),
    "Not part of this run.",
  );
  await stateStore.update(cluster, (state) => forgetGone(advance(state, left, clock()), inventory, clock()));
  await audit.append(cluster, run, clock(), {
    event: "run-started",
    kind: "apply",
    file: options.plan.file,
    cluster,
    endpoint: gateway.endpoint,
    changes: selected.length,
  });

  const decidedAt = Date.parse(options.plan.generatedAt);
  const recorder = new Recorder({
    stateStore,
    audit,
    cluster,
    run,
    clock,
    learn: (state, outcomes, time) => advance(state, outcomes, successTime(decidedAt, time, config.intervalSeconds)),
  });
  const underway = await carryOut({
    gateway,
    changes,
    current,
    recorder,
    maxConcurrent: config.safety.maxConcurrent,
    shrinkTerms,
    signal,
    wait: options.wait ?? systemWait,
    waits: options.waits ?? readBackWaits,
    onOutcome: options.onOutcome ?? (() => undefined),
    onStage: options.onStage ?? (() => undefined),
  });
  const whole = (results: readonly Outcome[]): Applied => ({
    run,
    results: inPlanOrder(selected, results),
    problems: recorder.problems,
  });
  const ended = underway.ended.then(async (results) => {
    await recorder.ended(results, signal.aborted);
    return whole(results);
  });
  // Where nothing is left to wait for, the last line of the audit log is part of it.
  if (underway.busy.size === 0) await ended;
  return { ...whole(underway.results), busy: underway.busy, ended };
}

/** By the settings of the container at that time; the grain alone where nothing is said about its memory. */
export function shrinkTermsOf(config: AutoscalerConfig, change: ContainerChange, now: number): ShrinkTerms {
  const { memory } = change.planned === null ? { memory: null } : effectiveSettings(config, change.planned, now);
  if (memory === null) return defaultShrinkTerms;
  const { strategy, step: grain, headroom } = memory;
  const step = strategy?.kind === "thresholds" ? (strategy.down?.step ?? grain) : grain;
  return { step, grain, headroom };
}

/** As the built-in settings have it. */
export const defaultShrinkTerms: ShrinkTerms = { step: 64, grain: 64, headroom: 0.2 };

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
  const places = new Map(decisions.map(({ vmid, resource }, place) => [`${vmid} ${resource}`, place]));
  const placeOf = ({ vmid, resource }: Outcome): number => places.get(`${vmid} ${resource}`) ?? decisions.length;
  return [...results].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Sorts by time, is read aloud easily, and never meets another: `20261121T100000Z-4f3a2b`. */
export function runName(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/gu, "");
  return `${time}-${randomBytes(3).toString("hex")}`;
}
