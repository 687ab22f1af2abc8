import type { Identity } from "../access/permissions.js";
import { quoteArgument } from "../../model/index.js";
import { badParameters, failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { requireUnlocked } from "./configuration-change.js";
import { Configuration } from "./configuration.js";
import type { Guest } from "./guest.js";
import type { SimulatedNode } from "./node.js";
import { archiveSize, clockTime, duration, fileTime, tarSize } from "./stamp.js";
import { holds, requireStorage } from "./storage.js";
import type { Storage } from "./storage.js";
import { canSnapshot } from "./snapshots.js";
import type { Worker } from "./tasks.js";
import { WithoutStatus } from "./tasks.js";

const endings: Readonly<Record<string, string>> = {
  "0": "tar",
  "1": "tar.lzo",
  gzip: "tar.gz",
  lzo: "tar.lzo",
  zstd: "tar.zst",
};

/** Bytes a second that a backup reads where nothing limits it. */
const speed = 200 * 1024 ** 2;

type Mode = "snapshot" | "suspend" | "stop";

/** What one `vzdump` was asked to do. */
interface Order {
  readonly cluster: Cluster;
  readonly node: SimulatedNode;
  readonly by: Identity;
  readonly storage: string;
  readonly mode: Mode;
  readonly compress: string;
  /** KiB/s; 0: none. */
  readonly bandwidth: number;
  readonly notes: string | null;
  readonly protect: boolean;
  readonly all: boolean;
}

const variables: Readonly<Record<string, (order: Order, guest: Guest) => string>> = {
  cluster: ({ cluster }) => cluster.name ?? "standalone node",
  guestname: (_order, guest) => guest.configuration.get("hostname") ?? `CT${guest.vmid}`,
  node: ({ node }) => node.name,
  vmid: (_order, guest) => String(guest.vmid),
};

/** `POST /nodes/{node}/vzdump`: a task's id, or `OK` where nothing on this node is to be backed up. */
export function backUp(cluster: Cluster, node: SimulatedNode, parameters: Parameters, by: Identity): string {
  requireSensible(cluster, parameters, by);
  const order: Order = {
    cluster,
    node,
    by,
    storage: parameters.text("storage", "local"),
    mode: parameters.text("mode", "snapshot") as Mode,
    compress: parameters.text("compress", "0"),
    bandwidth: parameters.number("bwlimit") ?? 0,
    notes: parameters.has("notes-template") ? parameters.text("notes-template") : null,
    protect: parameters.flag("protected"),
    all: parameters.flag("all"),
  };
  const excluded = new Set(parameters.list("exclude").map(Number));
  const asked = order.all
    ? [...node.guests.keys()].filter((vmid) => !excluded.has(vmid)).sort((a, b) => a - b)
    : parameters.list("vmid").map(Number);
  const here = asked.filter((vmid) => node.guests.has(vmid) || !cluster.guests.has(vmid));
  if (here.length === 0 && !order.all) return "OK";

  const id = here.length === 1 ? String(here[0]) : "";
  return cluster.fork(node, "vzdump", id, by, (worker) => underGlobalLock(order, parameters, worker, here));
}

function requireSensible(cluster: Cluster, parameters: Parameters, by: Identity): void {
  const isRoot = by.user === "root@pam" && by.token === null;
  for (const name of ["dumpdir", "tmpdir", "script", "job-id"]) {
    if (parameters.has(name) && !isRoot) throw badParameters({ [name]: "Only root may set this option." });
  }
  if (!parameters.has("vmid") && !parameters.flag("all") && !parameters.has("pool")) {
    throw badParameters({ vmid: "property is missing" });
  }
  if (parameters.has("vmid") && parameters.flag("all")) {
    throw badParameters({ all: "option conflicts with option 'vmid'" });
  }
  for (const [, name = ""] of parameters.text("notes-template").matchAll(/\{\{([^}]*)\}\}/gu)) {
    if (!(name in variables)) {
      throw badParameters({ "notes-template": `found unknown: variable '${name}' at char 4\n` });
    }
  }
  const storage = parameters.text("storage");
  if (storage !== "" && cluster.storages.some(({ name }) => name === storage)) {
    cluster.permissions.require(by, `/storage/${storage}`, ["Datastore.AllocateSpace"]);
  }
  if (["bwlimit", "ionice", "performance"].some((name) => parameters.has(name))) {
    cluster.permissions.require(by, "/", ["Sys.Modify"]);
  }
}

/** One backup at a time on a node; the next waits, three hours unless `lockwait` (minutes) says otherwise. */
function underGlobalLock(
  order: Order,
  parameters: Parameters,
  worker: Worker,
  vmids: readonly number[],
): Promise<void> {
  const wait = parameters.number("lockwait") ?? 180;
  const refused = (): Error => {
    worker.log(`ERROR: can't acquire lock '/var/run/vzdump.lock' (wait = ${wait})`);
    return new WithoutStatus();
  };
  const { backupLocks } = order.cluster;
  if (wait === 0 && backupLocks.isHeld(order.node.name)) throw refused();
  return backupLocks.hold(order.node.name, () => backUpAll(order, parameters, worker, vmids), {
    onWait: (text) =>
      worker.log(text === " OK" ? "INFO: got global lock" : "INFO: trying to get global lock - waiting..."),
    patience: wait * 60_000,
    signal: worker.signal,
    refusal: new WithoutStatus(),
  });
}

async function backUpAll(
  order: Order,
  parameters: Parameters,
  worker: Worker,
  vmids: readonly number[],
): Promise<void> {
  const { cluster, node } = order;
  const storage = usableStorage(cluster, order.storage);
  worker.log(`INFO: starting new backup job: vzdump ${commandLine(parameters, node.name, vmids)}`);
  let failed = false;
  for (const vmid of vmids) {
    const began = cluster.clock.now();
    try {
      const guest = node.guests.get(vmid);
      if (guest === undefined) throw failure(`unable to find VM '${vmid}'`);
      if (order.all && !cluster.permissions.may(order.by, `/vms/${vmid}`, "VM.Backup")) continue;
      cluster.permissions.require(order.by, `/vms/${vmid}`, ["VM.Backup"]);
      await backUpOne(order, storage, guest, worker);
      const now = cluster.clock.now();
      worker.log(`INFO: Finished Backup of VM ${vmid} (${duration((now - began) / 1000)})`);
      worker.log(`INFO: Backup finished at ${clockTime(now)}`);
    } catch (error) {
      failed = true;
      const text = error instanceof Error ? error.message : String(error);
      worker.log(`ERROR: Backup of VM ${vmid} failed - ${text}`);
      worker.log(`INFO: Failed at ${clockTime(cluster.clock.now())}`);
      if (worker.signal.aborted) break;
    }
  }
  worker.log(failed ? "INFO: Backup job finished with errors" : "INFO: Backup job finished successfully");
  if (failed) throw failure("job errors");
}

function usableStorage(cluster: Cluster, name: string): Storage {
  try {
    requireStorage(cluster, name);
  } catch {
    const missing = `storage '${name}' does not exist`;
    throw failure(
      `could not activate storage '${name}': ${missing} could not get storage information for '${name}': ${missing}`,
    );
  }
  const storage = requireStorage(cluster, name);
  if (holds(storage, "backup")) return storage;
  throw failure(
    `could not get storage information for '${name}': can't use storage '${name}' for backups - wrong content type`,
  );
}

async function backUpOne(order: Order, storage: Storage, guest: Guest, worker: Worker): Promise<void> {
  const { cluster, node } = order;
  const { vmid } = guest;
  const began = cluster.clock.now();
  const say = (line: string) => worker.log(`INFO: ${line}`);
  say(`Starting Backup of VM ${vmid} (lxc)`);
  say(`Backup started at ${clockTime(began)}`);
  requireUnlocked(guest);
  say(`status = ${guest.running ? "running" : "stopped"}`);
  const name = guest.configuration.get("hostname") ?? `CT${vmid}`;
  const contents = () => {
    say(`CT Name: ${name}`);
    say("including mount point rootfs ('/') in backup");
  };
  const mode = modeFor(order, guest, say, contents);
  say(`backup mode: ${mode}`);
  if (order.bandwidth > 0) say(`bandwidth limit: ${order.bandwidth} KiB/s`);
  say("ionice priority: 7");
  contents();

  const ending = endings[order.compress] ?? "tar";
  const base = `vzdump-lxc-${vmid}-${fileTime(began)}`;
  const read = Math.max(8 * 1024 ** 2, guest.meter.reading().disk || guest.volumeBytes() / 16);
  const seconds = Math.min(120, Math.max(2, read / (order.bandwidth > 0 ? order.bandwidth * 1024 : speed)));
  const configuration = withoutSnapshots(guest);
  const wasRunning = guest.running;
  cluster.write(guest, () => guest.configuration.current.set("lock", "backup"));
  let offline = 0;
  try {
    if (mode === "snapshot") snapshotForBackup(cluster, guest, say);
    if (mode === "suspend") {
      const root = `/proc/${guest.pid ?? 0}/root/ to ${storage.path}/dump/${base}.tmp`;
      say(`starting first sync ${root}`);
      await worker.work(seconds / 2);
      say(`first sync finished - transferred ${tarSize(read).replace("iB", "")} bytes in ${Math.round(seconds / 2)}s`);
      say("suspending guest");
      say(`starting final sync ${root}`);
      say("final sync finished - transferred 0 bytes in 0s");
      say("resuming guest");
      say("guest is online again after <1 seconds");
    }
    if (mode === "stop" && wasRunning) {
      say("stopping virtual guest");
      await worker.work(1);
      offline = cluster.clock.now();
      guest.setRunning(false, offline);
    }
    say(`creating vzdump archive '${storage.path}/dump/${base}.${ending}'`);
    await worker.work(seconds);
    const missing = cluster.volumes.missingOf(guest);
    if (missing !== null) throw failure(`volume '${missing}' does not exist`);
    const size = Math.round(read * (ending === "tar" ? 1 : 0.4));
    say(`Total bytes written: ${Math.round(read)} (${tarSize(read)}, ${tarSize(read / seconds)}/s)`);
    say(`archive file size: ${archiveSize(size)}`);
    if (order.notes !== null) say("adding notes to backup");
    if (order.protect) say("marking backup as protected");
    cluster.volumes.addFile(node.name, storage, {
      volid: `${storage.name}:backup/${base}.${ending}`,
      content: "backup",
      format: ending,
      ctime: Math.floor(began / 1000),
      size,
      vmid,
      notes: order.notes === null ? "" : notesOf(order.notes, order, guest),
      protected: order.protect,
      verification: null,
      configuration,
      damaged: false,
    });
  } catch (error) {
    if (worker.signal.aborted) throw failure(`command '${tarCommand}' failed: interrupted by signal`);
    throw error;
  } finally {
    if (mode === "snapshot" && guest.configuration.snapshots.has("vzdump")) {
      say("cleanup temporary 'vzdump' snapshot");
    }
    endBackup(cluster, guest);
    if (mode === "stop" && wasRunning && !guest.running) {
      say("restarting vm");
      guest.setRunning(true, cluster.clock.now());
      say(`guest is online again after ${Math.round((cluster.clock.now() - offline) / 1000)} seconds`);
    }
  }
}

const tarCommand =
  "set -o pipefail && lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- tar cpf - --totals --one-file-system -p --sparse --numeric-owner";

/** A stopped container is always read as it lies there; without storage snapshots the next best is tried. */
function modeFor(order: Order, guest: Guest, say: (line: string) => void, contents: () => void): Mode {
  if (!guest.running) return "stop";
  if (order.mode !== "snapshot") return order.mode;
  contents();
  if (canSnapshot(order.cluster, guest)) return "snapshot";
  say("mode failure - some volumes do not support snapshots");
  say("trying 'suspend' mode instead");
  return "suspend";
}

function snapshotForBackup(cluster: Cluster, guest: Guest, say: (line: string) => void): void {
  say("create storage snapshot 'vzdump'");
  const { configuration } = guest;
  cluster.write(guest, () => {
    const values = new Map(configuration.current);
    for (const key of ["description", "lock"]) values.delete(key);
    values.set("description", "vzdump backup snapshot\n");
    values.set("snaptime", String(cluster.clock.seconds()));
    configuration.snapshots.set("vzdump", values);
    configuration.current.set("parent", "vzdump");
  });
}

/** Takes lock and temporary snapshot away, whatever happened. */
function endBackup(cluster: Cluster, guest: Guest): void {
  const { configuration } = guest;
  guest.node.catchUp();
  const temporary = configuration.snapshots.get("vzdump");
  configuration.current.delete("lock");
  if (temporary !== undefined) {
    configuration.snapshots.delete("vzdump");
    const parent = temporary.get("parent");
    if (parent === undefined) configuration.current.delete("parent");
    else configuration.current.set("parent", parent);
  }
  configuration.changed();
  guest.advance(cluster.clock.now());
  guest.node.touched();
}

/** The configuration as a backup holds it: without snapshots, lock and what waits for a restart. */
function withoutSnapshots(guest: Guest): string {
  const values = [...guest.configuration.current].filter(([key]) => !["lock", "parent", "template"].includes(key));
  return new Configuration(values).render();
}

function notesOf(template: string, order: Order, guest: Guest): string {
  return template
    .replace(/\\([n\\])/gu, (_match, escaped: string) => (escaped === "n" ? "\n" : "\\"))
    .replace(/\{\{([^}]*)\}\}/gu, (_match, name: string) => variables[name]?.(order, guest) ?? "");
}

function commandLine(parameters: Parameters, node: string, vmids: readonly number[]): string {
  const options = parameters
    .names()
    .filter((name) => name !== "vmid" && name !== "node")
    .map((name) => `--${name} ${quoteArgument(parameters.text(name))}`);
  return [...(parameters.flag("all") ? [] : vmids), ...options, `--node ${node}`].join(" ");
}
