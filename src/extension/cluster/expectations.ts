import type { Container, Inventory } from "../../model/index.js";

/** What is known of a container better than from the cluster's bulk figures, because it was just read back. */
export interface Expectation {
  readonly status?: "running" | "stopped";
  readonly cores?: number;
  /** Bytes. */
  readonly memoryLimit?: number;
}

interface Dated extends Expectation {
  /** Milliseconds since the epoch after which the bulk figures are believed again, whatever they say. */
  readonly until: number;
}

/** Proxmox renews its bulk figures every ten seconds, and one node's reach another's a round later. */
const validMilliseconds = 25_000;

/**
 * Bridges the seconds in which Proxmox's bulk figures still show what was before a change that has been
 * confirmed otherwise: a finished task, a size read back. Ends where the figures agree, or after 25 s.
 */
export class Expectations {
  readonly #expected = new Map<number, Dated>();

  note(vmid: number, expectation: Expectation, now: number): void {
    const known = this.#expected.get(vmid);
    this.#expected.set(vmid, { ...known, ...expectation, until: now + validMilliseconds });
  }

  /** The inventory with what is known better. */
  applyTo(inventory: Inventory, now: number): Inventory {
    if (this.#expected.size === 0) return inventory;
    const containers = inventory.containers.map((container) => {
      const expected = this.#expected.get(container.vmid);
      if (expected === undefined) return container;
      if (now < expected.until && !agrees(container, expected)) return patched(container, expected);
      this.#expected.delete(container.vmid);
      return container;
    });
    return { ...inventory, containers };
  }
}

function agrees(container: Container, { status, cores, memoryLimit }: Expectation): boolean {
  return (
    (status === undefined || container.status === status) &&
    (cores === undefined || container.cores === cores) &&
    (memoryLimit === undefined || container.memoryLimit === memoryLimit)
  );
}

function patched(container: Container, { status, cores, memoryLimit }: Expectation): Container {
  const sized = {
    ...container,
    // The same use of other cores: 100 % of two are 50 % of four.
    cpu: rescaled(container, cores),
    cores: cores ?? container.cores,
    memoryLimit: memoryLimit ?? container.memoryLimit,
  };
  if (status === undefined || status === container.status) return sized;
  // Its figures are those of the other state: unknown until the next round.
  return { ...sized, status, cpu: null, memory: null, swap: null, uptime: null, rates: null, lock: null };
}

function rescaled({ cpu, cores: former }: Container, cores: number | undefined): number | null {
  return cpu === null || former === null || cores === undefined ? cpu : Math.min(1, (cpu * former) / cores);
}
