import type { Disposable } from "./lifetime.js";

/** Subscribes a listener until what it returns is disposed. */
export type Event<Value> = (listener: (value: Value) => void) => Disposable;

/**
 * Tells listeners of something. As VS Code's own, but without `vscode`, so that what uses it can be
 * tested outside the editor.
 */
export class Emitter<Value = void> implements Disposable {
  readonly #listeners = new Set<(value: Value) => void>();

  readonly event: Event<Value> = (listener) => {
    // A wrapper of its own, so that the same function may listen twice.
    const own = (value: Value): void => {
      listener(value);
    };
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: Value): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
