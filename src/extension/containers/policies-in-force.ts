import type { AutoscalerConfig } from "../../config/index.js";
import type { Container } from "../../model/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { loadConfig } from "../base/rooms.js";

type PolicyOf = (container: Container) => string | null;

/**
 * Which policy of the active autoscaler file is in force for a container. The file is read when the first one asks, and
 * again when it may say something else; while it has errors, what it said last holds.
 */
export class PoliciesInForce extends Owner {
  /** Gives `null` where there is no file; rejects where it can't be used. */
  readonly #read: () => Promise<AutoscalerConfig | null>;
  readonly #changed = this.own(new Emitter());
  readonly onDidChange: Event<void> = this.#changed.event;
  #wanted = false;
  #policyOf: PolicyOf | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(read: () => Promise<AutoscalerConfig | null>) {
    super();
    this.#read = read;
  }

  /** The last policy that matches, `defaults` where only those do; `null`: it is not managed, `undefined`: not known (yet). */
  policyOf(container: Container): string | null | undefined {
    if (!this.#wanted) {
      this.#wanted = true;
      this.refresh();
    }
    return this.#policyOf?.(container);
  }

  /** The same, once the file has been read. */
  async knownPolicyOf(container: Container): Promise<string | null | undefined> {
    this.policyOf(container);
    await this.#reading;
    return this.policyOf(container);
  }

  /** To be called when the file may say something else, or another one counts. */
  refresh(): void {
    if (!this.#wanted || this.disposed) return;
    this.#reading = this.#reading.then(() => this.#readOnce());
  }

  /** Settles when nothing is being read. */
  whenIdle(): Promise<void> {
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    try {
      const config = await this.#read();
      const { settingsAt } = await loadConfig();
      this.#policyOf = config === null ? null : policyIn(settingsAt(config, Date.now()));
    } catch {
      // It is being typed, or its findings say what is wrong with it.
      return;
    }
    if (!this.disposed) this.#changed.fire();
  }
}

type SettingsOf = ReturnType<Awaited<ReturnType<typeof loadConfig>>["settingsAt"]>;

function policyIn(settingsOf: SettingsOf): PolicyOf {
  return (container) => {
    const { managed, policies } = settingsOf(container);
    return managed ? (policies.at(-1) ?? "defaults") : null;
  };
}
