import type { Identity } from "../access/permissions.js";
import { badParameters, failure, forbidden } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { normalizeOption, requireUnlocked } from "./configuration-change.js";
import { Configuration } from "./configuration.js";
import type { Guest } from "./guest.js";
import { newHardwareAddress } from "./hardware-address.js";
import { makeFileSystemLog, placeholder, settleGuest } from "./new-guest.js";
import type { SimulatedNode } from "./node.js";
import { formatVolumeSize, volumeSize } from "./size.js";
import { requireDiskStorage, requireStorage, storageOf } from "./storage.js";
import type { Storage } from "./storage.js";
import type { Worker } from "./tasks.js";
import { isDiskKey, pathOfVolume, volidOf } from "./volumes.js";

/** Bytes a second of a copy where nothing limits it. */
const speed = 400 * 1024 ** 2;

interface Copy {
  readonly key: string;
  readonly value: string;
  readonly volid: string;
  readonly storage: Storage;
}

/** `POST …/clone`: checked under the lock file of the source, copied in a task. */
export function cloneContainer(cluster: Cluster, guest: Guest, parameters: Parameters, by: Identity): Promise<string> {
  const newid = parameters.number("newid") ?? 0;
  cluster.requireQuorum();
  const source = requireNode(cluster, guest.node.name);
  const wanted = parameters.text("target");
  const target = wanted === "" ? source : requireNode(cluster, wanted);
  const pool = parameters.text("pool");
  if (pool !== "" && !cluster.pools.has(pool)) throw forbidden(`pool '${pool}' does not exist`);

  return cluster.locks.hold(guest.vmid, () => {
    requireUnlocked(guest);
    const from = sectionOf(guest, parameters.text("snapname"));
    const full = parameters.flag("full", from.get("template") !== "1");
    if (!full && parameters.has("storage"))
      throw badParameters({ storage: "parameter 'storage' not allowed for linked clones" });
    const copies = copiesOf(cluster, guest, from, parameters, { full, elsewhere: target !== source });
    for (const { storage } of copies)
      cluster.permissions.require(by, `/storage/${storage.name}`, ["Datastore.AllocateSpace"]);
    const there = cluster.guests.get(newid);
    if (there !== undefined) throw failure(`CT ${newid} already exists on node '${there.node.name}'`);

    const configuration = newConfiguration(from, copies, parameters);
    const clone = placeholder(
      cluster,
      source,
      newid,
      new Configuration([...configuration.current, ["lock", "create"]]),
    );
    cluster.write(guest, () => guest.configuration.current.set("lock", "disk"));
    return cluster.fork(source, "vzclone", String(guest.vmid), by, async (worker) => {
      const made: string[] = [];
      try {
        worker.log(`creating a clone of container ${guest.vmid} with ID ${newid}`);
        await copyDisks(cluster, source, newid, copies, configuration, { full, parameters, worker, made });
        settleGuest(cluster, target, clone, configuration, guest.specification);
        if (pool !== "") cluster.addToPool(pool, newid);
      } catch (error) {
        for (const volid of made) cluster.volumes.remove(source.name, volid);
        cluster.removeGuest(clone);
        throw failure(`clone failed: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        guest.configuration.current.delete("lock");
        guest.configuration.changed();
        guest.node.touched();
      }
    });
  });
}

function requireNode(cluster: Cluster, name: string): SimulatedNode {
  const node = cluster.nodes.get(name);
  if (node === undefined) throw failure(`no such cluster node '${name}'`);
  return node;
}

function sectionOf(guest: Guest, snapshot: string): ReadonlyMap<string, string> {
  if (snapshot === "") return guest.configuration.current;
  const found = guest.configuration.snapshots.get(snapshot);
  if (found === undefined) throw failure(`snapshot '${snapshot}' does not exist`);
  return found;
}

function copiesOf(
  cluster: Cluster,
  guest: Guest,
  from: ReadonlyMap<string, string>,
  parameters: Parameters,
  how: { readonly full: boolean; readonly elsewhere: boolean },
): readonly Copy[] {
  const copies: Copy[] = [];
  for (const [key, value] of from) {
    const volid = isDiskKey(key) && !key.startsWith("unused") ? volidOf(value) : null;
    if (volid === null) continue;
    const own = storageOf(cluster, volid);
    if (own === null) throw failure(`storage '${volid.split(":")[0] ?? ""}' does not exist`);
    if (how.elsewhere && !own.shared) {
      throw failure(`can't clone CT to node '${parameters.text("target")}' (CT uses local storage)`);
    }
    if (!how.full && !(own.snapshots && volid.includes("/base-"))) {
      throw failure(`Linked clone feature for '${volid}' is not available`);
    }
    const storage = parameters.has("storage") ? requireDiskStorage(cluster, parameters.text("storage")) : own;
    copies.push({ key, value, volid, storage });
  }
  if (how.full && guest.running && !parameters.has("snapname")) {
    throw failure(
      cluster.pve === 9
        ? "Full clone of a running container is only possible from a snapshot"
        : "Cannot do full clones on a running container without snapshots",
    );
  }
  return copies;
}

/** The source's configuration without its past, under a name and with addresses of its own. */
function newConfiguration(
  from: ReadonlyMap<string, string>,
  copies: readonly Copy[],
  parameters: Parameters,
): Configuration {
  const configuration = new Configuration(
    [...from].filter(([key]) => !["lock", "parent", "snaptime", "template"].includes(key) && !key.startsWith("unused")),
  );
  const { current } = configuration;
  for (const { key } of copies) current.delete(key);
  for (const [key, value] of current) {
    if (/^net\d+$/u.test(key)) current.set(key, value.replace(/hwaddr=[^,]+/u, `hwaddr=${newHardwareAddress()}`));
  }
  if (parameters.has("hostname")) current.set("hostname", parameters.text("hostname"));
  if (parameters.has("description")) {
    const description = normalizeOption("description", parameters.text("description"));
    if (description === "") current.delete("description");
    else current.set("description", description);
  }
  return configuration;
}

async function copyDisks(
  cluster: Cluster,
  node: SimulatedNode,
  newid: number,
  copies: readonly Copy[],
  configuration: Configuration,
  how: {
    readonly full: boolean;
    readonly parameters: Parameters;
    readonly worker: Worker;
    readonly made: string[];
  },
): Promise<void> {
  const { full, parameters, worker, made } = how;
  const limit = (parameters.number("bwlimit") ?? 0) * 1024;
  for (const { key, value, volid, storage } of copies) {
    const bytes = volumeSize(value);
    const copy = cluster.volumes.allocate(node.name, storage, newid);
    cluster.volumes.leave(node.name, { volid: copy, vmid: newid, size: bytes, used: 0 });
    made.push(copy);
    if (full) {
      worker.log(`create full clone of mountpoint ${key} (${volid})`);
      if (storage.type !== "btrfs") {
        worker.log(`Formatting '${pathOfVolume(cluster, copy)}', fmt=raw size=${bytes} preallocation=off`);
      }
      for (const line of makeFileSystemLog(bytes)) worker.log(line);
      try {
        await worker.work(Math.min(120, Math.max(2, bytes / 16 / (limit > 0 ? limit : speed))));
      } catch {
        throw failure(
          `command 'rsync --stats -X -A --numeric-ids -aH --whole-file --sparse --one-file-system '--bwlimit=${limit / 1024}' /var/lib/lxc/${newid}/.copy-volume-2/ /var/lib/lxc/${newid}/.copy-volume-1' failed: interrupted by signal`,
        );
      }
      if (cluster.volumes.isLost(node.name, volid)) throw failure(`volume '${volid}' does not exist`);
    } else {
      worker.log(`create linked clone of mount point ${key} (${volid})`);
      await worker.work(1);
    }
    const options = value
      .split(",")
      .slice(1)
      .filter((part) => !part.startsWith("size="));
    configuration.current.set(key, [copy, ...options, `size=${formatVolumeSize(bytes)}`].join(","));
  }
}

/** `POST …/template`: null at once, then a task. */
export function makeTemplate(cluster: Cluster, guest: Guest, by: Identity): null {
  const { configuration, vmid } = guest;
  requireUnlocked(guest);
  if (configuration.get("template") === "1") throw failure("you can't convert a template to a template");
  if (guest.running) throw failure("you can't convert a CT to template if the CT is running");
  if (configuration.snapshots.size > 0) throw failure("unable to create template, because CT contains snapshots");
  cluster.fork(guest.node, "vztemplate", String(vmid), by, (worker) =>
    cluster.locks.hold(
      vmid,
      async () => {
        requireUnlocked(guest);
        await worker.work(1);
        cluster.write(guest, () => {
          for (const [key, value] of configuration.current) {
            const volid = isDiskKey(key) ? volidOf(value) : null;
            if (volid === null) continue;
            requireStorage(cluster, volid.split(":")[0] ?? "");
            configuration.current.set(key, value.replace(`/vm-${vmid}-`, `/base-${vmid}-`));
          }
          configuration.current.set("template", "1");
        });
      },
      { onWait: (text) => worker.log(text), signal: worker.signal },
    ),
  );
  return null;
}
