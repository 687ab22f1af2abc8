import type { Identity } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Cluster } from "./cluster.js";
import { requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { storageOf } from "./storage.js";
import type { Worker } from "./tasks.js";

/** Simulated seconds of one operation. */
const duration = 1;

/** True where the container's root volume lies on a storage that can take snapshots. */
export function canSnapshot(cluster: Cluster, guest: Guest): boolean {
  return storageOf(cluster, guest.configuration.get("rootfs") ?? "")?.snapshots === true;
}

/** Snapshots as `GET …/snapshot` lists them, the present last. */
export function listSnapshots(guest: Guest): Record<string, unknown>[] {
  const { configuration } = guest;
  const entries = [...configuration.snapshots].map(([name, values]) => ({
    name,
    description: values.get("description") ?? "",
    snaptime: Number(values.get("snaptime") ?? 0),
    ...parentOf(values.get("parent")),
  }));
  const present = {
    name: "current",
    description: "You are here!",
    digest: configuration.digest(),
    running: guest.running ? 1 : 0,
    ...parentOf(configuration.get("parent") ?? undefined),
  };
  return [...entries, present];
}

/** `POST …/snapshot`: even a name that is taken is noticed by the task only. */
export function createSnapshot(
  cluster: Cluster,
  guest: Guest,
  name: string,
  description: string | null,
  by: Identity,
): string {
  if (name === "current") throw failure("unable to use snapshot name 'current' (reserved name)");
  return fork(cluster, guest, "vzsnapshot", by, async (worker) => {
    const { configuration } = guest;
    requireUnlocked(guest);
    if (configuration.snapshots.has(name)) throw failure(`snapshot name '${name}' already used`);
    if (!canSnapshot(cluster, guest)) throw failure("snapshot feature is not available");
    await whileLocked(cluster, guest, "snapshot", worker);
    cluster.write(guest, () => {
      const values = new Map(configuration.current);
      values.delete("description");
      values.set("snaptime", String(cluster.clock.seconds()));
      if (description !== null && description !== "") values.set("description", description.replace(/\n?$/u, "\n"));
      configuration.snapshots.set(name, values);
      configuration.current.set("parent", name);
    });
  });
}

/** `DELETE …/snapshot/{name}`: those that came after it get its parent. */
export function deleteSnapshot(cluster: Cluster, guest: Guest, name: string, by: Identity): string {
  return fork(cluster, guest, "vzdelsnapshot", by, async (worker) => {
    const { configuration } = guest;
    requireUnlocked(guest);
    const snapshot = requireSnapshot(guest, name);
    await whileLocked(cluster, guest, "snapshot-delete", worker);
    cluster.write(guest, () => {
      configuration.snapshots.delete(name);
      const parent = snapshot.get("parent");
      for (const values of [configuration.current, ...configuration.snapshots.values()]) {
        if (values.get("parent") !== name) continue;
        if (parent === undefined) values.delete("parent");
        else values.set("parent", parent);
      }
    });
  });
}

/** `POST …/snapshot/{name}/rollback`: the container is stopped, and stays so unless its start is asked for. */
export function rollBack(cluster: Cluster, guest: Guest, name: string, start: boolean, by: Identity): string {
  return fork(cluster, guest, "vzrollback", by, async (worker) => {
    const { configuration } = guest;
    const snapshot = requireSnapshot(guest, name);
    requireUnlocked(guest);
    if (guest.running) guest.setRunning(false, cluster.clock.now());
    await whileLocked(cluster, guest, "rollback", worker);
    cluster.write(guest, () => {
      configuration.current.clear();
      for (const [key, value] of snapshot) if (key !== "snaptime") configuration.current.set(key, value);
      configuration.current.set("parent", name);
      configuration.pending.clear();
      configuration.pendingDelete.clear();
    });
    if (start) {
      await worker.work(duration);
      guest.setRunning(true, cluster.clock.now());
    }
  });
}

/** `PUT …/snapshot/{name}/config`: another description, at once. */
export async function describeSnapshot(
  cluster: Cluster,
  guest: Guest,
  name: string,
  description: string | null,
): Promise<void> {
  await cluster.locks.hold(guest.vmid, () => {
    requireUnlocked(guest);
    const values = requireSnapshot(guest, name);
    if (description === null) return;
    cluster.write(guest, () => {
      if (description === "") values.delete("description");
      else values.set("description", description.replace(/\n?$/u, "\n"));
    });
  });
}

/** The configuration in a snapshot. */
export function requireSnapshot(guest: Guest, name: string): Map<string, string> {
  const snapshot = guest.configuration.snapshots.get(name);
  if (snapshot === undefined) throw failure(`snapshot '${name}' does not exist`);
  return snapshot;
}

function parentOf(parent: string | undefined): { readonly parent?: string } {
  return parent === undefined ? {} : { parent };
}

/** Works with a lock in the configuration, which is gone afterwards whatever happened. */
async function whileLocked(cluster: Cluster, guest: Guest, lock: string, worker: Worker): Promise<void> {
  cluster.write(guest, () => guest.configuration.current.set("lock", lock));
  try {
    await worker.work(duration);
  } finally {
    cluster.write(guest, () => guest.configuration.current.delete("lock"));
  }
}

function fork(
  cluster: Cluster,
  guest: Guest,
  type: string,
  by: Identity,
  work: (worker: Worker) => Promise<void>,
): string {
  return cluster.fork(guest.node, type, String(guest.vmid), by, (worker) =>
    cluster.locks.hold(guest.vmid, () => work(worker), { onWait: (text) => worker.log(text), signal: worker.signal }),
  );
}
