import type { Container, Inventory } from "../model/index.js";

/** Where the server learns what there is: filled by the editor's client, or by whoever starts the server. */
export interface InventorySource {
  /** The newest inventory; `null` without a connection. */
  current(): Inventory | null;
  /** Calls `listener` after each change until the result is called. */
  onChange(listener: () => void): () => void;
  /** Tells which containers open files are about: of these the sizes that are configured are worth reading. */
  concerns?(isConcerned: (container: Container) => boolean): void;
  /** Names of the snapshots of a container, the newest first. Rejects, or is absent, where they can't be had. */
  snapshots?(container: Container): Promise<readonly string[]>;
}

/** An inventory that is pushed from outside. */
export class PushedInventory implements InventorySource {
  #inventory: Inventory | null = null;
  readonly #listeners = new Set<() => void>();
  #isConcerned: (container: Container) => boolean = () => false;
  /** Reads the names of snapshots; absent until whoever fills this can. */
  snapshots?: (container: Container) => Promise<readonly string[]>;

  concerns(isConcerned: (container: Container) => boolean): void {
    this.#isConcerned = isConcerned;
  }

  /** True for containers that files are about which are open now. */
  isConcerned(container: Container): boolean {
    return this.#isConcerned(container);
  }

  current(): Inventory | null {
    return this.#inventory;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(inventory: Inventory | null): void {
    this.#inventory = inventory;
    for (const listener of this.#listeners) listener();
  }
}
