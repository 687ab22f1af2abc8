import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import type { KeptState } from "./arrangement-store.js";

/** A container of one of the clusters. */
interface Place {
  readonly cluster: string;
  readonly vmid: number;
}

const key = "containers.favourites";

/** Containers that a person wants on top, by the id of their connection: a name may be given away, a CT id is not. */
export class Favourites extends Owner {
  readonly #state: KeptState;
  readonly #changed = this.own(new Emitter());
  readonly onDidChange: Event<void> = this.#changed.event;
  #places: ReadonlySet<string>;

  constructor(state: KeptState) {
    super();
    this.#state = state;
    const stored = state.get(key);
    this.#places = new Set(Array.isArray(stored) ? stored.filter((place) => typeof place === "string") : []);
  }

  has(cluster: string, vmid: number): boolean {
    return this.#places.has(nameOf({ cluster, vmid }));
  }

  /** Makes all of them favourites; where all are already, none of them any more. */
  async toggle(places: readonly Place[]): Promise<void> {
    const names = places.map(nameOf);
    const next = new Set(this.#places);
    const remove = names.every((name) => next.has(name));
    for (const name of names) {
      if (remove) next.delete(name);
      else next.add(name);
    }
    this.#places = next;
    this.#changed.fire();
    await this.#state.update(key, [...next]);
  }

  /** Forgets those of a cluster whose connection is gone for good. */
  async forget(cluster: string): Promise<void> {
    const next = new Set([...this.#places].filter((name) => !name.startsWith(`${cluster}/`)));
    if (next.size === this.#places.size) return;
    this.#places = next;
    this.#changed.fire();
    await this.#state.update(key, [...next]);
  }
}

function nameOf({ cluster, vmid }: Place): string {
  return `${cluster}/${vmid}`;
}
