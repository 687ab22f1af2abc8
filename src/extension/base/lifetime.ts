/** Something that holds a resource until it is told to let go. The same shape as VS Code's. */
export interface Disposable {
  dispose(): void;
}

/** Owns what it opens: disposed last to first, each once, also where one of them throws. */
export class Owner implements Disposable {
  readonly #owned = new Set<Disposable>();
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** What comes after the end is let go at once. */
  own<Owned extends Disposable>(owned: Owned): Owned {
    if (this.#disposed) owned.dispose();
    else this.#owned.add(owned);
    return owned;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const faults: unknown[] = [];
    for (const owned of [...this.#owned].reverse()) {
      try {
        owned.dispose();
      } catch (error) {
        faults.push(error);
      }
    }
    this.#owned.clear();
    if (faults.length > 0) throw new AggregateError(faults, "Not everything could be let go.");
  }
}
