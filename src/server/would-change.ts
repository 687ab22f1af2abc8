import type { AutoscalerReading } from "../config/index.js";
import { decide, emptyState, observationOf } from "../engine/index.js";
import type { Container, ContainerHistory, History, Inventory, Plan, Sample } from "../model/index.js";
import type { InventorySource } from "./inventory-source.js";
import type { PlannedDecision } from "./protocol.js";

/** So long (milliseconds) the readings of earlier inventories are kept. */
const kept = 60 * 60_000;
/** So many readings are kept in all: a server for an editor stays small. */
const mostSamples = 100_000;

/** What earlier inventories showed, so that a plan can look back as far as this server has looked on. */
export class ObservedUsage {
  readonly #samples = new Map<number, Sample[]>();
  #cluster: string | null = null;
  #last: number | null = null;
  #steps: number[] = [];

  /** The usage of containers over time. */
  get history(): History {
    const stepSeconds = this.#steps.toSorted((a, b) => a - b)[Math.floor(this.#steps.length / 2)] ?? 0;
    return new Map(
      [...this.#samples].map(([vmid, samples]): [number, ContainerHistory] => [vmid, { stepSeconds, samples }]),
    );
  }

  /** Follows a source until the result is called. */
  follow(source: InventorySource): () => void {
    const note = (): void => this.#note(source.current());
    note();
    return source.onChange(note);
  }

  #note(inventory: Inventory | null): void {
    if (inventory === null || inventory.cluster !== this.#cluster) {
      this.#samples.clear();
      this.#steps = [];
      this.#last = null;
      this.#cluster = inventory?.cluster ?? null;
    }
    if (inventory === null) return;
    const { observedAt, containers } = inventory;
    if (this.#last !== null && observedAt <= this.#last) return;
    if (this.#last !== null) this.#steps = [...this.#steps.slice(-99), (observedAt - this.#last) / 1000];
    this.#last = observedAt;
    const most = Math.max(2, Math.floor(mostSamples / Math.max(1, containers.length)));
    const there = new Set(containers.map(({ vmid }) => vmid));
    for (const vmid of this.#samples.keys()) if (!there.has(vmid)) this.#samples.delete(vmid);
    for (const container of containers) {
      if (container.stale) continue;
      const samples = this.#samples.get(container.vmid) ?? [];
      while (samples.length >= most || (samples[0]?.time ?? observedAt) < observedAt - kept) samples.shift();
      samples.push(observationOf(container, observedAt));
      this.#samples.set(container.vmid, samples);
    }
  }
}

/** The plan of a file as it stands, on what was seen; `null` where there is no valid file, or no inventory. */
export function planOf({ config }: AutoscalerReading, inventory: Inventory | null, history: History): Plan | null {
  if (config === null || inventory === null) return null;
  return decide({ config, inventory, history, state: emptyState(), now: inventory.observedAt });
}

/** What each container comes to in a plan, by its id: one that is in no decision is in none of them. */
export interface Outlook {
  readonly changed: ReadonlySet<number>;
  /** Not decided on: the readings seen so far do not reach back far enough, or its size is not known. */
  readonly unknown: ReadonlySet<number>;
  readonly same: ReadonlySet<number>;
}

/** What the decisions of a plan come to, container by container. */
export function outlookOf(decisions: readonly PlannedDecision[]): Outlook {
  const [changed, unknown, same] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const { vmid, action, from, rules } of decisions) {
    if (action === "scale-up" || action === "scale-down") changed.add(vmid);
    else if (from === null || rules.includes("insufficient-data")) unknown.add(vmid);
    else same.add(vmid);
  }
  return { changed, unknown, same };
}

/** The same of a plan that was made here: of a container that it does not decide about it is known that nothing changes. */
export function outlookOfPlan({ decisions }: Plan, { containers }: Inventory): Outlook {
  const { changed, unknown, same } = outlookOf(
    decisions.map(({ vmid, action, from, reasons }) => ({
      vmid,
      action,
      from,
      rules: reasons.map(({ rule }) => rule),
    })),
  );
  return { changed, unknown, same: new Set([...same, ...containers.map(({ vmid }) => vmid)]) };
}

/**
 * How many of these containers change. `null` where some that run could not be decided on, or were not known when the plan
 * was made: a number would say too little then.
 */
export function changesAmong(containers: readonly Container[], { changed, unknown, same }: Outlook): number | null {
  let count = 0;
  for (const { vmid, status, template, lock } of containers) {
    if (changed.has(vmid)) count += 1;
    else if (status !== "running" || template || lock !== null) continue;
    else if (unknown.has(vmid) || !same.has(vmid)) return null;
  }
  return count;
}
