import type { Identity } from "../access/permissions.js";
import { forbidden, failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { normalizeOption, requirePrivilegesFor } from "./configuration-change.js";
import { Configuration, parseConfiguration } from "./configuration.js";
import type { Guest } from "./guest.js";
import { newHardwareAddress } from "./hardware-address.js";
import { makeFileSystemLog, placeholder, settleGuest } from "./new-guest.js";
import { newVolume } from "./new-volume.js";
import type { SimulatedNode } from "./node.js";
import { start } from "./power.js";
import { formatVolumeSize, volumeSize } from "./size.js";
import { tarSize } from "./stamp.js";
import { requireDiskStorage, requireStorage, storageOf } from "./storage.js";
import type { Worker } from "./tasks.js";
import { isDiskKey, pathOfVolume, requireContent, splitVolid, volidOf, volumesOf } from "./volumes.js";
import type { StoredDisk, StoredFile } from "./volumes.js";

/** Parameters of the call that are no option of a container. */
const notOptions: ReadonlySet<string> = new Set([
  "node",
  "vmid",
  "ostemplate",
  "restore",
  "force",
  "unique",
  "storage",
  "password",
  "ssh-public-keys",
  "pool",
  "start",
  "bwlimit",
  "ignore-unpack-errors",
  "ha-managed",
]);

/** Bytes a second that an archive is unpacked with where nothing limits it. */
const speed = 200 * 1024 ** 2;
const gibibyte = 1024 ** 3;

interface Order {
  readonly cluster: Cluster;
  readonly node: SimulatedNode;
  readonly vmid: number;
  readonly parameters: Parameters;
  readonly by: Identity;
  readonly restore: boolean;
  readonly archive: string;
  /** Where disks go that are not asked for by name. */
  readonly storage: string;
  /** The container that is replaced. */
  readonly old: Guest | null;
}

/** `POST /nodes/{node}/lxc`: a new container from a template, or one restored from a backup. */
export function createContainer(cluster: Cluster, node: SimulatedNode, parameters: Parameters, by: Identity): string {
  const vmid = parameters.number("vmid") ?? 0;
  const restore = parameters.flag("restore");
  cluster.requireQuorum();
  const old = replaced(cluster, node, vmid, restore && parameters.flag("force"));
  const keys = parameters.text("ssh-public-keys").trim();
  if (keys !== "" && !keys.split("\n").every((key) => /^(?:ssh|ecdsa|sk)-\S+ \S+/u.test(key))) {
    throw failure("SSH public key validation error");
  }
  requireMayCreate(cluster, parameters, vmid, old, by);
  const order: Order = {
    cluster,
    node,
    vmid,
    parameters,
    by,
    restore,
    archive: parameters.text("ostemplate"),
    storage: parameters.text("storage", "local"),
    old,
  };
  requireStorages(order);
  return cluster.fork(node, restore ? "vzrestore" : "vzcreate", String(vmid), by, (worker) => carryOut(order, worker));
}

/** The container a restore replaces. An id in use is refused otherwise, on whichever node it is. */
function replaced(cluster: Cluster, node: SimulatedNode, vmid: number, replace: boolean): Guest | null {
  const there = cluster.guests.get(vmid);
  if (there === undefined) return null;
  if (!replace || there.node !== node) {
    throw failure(`CT ${vmid} already exists on node '${there.node.name}'`);
  }
  if (there.running) throw failure("can't overwrite running container");
  if (there.configuration.get("protection") === "1") {
    throw failure(`unable to restore CT ${vmid} - protection mode enabled`);
  }
  return there;
}

function requireMayCreate(
  cluster: Cluster,
  parameters: Parameters,
  vmid: number,
  old: Guest | null,
  by: Identity,
): void {
  const { permissions } = cluster;
  const pool = parameters.text("pool");
  if (pool !== "" && !cluster.pools.has(pool)) throw forbidden(`pool '${pool}' does not exist`);
  const may =
    permissions.may(by, `/vms/${vmid}`, "VM.Allocate") ||
    (pool !== "" && permissions.may(by, `/pool/${pool}`, "VM.Allocate")) ||
    (old !== null && permissions.may(by, `/vms/${vmid}`, "VM.Backup"));
  if (!may) throw forbidden();
  if (!parameters.flag("restore") && !parameters.flag("unprivileged", true))
    permissions.require(by, "/", ["Sys.Modify"]);
  const options = optionsOf(parameters);
  requirePrivilegesFor(cluster, vmid, options, by, null);
  for (const [key, value] of options) {
    const bridge = /^net\d+$/u.test(key) ? /(?:^|,)bridge=([^,]+)/u.exec(value)?.[1] : undefined;
    if (bridge !== undefined) permissions.require(by, `/sdn/zones/localnetwork/${bridge}`, ["SDN.Use"]);
  }
}

function requireStorages(order: Order): void {
  const { cluster, parameters, by, archive } = order;
  requireStorage(cluster, order.storage);
  if (!archive.includes(":")) {
    throw failure("Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.");
  }
  requireStorage(cluster, splitVolid(archive)[0]);
  requireContent(archive, order.restore ? "backup" : "vztmpl");
  const disks = [...optionsOf(parameters)].filter(([key]) => isDiskKey(key));
  const storages = disks.flatMap(([, value]) => {
    if (value.startsWith("/")) return [];
    const [name, rest] = splitVolid(value.replace(/^volume=/u, ""));
    requireStorage(cluster, name);
    if (newVolume(value) === null && !rest.includes("/")) {
      throw failure(`unable to parse directory volume name '${rest.split(",")[0] ?? ""}'`);
    }
    return name;
  });
  const rootfs = disks.some(([key]) => key === "rootfs");
  for (const name of new Set(rootfs ? storages : [...storages, order.storage])) {
    requireDiskStorage(cluster, name);
    cluster.permissions.require(by, `/storage/${name}`, ["Datastore.AllocateSpace"]);
  }
}

function optionsOf(parameters: Parameters): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const name of parameters.names()) {
    if (!notOptions.has(name)) options.set(name, normalizeOption(name, parameters.text(name)));
  }
  return options;
}

async function carryOut(order: Order, worker: Worker): Promise<void> {
  const { cluster, node, vmid, parameters, by, restore, old } = order;
  const before = old?.configuration ?? null;
  const locked = new Configuration([["lock", "create"]]);
  const guest = old ?? placeholder(cluster, node, vmid, locked);
  if (old !== null) {
    // Named by no configuration for a while, they are there all the same.
    for (const disk of disksOf(cluster, old)) cluster.volumes.leave(node.name, disk);
    replaceConfiguration(cluster, old, locked);
  }
  const made: string[] = [];
  /** From the first new disk on nothing of the old container is kept, whatever comes. */
  const progress = { began: false };

  await cluster.locks.hold(
    vmid,
    async () => {
      try {
        const file = restore ? backupToRestore(order, worker) : null;
        const configuration = await unpack(order, worker, file, before, made, () => (progress.began = true));
        settleGuest(cluster, node, guest, configuration, before === null ? null : guest.specification);
      } catch (error) {
        for (const volid of made) cluster.volumes.remove(node.name, volid);
        if (before !== null && !progress.began) {
          replaceConfiguration(cluster, guest, before);
          for (const disk of disksOf(cluster, guest)) cluster.volumes.adopt(node.name, disk.volid);
        } else cluster.removeGuest(guest);
        const reason = error instanceof Error ? error.message : String(error);
        throw failure(`unable to ${restore ? "restore" : "create"} CT ${vmid} - ${reason}`);
      }
    },
    { onWait: (text) => worker.log(text), signal: worker.signal },
  );
  const pool = parameters.text("pool");
  if (pool !== "") cluster.addToPool(pool, vmid);
  if (parameters.flag("start")) start({ cluster, node, vmid, by }, { skipLock: false });
}

function backupToRestore({ cluster, node, archive }: Order, worker: Worker): StoredFile {
  worker.log(`recovering backed-up configuration from '${archive}'`);
  return cluster.volumes.require(node.name, archive, "backup");
}

/** Makes the disks, removes those of the container that is replaced, and unpacks the archive. */
async function unpack(
  order: Order,
  worker: Worker,
  backup: StoredFile | null,
  before: Configuration | null,
  made: string[],
  begun: () => void,
): Promise<Configuration> {
  const { cluster, node, vmid, archive, restore } = order;
  const configuration = merged(order, backup);
  for (const [key, value] of [...configuration.current].filter(([name]) => isDiskKey(name))) {
    const wanted = newVolume(value);
    if (wanted === null) continue;
    const storage = requireStorage(cluster, wanted.storage);
    const volid = cluster.volumes.allocate(node.name, storage, vmid);
    // Named by nobody yet, so kept as left behind until the configuration names it.
    cluster.volumes.leave(node.name, { volid, vmid, size: wanted.bytes, used: 0 });
    made.push(volid);
    if (storage.type !== "btrfs") {
      worker.log(`Formatting '${pathOfVolume(cluster, volid)}', fmt=raw size=${wanted.bytes} preallocation=off`);
    }
    for (const line of makeFileSystemLog(wanted.bytes)) worker.log(line);
    configuration.current.set(key, `${volid}${wanted.options},size=${formatVolumeSize(wanted.bytes)}`);
  }
  if (restore) begun();
  if (before !== null) removeDisks(order, before);
  const file = cluster.volumes.file(node.name, archive);
  if (file === null) {
    worker.log(`volume '${archive}' does not exist`);
    throw failure(`volume '${archive}' does not exist`);
  }
  await extract(order, worker, file);
  if (restore) worker.log("merging backed-up and given configuration..");
  else worker.log(`Detected container architecture: ${configuration.get("arch") ?? "amd64"}`);
  return configuration;
}

async function extract(order: Order, worker: Worker, file: StoredFile): Promise<void> {
  const { cluster, parameters, vmid, restore } = order;
  const limit = (parameters.number("bwlimit") ?? 0) * 1024;
  const bytes = file.size * (file.format === "tar" ? 1 : 2.5);
  const seconds = Math.min(120, Math.max(1.5, bytes / (limit > 0 ? limit : speed)));
  if (restore) worker.log(`restoring '${file.volid}' now..`);
  worker.log(`extracting archive '${pathOfVolume(cluster, file.volid)}'`);
  const limited = limit > 0 ? `set -o pipefail && cstream -t ${limit} | ` : "";
  const command = `command '${limited}lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- tar xpf - ${
    file.format.endsWith("zst") ? "--zstd " : ""
  }--totals --one-file-system -p --sparse --numeric-owner --acls --xattrs '--xattrs-include=user.*' '--xattrs-include=security.capability' '--warning=no-file-ignored' '--warning=no-xattr-write' -C /var/lib/lxc/${vmid}/rootfs --skip-old-files --anchored --exclude './dev/*'' failed`;
  try {
    await worker.work(seconds);
  } catch {
    throw failure(`${command}: received interrupt`);
  }
  if (file.damaged) {
    worker.log(String.raw`/*stdin*\ : Read error (39) : premature end `);
    for (const line of ["Unexpected EOF in archive", "Unexpected EOF in archive"]) worker.log(`tar: ${line}`);
    worker.log("tar: Error is not recoverable: exiting now");
    throw failure(`${command}: exit code 2`);
  }
  worker.log(`Total bytes read: ${Math.round(bytes)} (${tarSize(bytes)}, ${tarSize(bytes / seconds)}/s)`);
}

/** What the new container is like, its disks still as they are asked for. */
function merged(order: Order, backup: StoredFile | null): Configuration {
  const { vmid, parameters, storage, archive } = order;
  const given = optionsOf(parameters);
  const unprivileged = parameters.flag("unprivileged", true);
  const os = /vztmpl\/([a-z]+)/u.exec(archive)?.[1] ?? "debian";
  const kept =
    backup === null
      ? new Map([
          ["arch", "amd64"],
          ["hostname", `CT${vmid}`],
          ["memory", "512"],
          ["ostype", os],
          ["rootfs", `${storage}:4`],
          ["swap", "512"],
          ...(unprivileged ? [["unprivileged", "1"] as const] : []),
        ])
      : new Map(
          [...parseConfiguration(backup.configuration).current].map(([key, value]) => [key, asNew(order, key, value)]),
        );
  for (const [key, value] of given) {
    if (key === "unprivileged" && value === "0") kept.delete(key);
    else kept.set(key, value);
  }
  if (given.get("hostname") === "") kept.delete("hostname");
  return new Configuration(kept);
}

/** A line of a backed-up configuration: its disks are made anew, its addresses only where asked for. */
function asNew(order: Order, key: string, value: string): string {
  if (isDiskKey(key)) {
    const volid = volidOf(value);
    if (volid === null) return value;
    const gibibytes = volumeSize(value) / gibibyte;
    const options = value
      .split(",")
      .slice(1)
      .filter((part) => !part.startsWith("size="));
    const own = order.parameters.has("storage") ? order.storage : splitVolid(volid)[0];
    return [`${storageOf(order.cluster, `${own}:`) === null ? order.storage : own}:${gibibytes}`, ...options].join(",");
  }
  if (/^net\d+$/u.test(key) && order.parameters.flag("unique")) {
    return value.replace(/hwaddr=[^,]+/u, `hwaddr=${newHardwareAddress()}`);
  }
  return value;
}

/** The disks of the container that is replaced; one that is gone already can't be removed, and that ends it. */
function removeDisks({ cluster, node, vmid }: Order, before: Configuration): void {
  const values = [before.current, ...before.snapshots.values()].flatMap((section) => [...section]);
  for (const volid of new Set(values.flatMap(([key, value]) => (isDiskKey(key) ? (volidOf(value) ?? []) : [])))) {
    if (cluster.volumes.isLost(node.name, volid)) {
      const path = pathOfVolume(cluster, volid).replace(/\.raw$/u, "");
      throw failure(
        `command 'btrfs subvolume delete -- ${path}' failed: ERROR: Could not statfs: No such file or directory`,
      );
    }
    if (new RegExp(`[/-]${vmid}[/-]`, "u").test(volid)) cluster.volumes.remove(node.name, volid);
  }
}

function disksOf(cluster: Cluster, guest: Guest): readonly StoredDisk[] {
  const names = new Set(volumesOf(guest).keys());
  return cluster.storages
    .flatMap((storage) => cluster.volumes.disks(guest.node.name, storage))
    .filter(({ volid }) => names.has(volid));
}

function replaceConfiguration(cluster: Cluster, guest: Guest, configuration: Configuration): void {
  guest.node.catchUp();
  guest.advance(cluster.clock.now());
  guest.configuration = configuration;
  guest.configuration.changed();
  guest.node.touched();
}
