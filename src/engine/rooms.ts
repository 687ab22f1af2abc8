import { mebibyte } from "../model/index.js";
import type { Safety } from "../config/index.js";
import type { Inventory, Node, Storage } from "../model/index.js";
import type { DiskDraft, Draft, SizeDraft } from "./draft.js";
import { reason, type ReasonValues } from "./reasons.js";
import type { Reason } from "../model/index.js";
import { larger } from "./sizes.js";

/** What one place has to give in one cycle: the CPU or memory of a node, or a storage. In cores, MiB or GiB. */
export interface Room {
  readonly free: number;
  /** Those that grow here, the highest priority first, then by vmid. */
  readonly growing: Draft[];
}

/** Why nothing of a kind grows at a place at all. */
export interface Refusal {
  readonly refused: Reason;
}

/** Nothing is known of the place, so its limits are not applied. */
export interface Unlimited {
  readonly unlimited: Reason;
}

export type Place = Room | Refusal | Unlimited;

/** The places where something may grow, each worked out when it is first asked for. */
export class Rooms {
  readonly #nodes = new Map<string, { readonly cpu: Place; readonly memory: Place }>();
  readonly #storages = new Map<string, Place>();

  constructor(
    private readonly inventory: Pick<Inventory, "storages">,
    private readonly safety: Safety,
  ) {}

  placeOf(draft: Draft): Place {
    return draft.kind === "size" ? this.#nodeOf(draft) : this.#storageOf(draft);
  }

  /** What a node has to give. */
  ofNode(node: Node, kind: "cpu" | "memory"): Place {
    let places = this.#nodes.get(node.name);
    if (places === undefined) {
      places = nodePlaces(node, this.safety);
      this.#nodes.set(node.name, places);
    }
    return places[kind];
  }

  /** What a storage has to give; a shared one has it once for all nodes. */
  ofStorage(storage: Storage): Place {
    const key = storage.shared ? storage.name : `${storage.node}/${storage.name}`;
    let place = this.#storages.get(key);
    if (place === undefined) {
      place = storagePlace(storage, this.safety);
      this.#storages.set(key, place);
    }
    return place;
  }

  /** Every room that something was let into. */
  *used(): Iterable<Room> {
    for (const { cpu, memory } of this.#nodes.values()) {
      if ("growing" in cpu && cpu.growing.length > 0) yield cpu;
      if ("growing" in memory && memory.growing.length > 0) yield memory;
    }
    for (const place of this.#storages.values()) if ("growing" in place && place.growing.length > 0) yield place;
  }

  #nodeOf({ subject: { node, container, settings } }: SizeDraft): Place {
    if (node === null) return { unlimited: reason("node-unknown", { node: container.node, figure: "all" }) };
    return this.ofNode(node, kindOf(settings.resource));
  }

  #storageOf({ subject: { container, volume } }: DiskDraft): Place {
    const name = volume?.storage ?? null;
    const found =
      name === null
        ? undefined
        : this.inventory.storages?.find((storage) => storage.name === name && storage.node === container.node);
    if (found === undefined) return { refused: reason("storage-unknown", { storage: name, node: container.node }) };
    return this.ofStorage(found);
  }
}

export function kindOf(resource: "cores" | "cpulimit" | "memory"): "cpu" | "memory" {
  return resource === "memory" ? "memory" : "cpu";
}

function nodePlaces(node: Node, safety: Safety): { readonly cpu: Place; readonly memory: Place } {
  const { cores, cpu, memoryLimit, name } = node;
  const available = availableOf(node);
  const used = available === null || memoryLimit === null ? null : 1 - available / memoryLimit;
  const full = fullness(name, cpu, used, safety);
  if (full !== null) {
    const place = { refused: reason("node-limit", full) };
    return { cpu: place, memory: place };
  }
  return {
    cpu:
      cores === null || cpu === null
        ? { refused: reason("node-unknown", { node: name, figure: "CPU" }) }
        : { free: cores * (1 - safety.reserve.cpu - cpu), growing: [] },
    memory:
      available === null
        ? { refused: reason("node-unknown", { node: name, figure: "memory" }) }
        : { free: available / mebibyte - safety.reserve.memory, growing: [] },
  };
}

/** Bytes the kernel could still hand out; where it does not tell, what Proxmox does not count as used. */
export function availableOf(node: Node): number | null {
  if (node.memoryAvailable !== null) return node.memoryAvailable;
  return node.memory === null || node.memoryLimit === null ? null : node.memoryLimit - node.memory;
}

function fullness(
  node: string,
  cpu: number | null,
  memory: number | null,
  { nodeLimits }: Safety,
): ReasonValues<"node-limit"> | null {
  if (cpu !== null && larger(cpu, nodeLimits.cpu)) return { node, of: "CPU", used: cpu, limit: nodeLimits.cpu };
  if (memory !== null && larger(memory, nodeLimits.memory)) {
    return { node, of: "memory", used: memory, limit: nodeLimits.memory };
  }
  return null;
}

function storagePlace({ name, node, available, total }: Storage, { storageReserve }: Safety): Place {
  if (available === null || total === null) return { refused: reason("storage-unknown", { storage: name, node }) };
  return { free: (available - total * storageReserve) / 1024 ** 3, growing: [] };
}
