import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { AutoscalerConfig } from "../../config/index.js";
import { formatDuration, type Container, type ContainerRef, type Inventory } from "../../model/index.js";
import { ProxmoxError, type Gateway } from "../../proxmox/index.js";
import { containerLabel } from "../containers.js";
import { isGone, thisProcess, type ProcessMark } from "../process-mark.js";
import { makeRecordsFolder, recordsFolder, type RecordsLocation } from "../records.js";
import { leaseAnchor } from "./anchor.js";
import { leaseHost, leaseIn, withLease, withoutLease, type LeaseMark } from "./line.js";

export interface NotesLeaseOptions {
  readonly gateway: Gateway;
  /** The command, for people: `run`. */
  readonly program: string;
  /** Where the records are: by them a program that was killed is recognised when it is started again. */
  readonly location: RecordsLocation;
  /** Take it from whoever holds it. */
  readonly takeOver?: boolean;
}

/** Written down by whoever takes a lease. */
interface Taken {
  readonly id: string;
  readonly by: ProcessMark;
}

interface Held {
  readonly anchor: ContainerRef;
  readonly until: number;
  /** When the notes were last seen to say so. */
  readonly seen: number;
}

/** Somebody may have changed the notes between reading and writing: so often it is tried anew. */
const attempts = 4;
/** No lease lasts so long: a time beyond is somebody's mistake, and counts as none. */
const longest = 24 * 3600 * 1000;

/**
 * The right to change a cluster, which one program has at a time. It stands as a line in the notes of one container,
 * where all programs see it, written under the digest of its configuration, and runs out by the cluster's own clock.
 */
export class NotesLease {
  readonly id = randomBytes(4).toString("hex");
  readonly host = leaseHost(hostname());
  #held: Held | null = null;

  constructor(private readonly options: NotesLeaseOptions) {}

  /**
   * Takes the lease or keeps it; `null` where it is held, else why not, as a sentence. Asks Proxmox only every sixth
   * part of its duration, and writes when half of it has passed. `now` is in milliseconds by the cluster's clock.
   * Rejects with {@link ProxmoxError} only for what would keep every other request from succeeding too.
   */
  async hold(config: AutoscalerConfig, inventory: Inventory, now: number): Promise<string | null> {
    const duration = config.safety.lease.durationSeconds * 1000;
    const anchor = leaseAnchor(config, inventory, now);
    if (anchor.kind === "nothing-managed") return null;
    if (anchor.kind === "missing") {
      return `Container ${anchor.vmid}, which safety.lease.container names, is not there. Without a lease nothing is changed: this program only recommends.`;
    }
    const { container } = anchor;
    if (this.#held !== null && this.#held.anchor.vmid !== container.vmid) await this.release();
    const held = this.#held;
    if (held !== null && now - held.seen < duration / 6 && held.until - now > duration / 2) return null;
    try {
      return await this.#take(container, inventory.cluster, duration, now);
    } catch (error) {
      if (!(error instanceof ProxmoxError) || error.kind === "cancelled" || error.kind === "not-authenticated") {
        throw error;
      }
      // What was written still says who scales the cluster.
      if (held !== null && held.until > now) return null;
      this.#held = null;
      return refusal(error, container);
    }
  }

  /** Gives it back, so that the next need not wait for it to run out. Never rejects. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    try {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const { notes, digest } = await this.options.gateway.notes(held.anchor);
        if (leaseIn(notes)?.id !== this.id) return;
        if (await this.#write(held.anchor, withoutLease(notes), digest)) return;
      }
    } catch {
      // It runs out by itself.
    }
  }

  async #take(container: Container, cluster: string, duration: number, now: number): Promise<string | null> {
    const anchor: ContainerRef = { vmid: container.vmid, node: container.node };
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { notes, digest } = await this.options.gateway.notes(anchor);
      const found = leaseIn(notes);
      const own = found?.id === this.id;
      if (found !== null && !own && isAlive(found, now) && !(await this.#mayReplace(found, cluster))) {
        this.#held = null;
        return `${leaseSentence(found, container, now)} This program only recommends.`;
      }
      if (own && found.until - now > duration / 2) {
        this.#held = { anchor, until: found.until, seen: now };
        return null;
      }
      const until = Math.ceil((now + duration) / 1000) * 1000;
      const mark: LeaseMark = { program: this.options.program, host: this.host, id: this.id, until };
      // Before the line: whoever finds it may want to know whether we are still there.
      if (!own) await this.#remember(cluster);
      let written: boolean;
      try {
        written = await this.#write(anchor, withLease(notes, mark), digest);
      } catch (error) {
        if (!(error instanceof ProxmoxError) || error.kind !== "locked" || !own) throw error;
        // Nobody else can write there either while it is locked, a backup for instance: it stays ours.
        this.#held = { anchor, until: found.until, seen: now };
        return null;
      }
      if (written) {
        this.#held = { anchor, until, seen: now };
        return null;
      }
    }
    return `The notes of ${containerLabel(container)} change all the time, so the lease could not be written there. This program only recommends.`;
  }

  /** False where the notes have changed since, or where it is not known whether it was written: look again. */
  async #write(anchor: ContainerRef, notes: string, digest: string): Promise<boolean> {
    try {
      await this.options.gateway.writeNotes(anchor, notes, digest);
      return true;
    } catch (error) {
      if (error instanceof ProxmoxError && (error.kind === "conflict" || error.kind === "outcome-unknown"))
        return false;
      throw error;
    }
  }

  /** Somebody else's lease that need not be waited for. */
  async #mayReplace(found: LeaseMark, cluster: string): Promise<boolean> {
    if (this.options.takeOver === true) return true;
    if (found.host !== this.host) return false;
    try {
      const taken = JSON.parse(await readFile(this.#file(cluster), "utf8")) as Partial<Taken>;
      return taken.id === found.id && taken.by !== undefined && isGone(taken.by);
    } catch {
      return false;
    }
  }

  async #remember(cluster: string): Promise<void> {
    const taken: Taken = { id: this.id, by: thisProcess() };
    try {
      await makeRecordsFolder(recordsFolder(this.options.location, cluster));
      await writeFileAtomic(this.#file(cluster), `${JSON.stringify(taken)}\n`, { mode: 0o600 });
    } catch {
      // It only spares a restarted program the wait.
    }
  }

  #file(cluster: string): string {
    return join(recordsFolder(this.options.location, cluster), "lease.json");
  }
}

/** The lease that somebody holds, and where it stands. */
export interface StandingLease {
  readonly mark: LeaseMark;
  readonly container: Container;
  /** `lxc-autoscaler run on pve1 (4f3a2b1c) …`. */
  readonly sentence: string;
}

/** Who holds the lease of a cluster at present; `null`: nobody. Only reads. Rejects with {@link ProxmoxError}. */
export async function standingLease(
  gateway: Gateway,
  config: AutoscalerConfig,
  inventory: Inventory,
  now: number,
): Promise<StandingLease | null> {
  const anchor = leaseAnchor(config, inventory, now);
  if (anchor.kind !== "found") return null;
  const { container } = anchor;
  const mark = leaseIn((await gateway.notes(container)).notes);
  if (mark === null || !isAlive(mark, now)) return null;
  return { mark, container, sentence: leaseSentence(mark, container, now) };
}

function isAlive({ until }: LeaseMark, now: number): boolean {
  return until > now && until - now <= longest;
}

function leaseSentence({ program, host, id, until }: LeaseMark, container: Container, now: number): string {
  const rest = formatDuration(Math.max(1, Math.ceil((until - now) / 1000)));
  return `lxc-autoscaler ${program} on ${host} (${id}) scales this cluster: its lease in the notes of ${containerLabel(container)} lasts ${rest} more unless it is renewed.`;
}

function refusal(error: ProxmoxError, container: Container): string {
  const where = `in the notes of ${containerLabel(container)}`;
  return error.kind === "forbidden"
    ? `The lease that keeps two programs from scaling one cluster can't be written ${where}, so this program only recommends. ${error.message}`
    : `The lease could not be written ${where}, so this program only recommends. ${error.message}`;
}
