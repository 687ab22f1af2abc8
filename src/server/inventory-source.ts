import type { Inventory } from "../model/index.js";

/** Where the server learns what there is: filled by the editor's client, or by whoever starts the server. */
export interface InventorySource {
  /** The newest inventory; `null` without a connection. */
  current(): Inventory | null;
  /** Calls `listener` after each change until the result is called. */
  onChange(listener: () => void): () => void;
}

/** An inventory that is pushed from outside. */
export class PushedInventory implements InventorySource {
  #inventory: Inventory | null = null;
  readonly #listeners = new Set<() => void>();

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
