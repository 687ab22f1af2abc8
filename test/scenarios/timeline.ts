import type { LoopEvent, Timer, Wait } from "../../src/operate/index.js";
import { AuditLog, type AuditEvent } from "../../src/operate/index.js";
import type { Control } from "../../src/simulator/index.js";

interface Due {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/**
 * Moves the simulated clock from one thing that is due to the next, and only when nobody has anything left to do: what
 * happens in a scenario is then the same however fast the machine is.
 */
export class Timeline {
  readonly #due: Due[] = [];
  /** Containers that shrink in stages, with the run that shrinks them. */
  readonly #stages = new Map<number, string>();
  readonly #runs = new Set<string>();
  #waiting = 0;

  constructor(
    private readonly control: Control,
    /** From here on nothing happens any more, milliseconds since the epoch. */
    readonly end: number,
    private readonly atEnd: () => void,
  ) {}

  /** Calls it at its time, before whatever else is due then. */
  at(time: number, run: () => void | Promise<void>): void {
    this.#add({ at: time, run });
  }

  /** What the loop waits with. */
  readonly timer: Timer = {
    now: () => this.control.now(),
    wait: async (milliseconds, signal) => {
      const target = this.control.now() + milliseconds;
      await this.to(Math.min(target, this.end), signal);
      if (target >= this.end) this.atEnd();
      return !signal.aborted;
    },
  };

  /** What a shrink in stages waits with. */
  readonly wait: Wait = (seconds, signal) =>
    new Promise((resolve) => {
      this.#waiting += 1;
      const done = (): void => {
        this.#waiting -= 1;
        signal.removeEventListener("abort", done);
        const index = this.#due.indexOf(due);
        if (index !== -1) this.#due.splice(index, 1);
        resolve(!signal.aborted);
      };
      const due: Due = { at: this.control.now() + seconds * 1000, run: done };
      this.#add(due);
      if (signal.aborted) done();
      else signal.addEventListener("abort", done);
    });

  /** Hears what the loop tells, and so knows who is still at work. */
  told(event: LoopEvent, run: string): void {
    if (event.event === "stage") this.#stages.set(event.vmid, run);
    if (event.event === "outcome" && event.resource === "memory") this.#stages.delete(event.vmid);
  }

  /** An audit log from which this knows which runs go on. */
  watched(audit: AuditLog): AuditLog {
    return new WatchedAudit(audit, this.#runs);
  }

  /** Lets time pass with all that is due in it. */
  async to(target: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      await this.#settled();
      const next = this.#due[0];
      if (signal?.aborted === true) return;
      if (next === undefined || next.at > target) break;
      this.#due.shift();
      await this.control.advance(Math.max(0, next.at - this.control.now()));
      await next.run();
    }
    await this.control.advance(Math.max(0, target - this.control.now()));
  }

  #add(due: Due): void {
    const index = this.#due.findIndex(({ at }) => at > due.at);
    this.#due.splice(index === -1 ? this.#due.length : index, 0, due);
  }

  /** Until every shrink waits for its next stage, and every other run has written its last line. */
  async #settled(): Promise<void> {
    const isIdle = (): boolean =>
      this.#waiting === this.#stages.size && [...this.#runs].every((run) => [...this.#stages.values()].includes(run));
    // Twice, because what was told last may be about to be acted on.
    for (let idle = 0; idle < 2; idle = isIdle() ? idle + 1 : 0) await new Promise(setImmediate);
  }
}

class WatchedAudit extends AuditLog {
  constructor(
    private readonly log: AuditLog,
    private readonly runs: Set<string>,
  ) {
    super(log.location);
  }

  override async append(cluster: string, run: string, time: number, event: AuditEvent): Promise<void> {
    if (event.event === "run-started") this.runs.add(run);
    await this.log.append(cluster, run, time, event);
    if (event.event === "run-ended") this.runs.delete(run);
  }
}
