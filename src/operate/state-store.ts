import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import pLimit from "p-limit";
import writeFileAtomic from "write-file-atomic";
import { emptyState, type State } from "../engine/index.js";
import type { Decision, Outcome } from "../model/index.js";
import type { FormerSize } from "./audit-log.js";
import { takeLock, type HeldLock } from "./file-lock.js";
import type { ProcessMark } from "./process-mark.js";
import { fileFault, makeRecordsFolder, RecordsError, recordsFolder, type RecordsLocation } from "./records.js";

/**
 * A write to a container that is about to be sent, or was. It is entered before the write and taken out after its
 * outcome was recorded, so what is found after a crash is what nobody knows the outcome of.
 */
export interface OpenWrite {
  /** The run and the number of the write in it. */
  readonly id: string;
  readonly run: string;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly time: number;
  readonly by: ProcessMark;
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  readonly before: FormerSize;
  /** What the write carries out. */
  readonly decisions: readonly Decision[];
  /** Set in the same moment in which the state learns of them; only the audit log may still lack them. */
  readonly outcomes?: readonly Outcome[];
}

/** Everything that is remembered of one cluster. */
export interface Records {
  readonly state: State;
  readonly openWrites: readonly OpenWrite[];
}

/** What stands in the file: the version lets a later program read an older state. */
interface StoredState {
  readonly version: 1;
  readonly cluster: string;
  readonly state: State;
  readonly openWrites?: readonly OpenWrite[];
}

/**
 * Keeps the engine's state (cooldowns, boosts, pauses, sizes we set) between runs, one file a cluster.
 * A write replaces the file whole under a lock, so a reader never sees half of one and two
 * programs never lose each other's changes. Files are 0600, folders 0700.
 */
export class StateStore {
  /** One after the other within this program; the lock file is for the others. */
  private readonly turn = pLimit(1);
  private readonly tidied = new Set<string>();

  constructor(readonly location: RecordsLocation) {}

  file(cluster: string): string {
    return join(recordsFolder(this.location, cluster), "state.json");
  }

  /** The stored state, or an empty one. Creates nothing. Rejects with {@link RecordsError} where a file can't be understood. */
  async read(cluster: string): Promise<State> {
    return (await this.records(cluster)).state;
  }

  /** The state, and the writes whose outcome it does not know. Creates nothing. Rejects as {@link read} does. */
  async records(cluster: string): Promise<Records> {
    const file = this.file(cluster);
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") {
        return { state: emptyState(), openWrites: [] };
      }
      throw new RecordsError(`The state in ${file} could not be read: ${fileFault(error)}.`, { cause: error });
    }
    const stored = parse(text);
    if (stored === null) {
      throw new RecordsError(
        `The state in ${file} is damaged. Without it cooldowns, pauses and earlier sizes would be forgotten, so nothing is changed: restore the file, or move it away to start afresh.`,
      );
    }
    return { state: stored.state, openWrites: stored.openWrites ?? [] };
  }

  /** Reads, changes and writes the state under a lock; returns what was written. Rejects with {@link RecordsError}. */
  async update(cluster: string, change: (state: State) => State): Promise<State> {
    const { state } = await this.amend(cluster, (records) => ({ ...records, state: change(records.state) }));
    return state;
  }

  /** As {@link update}, for the state and the open writes together: they change in the same moment or not at all. */
  amend(cluster: string, change: (records: Records) => Records): Promise<Records> {
    return this.turn(() => this.amendAlone(cluster, change));
  }

  private async amendAlone(cluster: string, change: (records: Records) => Records): Promise<Records> {
    const file = this.file(cluster);
    const folder = recordsFolder(this.location, cluster);
    let lock: HeldLock | null = null;
    try {
      await makeRecordsFolder(folder);
      lock = await takeLock(`${file}.lock`);
      await this.tidy(folder);
      const next = change(await this.records(cluster));
      const stored: StoredState = {
        version: 1,
        cluster,
        state: next.state,
        ...(next.openWrites.length === 0 ? {} : { openWrites: next.openWrites }),
      };
      if (!lock.isHeld()) {
        throw new RecordsError(
          `The state in ${folder} was not written: this program stood still for so long that another one may have taken its lock.`,
        );
      }
      await writeFileAtomic(file, `${JSON.stringify(stored)}\n`, { mode: 0o600 });
      return next;
    } catch (error) {
      if (error instanceof RecordsError) throw error;
      throw new RecordsError(`The state in ${folder} could not be written: ${fileFault(error)}.`, { cause: error });
    } finally {
      // One that can't be released is taken over by the next.
      await lock?.release().catch(() => undefined);
    }
  }

  /** Removes what a killed program left of a write: under the lock nobody else is writing. */
  private async tidy(folder: string): Promise<void> {
    if (this.tidied.has(folder)) return;
    this.tidied.add(folder);
    for (const name of await readdir(folder)) {
      // The name of write-file-atomic's temporary files: a number after the file's own.
      if (/^state\.json\.\d+$/u.test(name)) await rm(join(folder, name), { force: true });
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
    value.state !== null &&
    (!("openWrites" in value) || Array.isArray(value.openWrites))
  );
}
