import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import writeFileAtomic from "write-file-atomic";
import { emptyState, type State } from "../engine/index.js";
import { fileFault, RecordsError, recordsFolder, type RecordsLocation } from "./records.js";

/** What stands in the file: the version lets a later program read an older state. */
interface StoredState {
  readonly version: 1;
  readonly cluster: string;
  readonly state: State;
}

/**
 * Keeps the engine's state (cooldowns, boosts, sizes we set) between runs, one file a cluster.
 * A write replaces the file whole under a lock, so a reader never sees half of one and two
 * programs never lose each other's changes. Files are 0600, folders 0700.
 */
export class StateStore {
  constructor(readonly location: RecordsLocation) {}

  file(cluster: string): string {
    return join(recordsFolder(this.location, cluster), "state.json");
  }

  /** The stored state, or an empty one. Creates nothing. Rejects with {@link RecordsError} where a file can't be understood. */
  async read(cluster: string): Promise<State> {
    const file = this.file(cluster);
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return emptyState();
      throw new RecordsError(`The state in ${file} could not be read: ${fileFault(error)}.`, { cause: error });
    }
    const stored = parse(text);
    if (stored === null) {
      throw new RecordsError(
        `The state in ${file} is damaged. Without it cooldowns and earlier sizes would be forgotten: restore the file, or move it away to start afresh.`,
      );
    }
    return stored.state;
  }

  /** Reads, changes and writes the state under a lock; returns what was written. Rejects with {@link RecordsError}. */
  async update(cluster: string, change: (state: State) => State): Promise<State> {
    const file = this.file(cluster);
    const folder = recordsFolder(this.location, cluster);
    let release: (() => Promise<void>) | null = null;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      release = await lock(folder, {
        lockfilePath: `${file}.lock`,
        stale: 10_000,
        retries: { retries: 40, factor: 1.2, minTimeout: 20, maxTimeout: 500 },
      });
      const next = change(await this.read(cluster));
      const stored: StoredState = { version: 1, cluster, state: next };
      await writeFileAtomic(file, `${JSON.stringify(stored)}\n`, { mode: 0o600 });
      return next;
    } catch (error) {
      if (error instanceof RecordsError) throw error;
      throw new RecordsError(`The state in ${folder} could not be written: ${fileFault(error)}.`, { cause: error });
    } finally {
      await release?.();
    }
  }
}

function parse(text: string): StoredState | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isStoredState(value) ? value : null;
}

/** The shape of the envelope; the engine's own part is written by the engine alone. */
function isStoredState(value: unknown): value is StoredState {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    value.version === 1 &&
    "state" in value &&
    typeof value.state === "object" &&
    value.state !== null
  );
}
