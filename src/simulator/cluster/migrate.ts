import type { Identity } from "../access/permissions.js";
import { badParameters, failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { isForManager, manager, requestMigration } from "./managed.js";
import type { SimulatedNode } from "./node.js";
import { askToStop, startFailed } from "./power.js";
import { volumeSize } from "./size.js";
import { clockTime, duration } from "./stamp.js";
import { requireDiskStorage, requireStorage, storageOf } from "./storage.js";
import type { Worker } from "./tasks.js";
import { isDiskKey, pathOfVolume, splitVolid, volidOf, volumesOf } from "./volumes.js";

/** Bytes a second over the network where nothing limits it. */
const speed = 200 * 1_000_000;

interface Order {
  readonly cluster: Cluster;
  readonly guest: Guest;
  readonly source: SimulatedNode;
  readonly target: SimulatedNode;
  readonly parameters: Parameters;
  readonly by: Identity;
}

/** `GET …/migrate` (9): Proxmox looks at storages and the container's own things, not at whether a node is there. */
export function migrationPreconditions(cluster: Cluster, guest: Guest): Record<string, unknown> {
  const others = [...cluster.nodes.keys()].filter((name) => name !== guest.node.name).sort();
  return { running: guest.running ? 1 : 0, "allowed-nodes": others, "not-allowed-nodes": {} };
}

/** `POST …/migrate`. */
export function migrateContainer(cluster: Cluster, guest: Guest, parameters: Parameters, by: Identity): string {
  const name = parameters.text("target");
  if (name === guest.node.name) throw badParameters({ target: "target is local node." });
  cluster.requireQuorum();
  const target = cluster.nodes.get(name);
  const source = cluster.nodes.get(guest.node.name);
  if (target === undefined || source === undefined) throw failure(`no such cluster node '${name}'`);
  if (guest.running && !parameters.flag("online") && !parameters.flag("restart")) {
    throw failure("can't migrate running container without --online or --restart");
  }
  if (parameters.has("target-storage")) requireDiskStorage(cluster, parameters.text("target-storage"));
  const order: Order = { cluster, guest, source, target, parameters, by };
  const asked = { cluster, node: source, vmid: guest.vmid, by };
  if (isForManager(asked)) return requestMigration(asked, name, () => begin({ ...order, by: manager }));
  return begin(order);
}

function begin(order: Order): string {
  const { cluster, guest, source, by } = order;
  return cluster.fork(source, "vzmigrate", String(guest.vmid), by, async (worker) => {
    const began = cluster.clock.now();
    const say = (line: string) => worker.log(`${clockTime(cluster.clock.now())} ${line}`);
    const progress: Progress = { copied: [] };
    try {
      await cluster.locks.hold(guest.vmid, () => migrate(order, worker, say, progress), {
        onWait: (text) => worker.log(text),
        signal: worker.signal,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // What had been copied stays on the target.
      for (const disk of progress.copied) cluster.volumes.leave(order.target.name, disk);
      guest.configuration.current.delete("lock");
      guest.configuration.changed();
      guest.node.touched();
      const passed = duration((cluster.clock.now() - began) / 1000);
      say(`ERROR: migration aborted (duration ${passed}): ${reason}`);
      throw failure("migration aborted");
    }
    say(`migration finished successfully (duration ${duration((cluster.clock.now() - began) / 1000)})`);
  });
}

interface Progress {
  readonly copied: { readonly volid: string; readonly vmid: number; readonly size: number; readonly used: number }[];
}

async function migrate(order: Order, worker: Worker, say: (line: string) => void, progress: Progress): Promise<void> {
  const { cluster, guest, source, target, parameters } = order;
  const { vmid } = guest;
  requireUnlocked(guest);
  requireMovable(cluster, guest);
  const wasRunning = guest.running;
  if (wasRunning && !parameters.flag("restart")) throw failure("lxc live migration is currently not implemented");
  if (wasRunning) {
    say(`shutdown CT ${vmid}`);
    await askToStop(worker, guest, { timeout: parameters.number("timeout") ?? 180, forceStop: false });
    guest.setRunning(false, cluster.clock.now());
  }
  say(`starting migration of CT ${vmid} to node '${target.name}' (${target.address})`);
  if (target.outage !== null) {
    await worker.work(3);
    throw failure("Can't connect to destination address using public key");
  }
  cluster.write(guest, () => guest.configuration.current.set("lock", "migrate"));
  const moved = await copyVolumes(order, worker, say, progress);
  say("start final cleanup");
  await worker.work(0.5);
  for (const [volid] of moved) if (storageOf(cluster, volid)?.shared !== true) forget(cluster, source, volid);
  cluster.moveGuest(guest, target);
  for (const [volid, there] of moved) if (volid !== there) renameVolume(guest, volid, there);
  guest.configuration.current.delete("lock");
  guest.configuration.changed();
  if (!wasRunning) return;
  say("start container on target node");
  await worker.work(1);
  if (cluster.volumes.missingOf(guest) !== null) throw startFailed(worker, vmid);
  guest.setRunning(true, cluster.clock.now());
}

function requireMovable(cluster: Cluster, guest: Guest): void {
  for (const [key, value] of guest.configuration.current) {
    if (!isDiskKey(key)) continue;
    const volid = volidOf(value);
    if (volid === null && !/(?:^|,)shared=1(?:,|$)/u.test(value)) {
      throw failure(`cannot migrate local bind mount point '${key}'`);
    }
    if (volid !== null) requireStorage(cluster, splitVolid(volid)[0]);
  }
}

/** Copies what is not shared; answers the new name of each volume. */
async function copyVolumes(
  order: Order,
  worker: Worker,
  say: (line: string) => void,
  progress: Progress,
): Promise<ReadonlyMap<string, string>> {
  const { cluster, guest, target, parameters } = order;
  const limit = (parameters.number("bwlimit") ?? 0) * 1024;
  const moved = new Map<string, string>();
  for (const [volid, value] of volumesOf(guest)) {
    const own = requireStorage(cluster, splitVolid(volid)[0]);
    if (own.shared) {
      say(`volume '${volid}' is on shared storage '${own.name}'`);
      moved.set(volid, volid);
      continue;
    }
    const storage = parameters.has("target-storage") ? requireStorage(cluster, parameters.text("target-storage")) : own;
    const size = volumeSize(value);
    say(`found local volume '${volid}' (in current VM config)`);
    if (cluster.volumes.isLost(guest.node.name, volid)) throw failure(`volume '${volid}' does not exist`);
    if (limit > 0) say(`using a bandwidth limit of ${limit} bytes per second for transferring '${volid}'`);
    const there = cluster.volumes.nameFor(target.name, storage, guest.vmid, volid);
    const wanted = `${storage.name}:${splitVolid(volid)[1]}`;
    if (there !== wanted) {
      say(`file '${pathOfVolume(cluster, wanted)}' already exists - importing with a different name`);
    }
    if (storage.type !== "btrfs") {
      say(`Formatting '${pathOfVolume(cluster, there)}', fmt=raw size=${size} preallocation=off`);
    }
    const seconds = Math.min(120, Math.max(2, size / 16 / (limit > 0 ? limit : speed)));
    progress.copied.push({ volid: there, vmid: guest.vmid, size, used: 0 });
    try {
      await worker.work(seconds);
    } catch {
      throw failure("received interrupt");
    }
    say(
      `${size} bytes (${(size / 1e9).toFixed(1)} GB, ${(size / 1024 ** 3).toFixed(1)} GiB) copied, ${seconds.toFixed(5)} s`,
    );
    say(`successfully imported '${there}'`);
    say(`volume '${volid}' is '${there}' on the target`);
    moved.set(volid, there);
  }
  progress.copied.length = 0;
  return moved;
}

function forget(cluster: Cluster, node: SimulatedNode, volid: string): void {
  cluster.volumes.remove(node.name, volid);
  cluster.volumes.unlose(node.name, volid);
}

function renameVolume(guest: Guest, before: string, after: string): void {
  for (const values of [guest.configuration.current, ...guest.configuration.snapshots.values()]) {
    for (const [key, value] of values) {
      if (isDiskKey(key) && volidOf(value) === before) values.set(key, value.replace(before, after));
    }
  }
}
