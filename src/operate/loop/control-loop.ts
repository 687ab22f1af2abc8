import { effectiveSettings, type AutoscalerConfig } from "../../config/index.js";
import { advance, decide, forgetGone, outcomeDocument, type State } from "../../engine/index.js";
import { isChange, type Inventory, type Outcome, type Plan } from "../../model/index.js";
import { ProxmoxError, type Gateway, type ProxmoxErrorKind } from "../../proxmox/index.js";
import { beginPlan, runName, type Begun } from "../apply-plan.js";
import type { AuditLog } from "../audit-log.js";
import type { Clock, Wait } from "../clock.js";
import type { HistorySource } from "../history/source.js";
import { looksAtPressure, nodesWith, wantedHistories } from "../observe.js";
import { RecordsError } from "../records.js";
import { knownState } from "../recovery.js";
import { readingOf, type SampleStore } from "../samples/index.js";
import type { StateStore } from "../state-store.js";
import { ClusterTime } from "./cluster-time.js";
import type { CycleSummary, LoopEvent } from "./events.js";
import { LoopLines, type LoopProblem } from "./lines.js";
import { nodeQuestions } from "./node-questions.js";
import type { ConfigurationSource, Lease } from "./ports.js";
import { SampleMemory } from "./sample-memory.js";
import { systemTimer, Ticks, type Timer } from "./ticks.js";

export interface LoopOptions {
  readonly gateway: Gateway;
  readonly configuration: ConfigurationSource;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  /** Where what is seen is kept; `null`: nowhere. */
  readonly samples: SampleStore | null;
  /** Where the usage before the loop comes from. */
  readonly source: (config: AutoscalerConfig) => HistorySource;
  /** `null`: other programs are not looked out for. */
  readonly lease: Lease | null;
  /** One cycle and its stages, then the end. */
  readonly once: boolean;
  /** This program's own, for the first line. */
  readonly version: string;
  /** Aborting begins nothing new; what is being written is finished and reported. */
  readonly signal: AbortSignal;
  /** Called with what to do when the file is to be read anew at once; returns how to take that back. */
  readonly onReload?: (reload: () => void) => () => void;
  /** Takes each line, in their order. `time` is in milliseconds since the epoch. */
  readonly tell: (event: LoopEvent, run: string, time: number) => Promise<void>;
  readonly timer?: Timer;
  readonly openClock?: (signal: AbortSignal) => Promise<Clock>;
  /** This machine's clock. */
  readonly wall?: () => number;
  /** From 0 to 1, for the moment at which the ticks begin. */
  readonly random?: () => number;
  /** Waits between the writes of a memory shrink. */
  readonly wait?: Wait;
  /** Seconds between looks after a write whose answer was lost. */
  readonly waits?: readonly number[];
}

export interface LoopResult {
  readonly cycles: number;
  readonly missed: number;
  /** How the changes of the last cycle fared. */
  readonly results: readonly Outcome[];
}

/** After the first cycle the ticks begin later by up to a tenth of an interval, at most so many seconds: several loops don't ask at the same time. */
const longestJitter = 10;
/** Attempts are at most so many seconds apart, or an interval where that is longer. */
const longestBackoff = 120;
/**
 * Seconds for which configurations are believed. What the bulk read shows of a change (cores, memory, node) makes one be
 * read at once; a cpulimit or swap that somebody else has set is seen after this, or before the next write to it.
 */
const configurationAge = 3600;
/** A lease lasts at least so many intervals, and is renewed in each part of them. */
const leaseIntervals = 3;
/** Faults that no waiting mends: where the first contact fails so, somebody mistyped something. */
const hopeless: readonly ProxmoxErrorKind[] = [
  "not-authenticated",
  "untrusted-certificate",
  "forbidden",
  "invalid-parameter",
];

/**
 * Observes, decides and carries out, a cycle an interval, until the signal aborts. A cycle is one bulk read of the cluster;
 * configurations are remembered by the gateway, usage here, and a node is only asked for what its growth depends on. What
 * can't be read is held. Rejects with `ProxmoxError` where the first contact fails for good (with `once` in any way), with
 * `RecordsError` where a single cycle can't decide without the records, and with whatever is a fault of the program itself.
 */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  return new ControlLoop(options).run();
}

class ControlLoop {
  readonly #timer: Timer;
  readonly #time: ClusterTime;
  readonly #memory = new SampleMemory();
  /** Runs whose memory shrinks go on. */
  readonly #underway = new Set<Begun>();
  readonly #lines: LoopLines;
  #cycles = 0;
  #missed = 0;
  #failures = 0;
  #applied = 0;
  #failed = 0;
  /** Why the lease is not held, `null` while it is. */
  #leaseError: string | null | undefined = undefined;
  #leaseAskedAt = Number.NEGATIVE_INFINITY;
  #results: readonly Outcome[] = [];

  constructor(private readonly options: LoopOptions) {
    this.#timer = options.timer ?? systemTimer;
    const { gateway, openClock, wall } = options;
    this.#time = new ClusterTime({
      gateway,
      timer: this.#timer,
      ...(openClock === undefined ? {} : { openClock }),
      ...(wall === undefined ? {} : { wall }),
    });
    const now = (): number => (this.#time.known ? this.#time.now() : (wall ?? Date.now)());
    this.#lines = new LoopLines(runName(now()), options.tell, now);
  }

  async run(): Promise<LoopResult> {
    const { gateway, once, version } = this.options;
    const loopRun = this.#lines.run;
    const { file, mode, intervalSeconds } = this.#config;
    const { endpoint, identity } = gateway;
    this.#lines.say({ event: "started", version, file, mode, interval: intervalSeconds, endpoint, identity });
    try {
      if (once) await this.#attempt();
      else await this.#forever();
    } finally {
      this.#lines.run = loopRun;
      await this.#finishStages();
      await this.options.lease?.release();
      this.#lines.say({
        event: "stopped",
        cycles: this.#cycles,
        missed: this.#missed,
        applied: this.#applied,
        failed: this.#failed,
      });
      await this.#lines.left;
    }
    return { cycles: this.#cycles, missed: this.#missed, results: this.#results };
  }

  get #config(): AutoscalerConfig {
    return this.options.configuration.config;
  }

  async #forever(): Promise<void> {
    const { signal, random = Math.random } = this.options;
    let interval = this.#config.intervalSeconds;
    const jitter = Math.min(interval / 10, longestJitter) * random() * 1000;
    let ticks = new Ticks(this.#timer.now() + jitter, interval * 1000);
    for (;;) {
      const began = this.#timer.now();
      await this.#attempt();
      if (signal.aborted) return;
      const tick = ticks.next(this.#timer.now(), this.#backoff() * 1000);
      if (tick.missed > 0) {
        this.#missed += tick.missed;
        const took = seconds(this.#timer.now() - began);
        this.#lines.say({ event: "missed", ticks: tick.missed, total: this.#missed, took });
      }
      await this.#lines.left;
      if (!(await this.#waitUntil(tick.at))) return;
      await this.#reload(false);
      if (this.#config.intervalSeconds !== interval) {
        interval = this.#config.intervalSeconds;
        ticks = new Ticks(this.#timer.now(), interval * 1000);
      }
    }
  }

  /** Until the time has come; false where the loop is to end. On the way the file is read anew as often as somebody asks. */
  async #waitUntil(at: number): Promise<boolean> {
    const { signal, onReload } = this.options;
    for (;;) {
      const asked = new AbortController();
      const takeBack = onReload?.(() => asked.abort());
      try {
        const left = at - this.#timer.now();
        const waited = left <= 0 || (await this.#timer.wait(left, AbortSignal.any([signal, asked.signal])));
        if (signal.aborted) return false;
        // A wait of more than 24 days comes in several pieces.
        if (waited && this.#timer.now() >= at - 1) return true;
      } finally {
        takeBack?.();
      }
      if (asked.signal.aborted) await this.#reload(true);
    }
  }

  async #reload(force: boolean): Promise<void> {
    const change = await this.options.configuration.refresh(force);
    if (change === null) return;
    if (change.kind === "accepted") {
      const { file, mode, intervalSeconds } = change.config;
      this.#lines.forgetDecision("all");
      this.#lines.say({ event: "reloaded", file, mode, interval: intervalSeconds, notes: change.notes });
    } else {
      this.#lines.say({ event: "rejected", file: this.#config.file, error: change.error, findings: change.findings });
    }
  }

  /** Seconds that the next attempt waits at least: longer after each failure in a row. */
  #backoff(): number {
    const interval = this.#config.intervalSeconds;
    if (this.#failures < 2) return 0;
    return Math.min(interval * 2 ** (this.#failures - 1), Math.max(interval, longestBackoff));
  }

  /** One cycle, whose faults are told and not thrown, except those that nobody will mend by waiting. */
  async #attempt(): Promise<void> {
    const { signal, once } = this.options;
    const first = !this.#time.known;
    try {
      const jump = await this.#time.renew(signal);
      this.#lines.run = runName(this.#time.now());
      await this.#cycle(jump);
      if (this.#failures > 0) this.#lines.say({ event: "readable", failures: this.#failures });
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof ProxmoxError)) throw error;
      if (signal.aborted) return;
      if (once || (first && this.#failures === 0 && hopeless.includes(error.kind))) throw error;
      this.#failures += 1;
      this.#lines.say({
        event: "unreadable",
        kind: error.kind,
        error: error.message,
        failures: this.#failures,
        retry: Math.max(this.#backoff(), this.#config.intervalSeconds),
      });
    }
  }

  /** `jump` is by how many seconds the clock was off before it. */
  async #cycle(jump: number): Promise<void> {
    const config = this.#config;
    const { gateway, signal } = this.options;
    const began = this.#timer.now();
    const busy = this.#busy();
    const bulk = await gateway.inventory({
      signal,
      configurationOf: (container) => effectiveSettings(config, container, this.#time.now()).matched,
      configurationAge,
    });
    this.#lines.clock(jump + (await this.#time.follow(signal)));
    const now = this.#time.now();
    const settingsOf = (container: Inventory["containers"][number]): ReturnType<typeof effectiveSettings> =>
      effectiveSettings(config, container, now);
    const pressed = nodesWith(bulk, (container) => looksAtPressure(settingsOf(container)));
    const detailed =
      pressed.size === 0
        ? bulk
        : await gateway.withNodeDetails(
            bulk,
            { memoryOf: new Set(), storagesOf: new Set(), swapAndPressureOf: pressed },
            { signal },
          );
    const inventory = { ...detailed, observedAt: now };
    const problems = [...inventory.problems, ...(await this.#remember(inventory, config, now))];
    for (const vmid of this.#busy()) busy.add(vmid);

    this.#cycles += 1;
    const summary = { cycle: this.#cycles, mode: config.mode, busy: busy.size };
    let plan: Plan | null = null;
    let results: readonly Outcome[] = [];
    try {
      if (config.mode !== "paused") ({ plan, results } = await this.#decideAndAct(inventory, config, now, busy));
    } catch (error) {
      // Without the records nobody knows cooldowns and boosts: nothing is decided until they are back.
      // A single cycle that could not decide has failed, and says so as its exit code.
      if (!(error instanceof RecordsError) || this.options.once) throw error;
      problems.push({ node: null, message: error.message });
    }
    this.#results = results;
    this.#lines.problems(problems);
    const { containers, scaleUp, scaleDown, hold, blocked } = plan?.summary ?? emptySummary;
    this.#lines.say({
      event: "cycle",
      ...summary,
      containers,
      scaleUp,
      scaleDown,
      hold,
      blocked,
      applied: results.filter(({ outcome }) => outcome === "applied").length,
      failed: results.filter(({ outcome }) => outcome === "failed" || outcome === "unknown").length,
      took: seconds(this.#timer.now() - began),
    } satisfies LoopEvent & CycleSummary);
  }

  /** Keeps what was seen, here and on the disk, and fills in what was before. Returns what of that failed. */
  async #remember(inventory: Inventory, config: AutoscalerConfig, now: number): Promise<LoopProblem[]> {
    const { samples, source, signal } = this.options;
    const problems: LoopProblem[] = [];
    const reading = readingOf(inventory, now);
    this.#memory.add(reading, config.intervalSeconds);
    const wanted = wantedHistories(config, inventory, now);
    const lacking = this.#memory.lacking(wanted, now);
    if (lacking.length > 0) {
      const usage = await source(config)({ cluster: inventory.cluster, containers: lacking, now, signal });
      this.#memory.fill(lacking, usage.history, usage.problems.length === 0, now);
      problems.push(...usage.problems);
    }
    this.#memory.trim(wanted, now);
    try {
      await samples?.append(inventory.cluster, reading);
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      problems.push({ node: null, message: error.message });
    }
    return problems;
  }

  async #decideAndAct(
    inventory: Inventory,
    config: AutoscalerConfig,
    now: number,
    busy: ReadonlySet<number>,
  ): Promise<{ readonly plan: Plan; readonly results: readonly Outcome[] }> {
    const { gateway, stateStore, signal } = this.options;
    const { cluster } = inventory;
    const state = await knownState({ gateway, stateStore, now, signal }, cluster);
    const history = this.#memory.history();
    let seen = inventory;
    let plan = decide({ config, inventory, history, state, now });
    const questions = nodeQuestions(plan, inventory, config);
    if (questions.memoryOf.size + questions.storagesOf.size > 0) {
      seen = await gateway.withNodeDetails(inventory, questions, { signal });
      plan = decide({ config, inventory: seen, history, state, now });
    }
    // What still shrinks in stages is nobody else's meanwhile, and its size is on the way.
    if (busy.size > 0) plan = { ...plan, decisions: plan.decisions.filter(({ vmid }) => !busy.has(vmid)) };
    this.#lines.decisions(plan);

    const changes = plan.decisions.filter(isChange).length;
    const mayWrite = config.mode === "apply" && (await this.#holdsLease(config, seen, now, changes > 0));
    if (!mayWrite || changes === 0 || signal.aborted) {
      await this.#noteSizes(seen, state, plan, now);
      return { plan, results: [] };
    }
    return { plan, results: await this.#carryOut(plan, seen, config) };
  }

  async #carryOut(plan: Plan, inventory: Inventory, config: AutoscalerConfig): Promise<readonly Outcome[]> {
    const { gateway, stateStore, audit, signal, wait, waits } = this.options;
    const { run } = this.#lines;
    const begun = await beginPlan({
      gateway,
      plan,
      config,
      inventory,
      current: inventory,
      run,
      stateStore,
      audit,
      signal,
      clock: () => this.#time.now(),
      ...(wait === undefined ? {} : { wait }),
      ...(waits === undefined ? {} : { waits }),
      onOutcome: (outcome) => {
        if (outcome.outcome === "applied") this.#applied += 1;
        if (outcome.outcome === "failed" || outcome.outcome === "unknown") this.#failed += 1;
        // Told again when it is decided again.
        this.#lines.forgetDecision(outcome);
        this.#lines.say({ event: "outcome", ...outcomeDocument(outcome) }, run);
      },
      onStage: ({ vmid, name, reached, next, to, seconds: pause }) => {
        this.#lines.say({ event: "stage", vmid, name, reached, next, to, seconds: pause }, run);
      },
    });
    const complain = (problems: readonly string[]): void => {
      for (const error of problems) this.#lines.say({ event: "problem", node: null, error }, run);
    };
    if (begun.busy.size === 0) complain(begun.problems);
    else {
      this.#underway.add(begun);
      void begun.ended.then(({ problems, results }) => {
        this.#underway.delete(begun);
        if (this.options.once) this.#results = results;
        complain(problems);
      });
    }
    return begun.results;
  }

  /**
   * By the sizes it has seen the engine knows later what was changed by hand, and which containers are gone for good. Only
   * written where it is news.
   */
  async #noteSizes(inventory: Inventory, state: State, plan: Plan, now: number): Promise<void> {
    const seen = plan.decisions.map((decision): Outcome => ({ ...decision, outcome: "skipped", verified: false }));
    const noted = (before: State): State => forgetGone(advance(before, seen, now), inventory, now);
    if (noted(state) === state) return;
    await this.options.stateStore.update(inventory.cluster, noted);
  }

  /** Whether it may write. Asked before each write, and without one often enough that the lease does not run out. */
  async #holdsLease(config: AutoscalerConfig, inventory: Inventory, now: number, writes: boolean): Promise<boolean> {
    const { lease } = this.options;
    if (lease === null) return true;
    // One that runs out between two cycles would be anybody's.
    const durationSeconds = Math.max(config.safety.lease.durationSeconds, leaseIntervals * config.intervalSeconds);
    const fresh = now - this.#leaseAskedAt < (durationSeconds * 1000) / leaseIntervals && now >= this.#leaseAskedAt;
    if (this.#leaseError === null && fresh && !writes) return true;
    const safety = { ...config.safety, lease: { ...config.safety.lease, durationSeconds } };
    const error = await lease.hold({ ...config, safety }, inventory, now);
    this.#leaseAskedAt = now;
    if (timeless(error) !== timeless(this.#leaseError))
      this.#lines.say({ event: "lease", held: error === null, error });
    this.#leaseError = error;
    return error === null;
  }

  #busy(): Set<number> {
    return new Set([...this.#underway].flatMap(({ busy }) => [...busy]));
  }

  /** With the signal aborted stages end after the write in flight; after one cycle they are waited for. */
  async #finishStages(): Promise<void> {
    const busy = [...this.#busy()];
    if (this.options.signal.aborted || busy.length > 0) this.#lines.say({ event: "stopping", busy });
    await Promise.all([...this.#underway].map(({ ended }) => ended));
  }
}

/** A sentence without its durations: how long a lease still lasts is no news. */
function timeless(text: string | null | undefined): string | null | undefined {
  return text?.replace(/\b(?:\d+[dhms])+\b/gu, "…") ?? text;
}

const emptySummary = { containers: 0, scaleUp: 0, scaleDown: 0, hold: 0, blocked: 0 };

/** Milliseconds as seconds, to the thousandth. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
