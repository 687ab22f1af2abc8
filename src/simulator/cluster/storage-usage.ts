import type { Cluster } from "./cluster.js";
import type { SimulatedNode } from "./node.js";
import type { Storage } from "./storage.js";

/** Bytes used and available: what the containers' disks take, the backups, and the host's own files on `local`. */
export function storageUsage(
  cluster: Cluster,
  node: SimulatedNode,
  storage: Storage,
): { readonly used: number; readonly avail: number; readonly total: number } {
  let used = storage.name === "local" ? node.figures.rootUsed : 4096;
  const nodes = storage.shared ? cluster.nodes.values() : [node];
  for (const host of nodes) {
    for (const guest of host.guests.values()) {
      if ((guest.configuration.get("rootfs") ?? "").startsWith(`${storage.name}:`)) used += guest.statistics?.disk ?? 0;
    }
  }
  for (const file of cluster.volumes.files(node.name, storage)) if (file.content === "backup") used += file.size;
  used = Math.min(used, storage.total);
  return { used, avail: storage.total - used, total: storage.total };
}
