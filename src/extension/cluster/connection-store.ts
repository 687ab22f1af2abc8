import { isSavedConnection, type SavedConnection } from "./connection.js";

/** The part of VS Code's `Memento` that is used. */
export interface ConnectionState {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** The part of VS Code's `SecretStorage` that is used. */
export interface SecretKeeper {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

const listKey = "connections";
const secretKey = (id: string): string => `token.${id}`;

/**
 * Remembers connections: the list in the editor's state, each secret in its secret storage. Changes are made
 * one after the other; where the list can't be written, the secret goes back to what it was.
 */
export class ConnectionStore {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly state: ConnectionState,
    private readonly secrets: SecretKeeper,
  ) {}

  list(): readonly SavedConnection[] {
    const stored = this.state.get(listKey);
    return Array.isArray(stored) ? stored.filter(isSavedConnection) : [];
  }

  secret(id: string): Promise<string | undefined> {
    return Promise.resolve(this.secrets.get(secretKey(id)));
  }

  /** Adds a connection, or replaces the one of the same id. Without a secret the present one stays. */
  save(connection: SavedConnection, secret?: string): Promise<void> {
    return this.#queue(async () => {
      const write = (): Promise<void> => this.#write(this.#with(connection));
      if (secret === undefined) return write();
      const key = secretKey(connection.id);
      const former = await this.secrets.get(key);
      await this.secrets.store(key, secret);
      await this.#orElse(write, () =>
        former === undefined ? this.secrets.delete(key) : this.secrets.store(key, former),
      );
    });
  }

  remove(id: string): Promise<void> {
    return this.#queue(async () => {
      const key = secretKey(id);
      const former = await this.secrets.get(key);
      await this.secrets.delete(key);
      await this.#orElse(
        () => this.#write(this.#without(id)),
        () => (former === undefined ? Promise.resolve() : this.secrets.store(key, former)),
      );
    });
  }

  #without(id: string): readonly SavedConnection[] {
    return this.list().filter((connection) => connection.id !== id);
  }

  #with(connection: SavedConnection): readonly SavedConnection[] {
    const list = this.list();
    return list.some(({ id }) => id === connection.id)
      ? list.map((one) => (one.id === connection.id ? connection : one))
      : [...list, connection];
  }

  async #write(list: readonly SavedConnection[]): Promise<void> {
    const plain = list.map(({ id, label, endpoints, fingerprints, tokenId }) => ({
      id,
      label,
      endpoints,
      fingerprints,
      tokenId,
    }));
    await this.state.update(listKey, plain);
  }

  async #orElse(write: () => Promise<void>, undo: () => Thenable<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      await undo();
      throw error;
    }
  }

  #queue<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
