import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import type { PlanModel } from "../scaling/plan-model.js";

/** What the plan that is shown would do with a container. */
export type Mark = "up" | "down" | "both" | "paused";

/** A container of one of the clusters. */
export interface MarkedContainer {
  readonly cluster: string;
  readonly vmid: number;
}

/** Which containers the plan would grow or shrink, and which it leaves alone because somebody has paused them. */
export class PlanMarks extends Owner {
  readonly #plans: PlanModel;
  readonly #changed = this.own(new Emitter<readonly MarkedContainer[]>());
  /** Those whose mark came, went or became another one. Never an empty list. */
  readonly onDidChange: Event<readonly MarkedContainer[]> = this.#changed.event;
  #cluster = "";
  #marks: ReadonlyMap<number, Mark> = new Map();

  constructor(plans: PlanModel) {
    super();
    this.#plans = plans;
    this.own(plans.onDidChange(() => this.#update()));
  }

  of(cluster: string, vmid: number): Mark | undefined {
    return cluster === this.#cluster ? this.#marks.get(vmid) : undefined;
  }

  #update(): void {
    const { state } = this.#plans;
    // While the next plan is being made the marks of the last one stay, as its rows do.
    if (state.kind === "running") return;
    const [formerCluster, former] = [this.#cluster, this.#marks];
    this.#cluster = state.kind === "ready" ? state.cluster.id : "";
    this.#marks = state.kind === "ready" ? this.#marksOf((state.preview ?? state).plan.decisions) : new Map();
    const changed: MarkedContainer[] = [];
    const collect = (cluster: string, marks: ReadonlyMap<number, Mark>, others: ReadonlyMap<number, Mark>): void => {
      for (const [vmid, mark] of marks) if (others.get(vmid) !== mark) changed.push({ cluster, vmid });
    };
    const none = new Map<number, Mark>();
    const same = formerCluster === this.#cluster;
    collect(this.#cluster, this.#marks, same ? former : none);
    for (const [vmid] of former) {
      if (!same || !this.#marks.has(vmid)) changed.push({ cluster: formerCluster, vmid });
    }
    if (changed.length > 0) this.#changed.fire(changed);
  }

  #marksOf(decisions: Parameters<typeof marksOf>[0]): ReadonlyMap<number, Mark> {
    return marksOf(decisions, (decision) => this.#plans.isDue(decision));
  }
}

type Decisions = Extract<PlanModel["state"], { kind: "ready" }>["plan"]["decisions"];

/** The mark of each container that decisions are about. `isDue`: a change that has not been carried out. */
export function marksOf(
  decisions: Decisions,
  isDue: (decision: Decisions[number]) => boolean,
): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  for (const decision of decisions) {
    const { vmid, action, reasons } = decision;
    const known = marks.get(vmid);
    if (isDue(decision)) {
      const mark = action === "scale-up" ? "up" : "down";
      marks.set(vmid, known === undefined || known === "paused" || known === mark ? mark : "both");
    } else if (known === undefined && reasons.some(({ rule }) => rule === "paused")) marks.set(vmid, "paused");
  }
  return marks;
}
