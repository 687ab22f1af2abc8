import type { Container, Inventory, Node } from "../../src/model/index.js";

const gibibyte = 1024 ** 3;

export function container(changes: Partial<Container> = {}): Container {
  return {
    vmid: 101,
    node: "pve1",
    name: "web-1",
    status: "running",
    template: false,
    lock: null,
    tags: ["web"],
    pool: null,
    haState: null,
    cpu: 0.42,
    cores: 2,
    memory: 0.4 * gibibyte,
    memoryLimit: gibibyte,
    swap: null,
    swapLimit: null,
    disk: 2 * gibibyte,
    diskLimit: 8 * gibibyte,
    uptime: 3600,
    pressure: null,
    stale: false,
    configuration: null,
    ...changes,
  };
}

export function node(changes: Partial<Node> = {}): Node {
  return {
    name: "pve1",
    status: "online",
    cpu: 0.12,
    cores: 8,
    memory: 9 * gibibyte,
    memoryLimit: 32 * gibibyte,
    memoryAvailable: null,
    uptime: 86_400,
    fingerprint: null,
    ...changes,
  };
}

export function inventory(changes: Partial<Inventory> = {}): Inventory {
  return {
    cluster: "demo",
    observedAt: 0,
    quorate: true,
    nodes: [node(), node({ name: "pve2" })],
    containers: [container(), container({ vmid: 102, name: "web-2", node: "pve2" })],
    problems: [],
    ...changes,
  };
}

/** A clock that is moved by hand, and the timers that wait for it. */
export class HandClock {
  #now = 1_000_000;
  #next = 1;
  readonly #waiting = new Map<number, { readonly due: number; readonly action: () => void }>();

  readonly timers = {
    set: (action: () => void, milliseconds: number): number => {
      const id = this.#next;
      this.#next += 1;
      this.#waiting.set(id, { due: this.#now + milliseconds, action });
      return id;
    },
    clear: (timer: unknown): void => {
      this.#waiting.delete(timer as number);
    },
    now: (): number => this.#now,
  };

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Seconds until the next timer; `null`: none waits. */
  get nextIn(): number | null {
    const dues = [...this.#waiting.values()].map(({ due }) => due);
    return dues.length === 0 ? null : (Math.min(...dues) - this.#now) / 1000;
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
    for (const [id, { due, action }] of [...this.#waiting]) {
      if (due > this.#now) continue;
      this.#waiting.delete(id);
      action();
    }
  }
}
