import { decisionDocument } from "../../engine/index.js";
import type { Plan } from "../../model/index.js";
import type { LoopEvent } from "./events.js";

/** What went wrong beside the cycle itself. */
export interface LoopProblem {
  readonly node: string | null;
  readonly message: string;
}

/** The lines of a loop. They leave in their order, also those of shrinks that end while a cycle goes on; what is no news is not repeated. */
export class LoopLines {
  /** What was said of each decision that does not hold. */
  #decisions = new Map<string, string>();
  #problems: ReadonlySet<string> = new Set();
  #clockMoves = false;
  #leaving: Promise<void> = Promise.resolve();

  constructor(
    /** The cycle that lines belong to. */
    public run: string,
    private readonly tell: (event: LoopEvent, run: string, time: number) => Promise<void>,
    private readonly now: () => number,
  ) {}

  say(event: LoopEvent, run: string = this.run): void {
    const time = this.now();
    this.#leaving = this.#leaving.then(() => this.tell(event, run, time));
    // Whoever waits for the lines next is told; until then this is no unhandled rejection.
    this.#leaving.catch(() => undefined);
  }

  /** Once all that was said has left. Rejects where a line could not. */
  get left(): Promise<void> {
    return this.#leaving;
  }

  /** A decision that is the same as in the cycle before is no news. */
  decisions(plan: Plan): void {
    const before = this.#decisions;
    this.#decisions = new Map();
    for (const decision of plan.decisions) {
      const { vmid, resource, action, from, to } = decision;
      if (action === "hold") continue;
      const key = `${vmid} ${resource}`;
      const news = `${action} ${from} ${to} ${decision.reasons.map(({ rule }) => rule).join(" ")}`;
      this.#decisions.set(key, news);
      if (before.get(key) !== news) this.say({ event: "decision", ...decisionDocument(decision) });
    }
  }

  /** What is decided again is told again: of one decision, or of all. */
  forgetDecision(decision: { readonly vmid: number | null; readonly resource: string } | "all"): void {
    if (decision === "all") this.#decisions.clear();
    else this.#decisions.delete(`${decision.vmid} ${decision.resource}`);
  }

  /** Those of a cycle; each once until it is over. */
  problems(problems: readonly LoopProblem[]): void {
    const keys = new Set<string>();
    for (const { node, message } of problems) {
      const key = `${node} ${message}`;
      if (!this.#problems.has(key) && !keys.has(key)) this.say({ event: "problem", node, error: message });
      keys.add(key);
    }
    this.#problems = keys;
  }

  /** By how many seconds the clock of the cluster was off in a cycle; one that goes at another speed is told of once. */
  clock(seconds: number): void {
    if (seconds !== 0 && !this.#clockMoves) this.say({ event: "clock", seconds });
    this.#clockMoves = seconds !== 0;
  }
}
