import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { isGrouping, isSorting, usualArrangement, type Arrangement } from "./arrangement.js";

/** The part of VS Code's `Memento` that is used. */
export interface KeptState {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const filterKey = "containers.filter";

/**
 * How the containers are shown: groups and order are settings, so that they go from machine to machine; the filter belongs
 * to the workspace, and is there again with the next window.
 */
export class ArrangementStore extends Owner {
  readonly #state: KeptState;
  readonly #settings: { readonly groupBy: () => unknown; readonly sortBy: () => unknown };
  readonly #changed = this.own(new Emitter());
  readonly onDidChange: Event<void> = this.#changed.event;
  #current: Arrangement;

  constructor(state: KeptState, settings: { readonly groupBy: () => unknown; readonly sortBy: () => unknown }) {
    super();
    this.#state = state;
    this.#settings = settings;
    const filter = state.get(filterKey);
    this.#current = this.#withSettings({ ...usualArrangement, filter: typeof filter === "string" ? filter : "" });
  }

  get current(): Arrangement {
    return this.#current;
  }

  /** To be called when settings may have changed. */
  readSettings(): void {
    const { groupBy, sortBy } = this.#current;
    const next = this.#withSettings(this.#current);
    if (next.groupBy !== groupBy || next.sortBy !== sortBy) this.#set(next);
  }

  /** Shows what holds; a filter that is only being typed is not kept. */
  filter(text: string): void {
    if (text !== this.#current.filter) this.#set({ ...this.#current, filter: text });
  }

  /** Keeps the present filter for the next window. */
  async keepFilter(): Promise<void> {
    await this.#state.update(filterKey, this.#current.filter === "" ? undefined : this.#current.filter);
  }

  #withSettings(arrangement: Arrangement): Arrangement {
    const [groupBy, sortBy] = [this.#settings.groupBy(), this.#settings.sortBy()];
    return {
      ...arrangement,
      groupBy: isGrouping(groupBy) ? groupBy : usualArrangement.groupBy,
      sortBy: isSorting(sortBy) ? sortBy : usualArrangement.sortBy,
    };
  }

  #set(arrangement: Arrangement): void {
    this.#current = arrangement;
    this.#changed.fire();
  }
}
