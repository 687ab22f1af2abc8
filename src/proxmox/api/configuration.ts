import type { Container, ContainerConfiguration } from "../../model/index.js";
import { amountOf, flagOf, textOf } from "./numbers.js";
import type { Clock } from "./clock.js";
import type { ConfigurationFields, PendingRow } from "./shapes.js";
import { volumesOf } from "./volumes.js";

/** MiB a container has if its file does not say (the schema's default). */
const defaultMemory = 512;

/** Asks `GET …/config` for what is in force; without it values that wait for a restart stand in their place. */
export const inForce = { current: true } as const;

/** Reads `GET …/pending`: the keys whose new value, or whose end, a restart brings into force. */
export function pendingKeys(rows: readonly PendingRow[]): readonly string[] {
  return rows.flatMap(({ key, pending, delete: removed }) => {
    const name = textOf(key);
    return name !== null && (pending !== undefined || flagOf(removed)) ? [name] : [];
  });
}

/** Reads `GET …/config`. */
export function configurationOf(fields: ConfigurationFields, readAt: number): ContainerConfiguration {
  const cpulimit = amountOf(fields.cpulimit);
  return {
    cores: amountOf(fields.cores),
    // 0 is Proxmox's word for no limit.
    cpulimit: cpulimit === 0 ? null : cpulimit,
    memory: amountOf(fields.memory) ?? defaultMemory,
    // Absent means none here, although 512 is what a new container is given.
    swap: amountOf(fields.swap) ?? 0,
    volumes: volumesOf(fields),
    digest: textOf(fields.digest) ?? "",
    protection: flagOf(fields.protection),
    unprivileged: flagOf(fields.unprivileged),
    description: textOf(fields.description),
    readAt,
  };
}

/** Configurations change without notice, so none is believed longer than this. */
const maximumAge = 10 * 60 * 1000;

interface Entry {
  readonly configuration: ContainerConfiguration;
  /** What the bulk request said of the container when it was read. */
  readonly sizes: string;
}

/**
 * Configurations already read. One is good until ten minutes have passed, the sizes that the bulk request
 * shows have changed (somebody changed the file), the container has moved, or we wrote to it ourselves.
 */
export class ConfigurationCache {
  readonly #entries = new Map<number, Entry>();

  constructor(private readonly clock: Clock) {}

  /** The configuration if it may still be used; `age` in seconds is how long it may, ten minutes unless given. */
  fresh(container: Container, age: number | undefined): ContainerConfiguration | null {
    const entry = this.#entries.get(container.vmid);
    if (entry?.sizes !== sizesOf(container)) return null;
    const most = age === undefined ? maximumAge : age * 1000 * spread(container.vmid);
    return this.clock.now() - entry.configuration.readAt < most ? entry.configuration : null;
  }

  /** The last one read, however old: what is shown of a container whose node doesn't answer. */
  last(container: Container): ContainerConfiguration | null {
    return this.#entries.get(container.vmid)?.configuration ?? null;
  }

  keep(container: Container, configuration: ContainerConfiguration): void {
    this.#entries.set(container.vmid, { configuration, sizes: sizesOf(container) });
  }

  /** Drops what a fresh read has shown to be old: a disk that has grown shows in no bulk request. */
  disprove(vmid: number, digest: string): void {
    if (this.#entries.get(vmid)?.configuration.digest !== digest) this.#entries.delete(vmid);
  }

  forget(vmid: number): void {
    this.#entries.delete(vmid);
  }

  /** Drops the containers that are no more. */
  retain(vmids: ReadonlySet<number>): void {
    for (const vmid of this.#entries.keys()) if (!vmids.has(vmid)) this.#entries.delete(vmid);
  }
}

/** From 0.75 to 1, other for each: what was read at once is not all read anew at once. */
function spread(vmid: number): number {
  // Multiples of the golden ratio spread evenly, however the numbers are chosen.
  return 0.75 + ((vmid * 0.618_033_988_749_895) % 1) / 4;
}

function sizesOf({ node, cores, memoryLimit }: Container): string {
  return `${node} ${cores} ${memoryLimit}`;
}
