import { setMaxListeners } from "node:events";

/** Thrown through an abort signal when a limit of time is over, to tell it from a cancellation. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(readonly seconds: number) {
    super(`no answer within ${seconds} seconds`);
  }
}

export interface Deadline extends Disposable {
  /** Aborts when the time is over ({@link DeadlineError}), or with the caller's reason. */
  readonly signal: AbortSignal;
}

/** Joins limits into one signal: some seconds, and any number of signals. Whoever makes it disposes it. */
export function deadline(seconds: number, ...signals: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DeadlineError(seconds)), seconds * 1000);
  const release: (() => void)[] = [() => clearTimeout(timer)];
  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = (): void => controller.abort(signal.reason);
    // Many requests may hang on one signal; Node takes more than ten for a leak and warns.
    setMaxListeners(0, signal);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    release.push(() => signal.removeEventListener("abort", abort));
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const step of release) step();
    },
  };
}

/**
 * Settles as the promise does, or rejects with the signal's reason soon after it aborts:
 * a promise that listens to the same signal goes first, as it knows how far it got.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => setImmediate(() => reject(reasonOf(signal)));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** What a signal was aborted with, as an error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted");
}
