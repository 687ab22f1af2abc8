import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import type { ConnectionState, SecretKeeper } from "../cluster/connection-store.js";

const listKey = "keptSecrets";
const secretKey = (name: string): string => `variable.${name}`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Secrets that were moved out of files into the editor's key store. A file refers to them as it does to environment
 * variables (`${env:NAME}`), so that the same file works on the command line where these are set. Their names are in the
 * editor's state; a value is in the key store and, while the window is open, in the memory of this process.
 */
export class KeptSecrets extends Owner {
  readonly #changed = this.own(new Emitter());
  readonly onDidChange: Event<void> = this.#changed.event;
  #values: ReadonlyMap<string, string> = new Map();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly state: ConnectionState,
    private readonly secrets: SecretKeeper,
    /** Told where the key store can't be read. */
    private readonly failed: (error: unknown) => void,
  ) {
    super();
    void this.reload();
  }

  /** Names of the variables, in alphabetical order. */
  get names(): readonly string[] {
    return [...this.#values.keys()].sort();
  }

  /** Settles when everything that was asked for is done. Rejects never. */
  async whenIdle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  /** An environment with what is kept for variables that it does not set itself. */
  environment(own: Environment): Environment {
    const set = Object.entries(own).filter(([, value]) => value !== undefined && value !== "");
    return { ...Object.fromEntries(this.#values), ...Object.fromEntries(set) };
  }

  /** A name that stands for no other value yet: the one that is wanted, or that with a number behind it. */
  freeName(wanted: string, value: string, own: Environment): string {
    const known = this.environment(own);
    const isFree = (name: string): boolean => (Object.hasOwn(known, name) ? known[name] === value : true);
    if (isFree(wanted)) return wanted;
    for (let count = 2; ; count += 1) if (isFree(`${wanted}_${count}`)) return `${wanted}_${count}`;
  }

  /** Reads what the key store has now: another window may have changed it. */
  reload(): Promise<void> {
    return this.#queue(async () => {
      try {
        const values = new Map<string, string>();
        for (const name of this.#listed()) {
          const value = await this.secrets.get(secretKey(name));
          if (value !== undefined) values.set(name, value);
        }
        this.#set(values);
      } catch (error) {
        this.failed(error);
      }
    });
  }

  /** Keeps a value. Rejects where the key store does not take it. */
  keep(name: string, value: string): Promise<void> {
    return this.#queue(async () => {
      await this.secrets.store(secretKey(name), value);
      await this.state.update(listKey, [...new Set([...this.#listed(), name])].sort());
      this.#set(new Map([...this.#values, [name, value]]));
    });
  }

  forget(name: string): Promise<void> {
    return this.#queue(async () => {
      await this.secrets.delete(secretKey(name));
      await this.state.update(
        listKey,
        this.#listed().filter((one) => one !== name),
      );
      this.#set(new Map([...this.#values].filter(([one]) => one !== name)));
    });
  }

  #listed(): readonly string[] {
    const stored = this.state.get(listKey);
    return Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : [];
  }

  #set(values: ReadonlyMap<string, string>): void {
    const before = this.#values;
    this.#values = values;
    const isSame = before.size === values.size && [...values].every(([name, value]) => before.get(name) === value);
    if (!isSame) this.#changed.fire();
  }

  /** One after the other. */
  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work, work);
    this.#last = done;
    done.catch(() => undefined);
    return done;
  }
}
