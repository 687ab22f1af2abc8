import { Owner } from "../base/lifetime.js";
import { systemTimers, type Timers } from "../cluster/inventory-model.js";
import type { PlanModel } from "./plan-model.js";
import type { PlanSource } from "./plan-source.js";

/** Milliseconds without a key after which typing counts as paused. */
const pause = 120;
/** With a plan that takes long (thousands of containers) the pause is as long as that, so that keys come first: up to this. */
const longestPause = 500;

export interface LivePreviewOptions {
  readonly plans: PlanModel;
  /** What stands in the file now. Rejects where it is not there any more. */
  readonly read: (uri: string) => Promise<PlanSource>;
  readonly timers?: Timers;
}

/**
 * Plans for a text whenever typing pauses, on the readings of the last dry run. The next key puts it off, and what was
 * begun for the text before is not shown.
 */
export class LivePreview extends Owner {
  readonly #options: LivePreviewOptions;
  readonly #timers: Timers;
  #timer: unknown = null;
  /** Called when what is due now has been shown. */
  #waiting: (() => void)[] = [];
  #running: Promise<void> = Promise.resolve();
  /** How long the last one took, in milliseconds. */
  #cost = 0;

  constructor(options: LivePreviewOptions) {
    super();
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    let shown: unknown = null;
    this.own(
      options.plans.onDidChange(() => {
        const { state } = options.plans;
        if (state.kind !== "ready" || state.plan === shown) return;
        // The text may have gone on while the plan was being made.
        shown = state.plan;
        this.changed(state.source.uri);
      }),
    );
    this.own({
      dispose: () => {
        this.#stop();
        this.#tellIdle();
      },
    });
  }

  /** A text was changed: if there is a plan for it, it is looked at when typing pauses. */
  changed(uri: string): void {
    const { state } = this.#options.plans;
    if (state.kind !== "ready" || state.source.uri !== uri || this.disposed) return;
    this.#stop();
    this.#timer = this.#timers.set(
      () => {
        this.#timer = null;
        this.#running = this.#look(uri);
        void this.#running.then(() => this.#tellIdle());
      },
      Math.min(longestPause, Math.max(pause, this.#cost)),
    );
  }

  /** Settles when typing has paused, and what comes of it is shown. */
  async whenIdle(): Promise<void> {
    if (this.#timer === null) await this.#running;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #look(uri: string): Promise<void> {
    const { plans, read } = this.#options;
    let source: PlanSource;
    try {
      source = await read(uri);
    } catch {
      // Closed without a file: the plan stays, and can't be applied.
      return;
    }
    const begin = this.#timers.now();
    await plans.preview(source);
    this.#cost = this.#timers.now() - begin;
  }

  #stop(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
  }

  #tellIdle(): void {
    if (this.#timer !== null) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
