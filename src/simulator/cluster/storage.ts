import type { SimulatedNode } from "./node.js";

export interface Storage {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Bytes. */
  readonly total: number;
  readonly snapshots: boolean;
}

const gibibyte = 1024 ** 3;

/** Every node has the same two, each its own. */
export const storages: readonly Storage[] = [
  {
    name: "local",
    type: "dir",
    content: "backup,iso,snippets,images,vztmpl,rootdir",
    total: 100 * gibibyte,
    snapshots: false,
  },
  { name: "local-btrfs", type: "btrfs", content: "images,rootdir", total: 2048 * gibibyte, snapshots: true },
];

/** The storage that a volume lies on; null for one that is not there. */
export function storageOf(volume: string): Storage | null {
  return storages.find((storage) => volume.startsWith(`${storage.name}:`)) ?? null;
}

/** Bytes used and available: what the containers' disks take, and the host's own files on `local`. */
export function storageUsage(node: SimulatedNode, storage: Storage): { used: number; avail: number; total: number } {
  let used = storage.name === "local" ? node.figures.rootUsed : 4096;
  for (const guest of node.guests.values()) {
    if ((guest.configuration.get("rootfs") ?? "").startsWith(`${storage.name}:`)) used += guest.statistics?.disk ?? 0;
  }
  used = Math.min(used, storage.total);
  return { used, avail: storage.total - used, total: storage.total };
}
