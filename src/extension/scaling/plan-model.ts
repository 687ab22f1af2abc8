import type { AutoscalerConfig } from "../../config/index.js";
import { isChange } from "../../model/index.js";
import type { Decision, Inventory, Outcome, Plan, PlanDocument } from "../../model/index.js";
import type { Begun, Clock, DryRun, Stage, WantedHistory } from "../../operate/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { isCancelled, ProblemError, sentenceOf } from "../base/problem.js";
import { loadEngine, loadOperate } from "../base/rooms.js";
import type { Cluster } from "../cluster/cluster.js";
import { decisionKey } from "./decision-row.js";
import { FileError, type PlanSource, type Surroundings } from "./plan-source.js";
import { unreadIn, type Preview } from "./preview.js";
import { readSource } from "./read-source.js";

/** A dry run that can be looked at and carried out. */
export interface ReadyPlan {
  readonly kind: "ready";
  readonly source: PlanSource;
  readonly cluster: Cluster;
  readonly plan: Plan;
  /** The same, with the reasons in words. */
  readonly shown: PlanDocument;
  readonly inventory: Inventory;
  /** What it was decided by, kept so that what is typed can be decided by the same. */
  readonly basis: Pick<DryRun, "history" | "state"> & {
    readonly now: number;
    /** Whose usage was read, and how far back. */
    readonly read: readonly WantedHistory[];
  };
  readonly config: AutoscalerConfig;
  readonly clock: Clock;
  /** Milliseconds since the epoch, by this machine. */
  readonly madeAt: number;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What is shown in its place while the text is another than it was made from. Nothing of it can be applied. */
  readonly preview: Preview | null;
}

export type PlanState =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly source: PlanSource; readonly cluster: Cluster }
  | ReadyPlan
  | { readonly kind: "failed"; readonly source: PlanSource; readonly sentence: string; readonly findings: number };

/** The plan for the active autoscaler file, which of its changes are checked, and how they fared. */
export class PlanModel extends Owner {
  readonly #changed = this.own(new Emitter());
  readonly onDidChange: Event<void> = this.#changed.event;
  #state: PlanState = { kind: "none" };
  #unchecked: ReadonlySet<string> = new Set();
  #running: Promise<unknown> = Promise.resolve();
  /** Counts what was asked to be previewed: only the last of it is shown. */
  #previews = 0;
  /** Memory that is taken away step by step, by cluster and vmid: it outlives the plan that began it. */
  readonly #shrinking = new Map<string, Stage>();
  readonly #abort = new AbortController();

  constructor(private readonly surroundings: () => Surroundings) {
    super();
    this.own({ dispose: () => this.#abort.abort() });
  }

  get state(): PlanState {
    return this.#state;
  }

  /** What the plan that is shown, a preview too, would still change in a container of a cluster. */
  pendingChanges(clusterId: string, vmid: number): readonly Decision[] {
    const state = this.#state;
    if (state.kind !== "ready" || state.cluster.id !== clusterId) return [];
    const { decisions } = (state.preview ?? state).plan;
    return decisions.filter((decision) => decision.vmid === vmid && this.isDue(decision));
  }

  /** True for a change that has not been carried out. */
  isDue(decision: Decision<unknown>): boolean {
    const state = this.#state;
    if (state.kind !== "ready" || !isChange(decision) || state.outcomes.has(decisionKey(decision))) return false;
    return this.stageOf(state.cluster, decision.vmid) === undefined;
  }

  /** True for a change that could be carried out now: of a preview there is none. */
  isPending(decision: Decision<unknown>): boolean {
    return this.#state.kind === "ready" && this.#state.preview === null && this.isDue(decision);
  }

  /** How far the memory of a container has been taken away, while that goes on. */
  stageOf(cluster: Cluster, vmid: number): Stage | undefined {
    return this.#shrinking.get(`${cluster.id}/${vmid}`);
  }

  isChecked(decision: Decision<unknown>): boolean {
    return this.isPending(decision) && !this.#unchecked.has(decisionKey(decision));
  }

  /** The changes that are checked and not carried out yet, in the order of the plan. */
  get checked(): readonly Decision[] {
    return this.#state.kind === "ready" ? this.#state.plan.decisions.filter((one) => this.isChecked(one)) : [];
  }

  check(decisions: readonly Decision<unknown>[], checked: boolean): void {
    const unchecked = new Set(this.#unchecked);
    for (const decision of decisions) {
      if (checked) unchecked.delete(decisionKey(decision));
      else unchecked.add(decisionKey(decision));
    }
    this.#unchecked = unchecked;
    this.#changed.fire();
  }

  /** Forgets a plan whose cluster is gone. */
  keepOnly(clusters: readonly Cluster[]): void {
    if ("cluster" in this.#state && !clusters.includes(this.#state.cluster)) this.#set({ kind: "none" });
  }

  /**
   * One observation and what the engine would change after it. Rejects with {@link FileError} where the
   * file has errors, else as the gateway does; the view shows the sentence as well.
   */
  async dryRun(source: PlanSource, cluster: Cluster, signal: AbortSignal): Promise<ReadyPlan> {
    return this.#one(async () => {
      const before = this.#state;
      this.#set({ kind: "running", source, cluster });
      try {
        const ready = await this.#dryRun(source, cluster, AbortSignal.any([signal, this.#abort.signal]));
        this.#unchecked = new Set();
        this.#set(ready);
        return ready;
      } catch (error) {
        const findings = error instanceof FileError ? error.findings : 0;
        this.#set(isCancelled(error) ? before : { kind: "failed", source, sentence: sentenceOf(error), findings });
        throw error;
      }
    });
  }

  /**
   * What the present plan would be of another text of the same file, on the readings that it was made from: nothing is read
   * from the cluster. Of a text with errors the last that could be planned for is shown, with the first of them. The text
   * that the plan was made from brings the plan itself back. Asked again before it is done, only the later one is shown.
   */
  async preview(source: PlanSource): Promise<void> {
    this.#previews += 1;
    const asked = this.#previews;
    const before = this.#state;
    if (before.kind !== "ready" || before.source.uri !== source.uri || before.outcomes.size > 0) return;
    if (before.source.text === source.text) {
      if (before.preview !== null) this.#set({ ...before, preview: null });
      return;
    }
    const preview = await this.#preview(before, source);
    const now = this.#state;
    // A plan that was made or carried out in the meantime is what counts.
    if (asked !== this.#previews || now.kind !== "ready" || now.plan !== before.plan || now.outcomes.size > 0) return;
    this.#set({ ...now, preview });
  }

  /**
   * Carries out changes of the present plan. Resolves when each container has had its first write; what shrinks in stages
   * goes on, and `ended` has all of it. Rejects only where nothing was written.
   */
  async apply(ready: ReadyPlan, decisions: readonly Decision<unknown>[], signal: AbortSignal): Promise<Begun> {
    return this.#one(async () => {
      const { cluster, plan, config, inventory, clock } = ready;
      const { beginPlan, standingLease } = await loadOperate();
      const keys = new Set(decisions.map(decisionKey));
      const records = await cluster.records();
      const gateway = await cluster.gateway();
      const standing = await standingLease(gateway, config, inventory, clock());
      if (standing !== null) {
        // A loop would undo what is changed beside it, or change it too.
        const sentence = `${standing.sentence} Nothing was changed: stop it or pause it first.`;
        throw new ProblemError({ kind: "failed", sentence });
      }
      return beginPlan({
        gateway,
        plan,
        config,
        inventory,
        clock,
        ...records,
        select: (decision) => keys.has(decisionKey(decision)),
        signal: AbortSignal.any([signal, this.#abort.signal]),
        onStage: (stage) => this.#noteStage(cluster, stage),
        onOutcome: (outcome) => this.#note(ready, outcome),
      });
    });
  }

  /** Settles when nothing is under way. */
  async whenIdle(): Promise<void> {
    for (let last: Promise<unknown> | null = null; last !== this.#running;) {
      last = this.#running;
      await last.catch(() => undefined);
    }
  }

  async #dryRun(source: PlanSource, cluster: Cluster, signal: AbortSignal): Promise<ReadyPlan> {
    const [{ planDocument }, { clusterClock, dryRun, namedPrometheus, wantedHistories }] = await Promise.all([
      loadEngine(),
      loadOperate(),
    ]);
    const surroundings = this.surroundings();
    const config = await readSource(source, surroundings);
    const prometheus = surroundings.mayConnect === true ? namedPrometheus(config, surroundings) : null;
    const gateway = await cluster.gateway();
    const clock = await clusterClock(gateway, signal);
    const { stateStore } = await cluster.records();
    const now = clock();
    const { plan, inventory, history, state } = await dryRun({
      gateway,
      config,
      stateStore,
      now,
      signal,
      ...(prometheus === null ? {} : { prometheus }),
    });
    const madeAt = Date.now();
    return {
      kind: "ready",
      source,
      cluster,
      plan,
      shown: planDocument(plan),
      inventory,
      basis: { history, state, now, read: wantedHistories(config, inventory, now) },
      config,
      clock,
      madeAt,
      outcomes: new Map(),
      preview: null,
    };
  }

  async #preview(ready: ReadyPlan, source: PlanSource): Promise<Preview> {
    const { inventory, basis } = ready;
    try {
      const config = await readSource(source, this.surroundings());
      const [{ decide, planDocument }, { wantedHistories }] = await Promise.all([loadEngine(), loadOperate()]);
      const plan = decide({ ...basis, config, inventory, file: config.file });
      const unread = unreadIn(wantedHistories(config, inventory, basis.now), basis.read);
      return { source, plan, shown: planDocument(plan), unread, fault: null };
    } catch (error) {
      const { plan, shown, unread } = ready.preview ?? { ...ready, unread: 0 };
      return { source, plan, shown, unread, fault: sentenceOf(error) };
    }
  }

  #noteStage(cluster: Cluster, stage: Stage): void {
    this.#shrinking.set(`${cluster.id}/${stage.vmid}`, stage);
    this.#changed.fire();
  }

  /** An outcome belongs to the plan it was made from, which may not be the one that is shown any more. */
  #note({ plan, cluster }: ReadyPlan, outcome: Outcome): void {
    if (outcome.resource === "memory") this.#shrinking.delete(`${cluster.id}/${outcome.vmid}`);
    const state = this.#state;
    if (state.kind !== "ready" || state.plan !== plan) {
      this.#changed.fire();
      return;
    }
    const outcomes = new Map([...state.outcomes, [decisionKey(outcome), outcome]]);
    this.#set({ ...state, outcomes, preview: null });
  }

  #set(state: PlanState): void {
    this.#state = state;
    this.#changed.fire();
  }

  /** One after the other: a plan is never made while another is being carried out. */
  #one<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#running.then(work, work);
    this.#running = done;
    done.catch(() => undefined);
    return done;
  }
}
