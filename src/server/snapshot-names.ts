import type { InventorySource } from "./inventory-source.js";

/** Milliseconds for which names are not asked for again. */
const age = 30_000;
/** Milliseconds after which an answer is not waited for any more: a completion that comes late is none. */
const patience = 2000;

/** Names of snapshots, asked for when somebody is about to write one. */
export class SnapshotNames {
  readonly #source: InventorySource;
  readonly #kept = new Map<number, { readonly at: number; readonly names: Promise<readonly string[]> }>();

  constructor(source: InventorySource) {
    this.#source = source;
  }

  /** Those of a container, the newest first; none where they can't be had in time. `now` is in milliseconds. */
  async of(vmid: number, now: number): Promise<readonly string[]> {
    const container = this.#source.current()?.containers.find((one) => one.vmid === vmid);
    if (container === undefined || this.#source.snapshots === undefined) return [];
    const kept = this.#kept.get(vmid);
    const names =
      kept !== undefined && now - kept.at < age ? kept.names : this.#source.snapshots(container).catch(() => []);
    this.#kept.set(vmid, { at: kept?.names === names ? kept.at : now, names });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<readonly string[]>((resolve) => {
      timer = setTimeout(() => resolve([]), patience);
    });
    return Promise.race([names, late]).finally(() => clearTimeout(timer));
  }
}

/** The template whose snapshot is written at an offset; `null` where none is. */
export function templateAt(text: string, offset: number): number | null {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  if (!/\bsnapshot["']?[ \t]*:[^,}]*$/u.test(line)) return null;
  // The id stands beside it: in the same braces, or on a line of the same map.
  const around = text.slice(Math.max(0, offset - 500), offset + 500);
  const at = Math.min(offset, 500);
  const ids = [...around.matchAll(/\bvmid["']?[ \t]*:[ \t]*["']?(\d{3,9})/gu)].map(({ index, 1: id }) => ({
    id: Number(id),
    distance: Math.abs(index - at),
  }));
  return ids.toSorted((a, b) => a.distance - b.distance)[0]?.id ?? null;
}
