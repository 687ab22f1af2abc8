import { randomUUID } from "node:crypto";
import { deriveSeed, gibibyte } from "../load/index.js";
import type { GuestSpec } from "../load/index.js";
import type { Cluster } from "./cluster.js";
import type { Configuration } from "./configuration.js";
import { Guest } from "./guest.js";
import type { SimulatedNode } from "./node.js";
import { volumeSize } from "./size.js";
import { isDiskKey, volidOf } from "./volumes.js";

/** What a container of this configuration does: as its model did, or nothing. */
export function specificationFor(
  vmid: number,
  node: string,
  configuration: Configuration,
  like: GuestSpec | null,
): GuestSpec {
  return {
    vmid,
    node,
    name: configuration.get("hostname") ?? `CT${vmid}`,
    cores: configuration.number("cores"),
    cpulimit: configuration.number("cpulimit"),
    memory: configuration.number("memory") ?? 512,
    swap: configuration.number("swap") ?? 0,
    disk: Math.max(1, Math.round(volumeSize(configuration.get("rootfs") ?? "") / gibibyte)),
    tags: [],
    pool: null,
    status: "stopped",
    template: false,
    description: null,
    onboot: false,
    unprivileged: configuration.get("unprivileged") === "1",
    load: like?.load ?? "idle",
    seed: deriveSeed(like?.seed ?? 1, vmid),
  };
}

/** A container that is being made: there under its number, locked, and nothing else. */
export function placeholder(cluster: Cluster, node: SimulatedNode, vmid: number, values: Configuration): Guest {
  const now = cluster.clock.now();
  const guest = new Guest(vmid, node, values, specificationFor(vmid, node.name, values, null), now);
  guest.createdAt = now;
  cluster.addGuest(guest);
  return guest;
}

/** What `mkfs` writes into a log for a disk of so many bytes. */
export function makeFileSystemLog(bytes: number): readonly string[] {
  const blocks = Math.floor(bytes / 4096);
  return [
    `Creating filesystem with ${blocks} 4k blocks and ${Math.floor(blocks / 4)} inodes`,
    `Filesystem UUID: ${randomUUID()}`,
    "Superblock backups stored on blocks: ",
    "\t32768, 98304, 163840, 229376",
  ];
}

/** Puts the finished container in the place of the one that was being made; its number, pool and rights stay. */
export function settleGuest(
  cluster: Cluster,
  node: SimulatedNode,
  before: Guest,
  configuration: Configuration,
  like: GuestSpec | null,
): Guest {
  const { vmid } = before;
  for (const [key, value] of configuration.current) {
    const volid = isDiskKey(key) ? volidOf(value) : null;
    if (volid !== null) cluster.volumes.adopt(node.name, volid);
  }
  const pool = cluster.poolOf(vmid);
  const specification = specificationFor(vmid, node.name, configuration, like);
  const made = new Guest(vmid, node, configuration, specification, cluster.clock.now());
  made.createdAt = before.createdAt;
  cluster.nodes.get(before.node.name)?.guests.delete(vmid);
  cluster.guests.set(vmid, made);
  node.guests.set(vmid, made);
  if (pool !== null) cluster.addToPool(pool, vmid);
  cluster.revision += 1;
  before.node.touched();
  node.touched();
  return made;
}
