import { storageUsage } from "../cluster/storage-usage.js";
import { holds, requireStorage } from "../cluster/storage.js";
import type { Storage } from "../cluster/storage.js";
import type { StoredFile } from "../cluster/volumes.js";
import { pathOfVolume, splitVolid } from "../cluster/volumes.js";
import { flag, optionalText, vmidParameter } from "../http/formats.js";
import { percentDecode } from "../http/form.js";
import { badParameters, failure, forbidden } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { anyone, needsAny, nodeOf } from "./route.js";

const base = "/nodes/{node}/storage/{storage}";
const mayLook = needsAny("/storage/{storage}", "Datastore.Audit", "Datastore.AllocateSpace");
const storageParameter = { type: "string" } as const;

function figures(call: Call, storage: Storage): Record<string, unknown> {
  const node = nodeOf(call);
  const { used, avail, total } = storageUsage(call.cluster, node, storage);
  return {
    type: storage.type,
    content: storage.content,
    shared: storage.shared ? 1 : 0,
    enabled: 1,
    active: 1,
    used,
    avail,
    total,
  };
}

function list(call: Call): unknown {
  nodeOf(call).catchUp();
  const { cluster, identity, parameters } = call;
  const content = parameters.list("content");
  const target = parameters.text("target");
  return cluster.storages
    .filter((storage) => {
      const path = `/storage/${storage.name}`;
      const visible =
        cluster.permissions.may(identity, path, "Datastore.Audit") ||
        cluster.permissions.may(identity, path, "Datastore.AllocateSpace");
      const wanted = content.length === 0 || content.some((kind) => holds(storage, kind));
      const reachable = target === "" || target === nodeOf(call).name || storage.shared;
      return (
        visible && wanted && reachable && (!parameters.has("storage") || parameters.text("storage") === storage.name)
      );
    })
    .map((storage) => {
      const entry = figures(call, storage);
      return { storage: storage.name, ...entry, used_fraction: Number(entry["used"]) / Number(entry["total"]) };
    });
}

function status(call: Call): unknown {
  nodeOf(call).catchUp();
  const found = call.cluster.storages.find(({ name }) => name === call.parameters.text("storage"));
  if (found === undefined) throw badParameters({ storage: "No such storage." });
  return figures(call, found);
}

const kinds = ["rootdir", "images", "backup", "vztmpl", "iso", "snippets", "import"];

function content(call: Call): unknown {
  const { cluster, parameters, identity } = call;
  const node = nodeOf(call);
  node.catchUp();
  const storage = requireStorage(cluster, parameters.text("storage"));
  const wanted = parameters.text("content");
  const vmid = parameters.number("vmid");
  const files = cluster.volumes
    .files(node.name, storage)
    .filter((file) => (wanted === "" || file.content === wanted) && (vmid === null || file.vmid === vmid))
    .filter((file) => mayUse(call, storage, file.vmid, file.content === "backup"))
    .map(fileEntry);
  if (wanted !== "" && wanted !== "rootdir") return files;
  const ctime = cluster.clock.seconds();
  const disks = cluster.volumes
    .disks(node.name, storage)
    .filter((disk) => vmid === null || disk.vmid === vmid)
    .filter((disk) => cluster.permissions.may(identity, `/vms/${disk.vmid}`, "VM.Audit"))
    .map((disk) => ({ ...disk, content: "rootdir", format: "raw", parent: null, ctime }));
  return [...disks, ...files];
}

function fileEntry(file: StoredFile): Record<string, unknown> {
  const { volid, content: kind, format, ctime, size, vmid, notes, verification } = file;
  const [line = ""] = notes.split("\n");
  return {
    volid,
    content: kind,
    format,
    ctime,
    size,
    ...(vmid === null ? {} : { vmid, subtype: "lxc" }),
    ...(line === "" ? {} : { notes: line }),
    ...(file.protected ? { protected: 1 } : {}),
    ...(verification === null ? {} : { verification }),
  };
}

/** Whether somebody may use a volume: all that is on a storage, or the backups of a container. */
function mayUse(call: Call, storage: Storage, vmid: number | null, isBackup: boolean): boolean {
  const { permissions } = call.cluster;
  const path = `/storage/${storage.name}`;
  if (permissions.may(call.identity, path, "Datastore.Allocate")) return true;
  if (!isBackup) return permissions.may(call.identity, path, "Datastore.Audit");
  return (
    permissions.may(call.identity, path, "Datastore.AllocateSpace") &&
    vmid !== null &&
    permissions.may(call.identity, `/vms/${vmid}`, "VM.Backup")
  );
}

/** The volume in the path, by its whole id or by its name on the storage in the path. */
function volumeIn(call: Call): string {
  const text = percentDecode(call.parameters.text("volume"));
  const storage = call.parameters.text("storage");
  const volid = text.includes(":") ? text : `${storage}:${text}`;
  requireStorage(call.cluster, splitVolid(volid)[0]);
  return volid;
}

function requireMayUse(call: Call, volid: string): void {
  const storage = requireStorage(call.cluster, splitVolid(volid)[0]);
  const owner = /vzdump-lxc-(\d+)-/u.exec(volid)?.[1];
  const isBackup = volid.includes(":backup/");
  if (mayUse(call, storage, owner === undefined ? null : Number(owner), isBackup)) return;
  throw forbidden(`/storage/${storage.name}, Datastore.Allocate`);
}

function volume(call: Call): unknown {
  const volid = volumeIn(call);
  requireMayUse(call, volid);
  const node = nodeOf(call);
  const path = pathOfVolume(call.cluster, volid);
  const file = call.cluster.volumes.file(node.name, volid);
  if (file !== null) {
    // In whole blocks, which is what the file takes.
    const used = Math.ceil(file.size / 4096) * 4096;
    return {
      path,
      size: file.size,
      used,
      format: "raw",
      protected: file.protected ? 1 : 0,
      ...(file.notes === "" ? {} : { notes: file.notes }),
    };
  }
  const storage = requireStorage(call.cluster, splitVolid(volid)[0]);
  const disk = call.cluster.volumes.disks(node.name, storage).find((candidate) => candidate.volid === volid);
  if (disk === undefined) throw failure(`volume_size_info on '${volid}' failed - no format`);
  return { path, size: disk.size, used: disk.used, format: "raw" };
}

/** Notes and protection. What is not there is no error. */
function change(call: Call): unknown {
  const volid = volumeIn(call);
  requireMayUse(call, volid);
  const file = call.cluster.volumes.file(nodeOf(call).name, volid);
  if (file === null) return null;
  if (call.parameters.has("notes")) file.notes = call.parameters.text("notes");
  if (call.parameters.has("protected")) file.protected = call.parameters.flag("protected");
  return null;
}

/** Removes a volume, whoever uses it. */
async function remove(call: Call): Promise<unknown> {
  const { cluster, parameters } = call;
  const node = nodeOf(call);
  const volid = volumeIn(call);
  requireMayUse(call, volid);
  const [name, rest] = splitVolid(volid);
  const owner = /(?:vzdump-lxc-|[:/](?:vm|base|subvol)-)(\d+)-/u.exec(volid)?.[1];
  const id = owner === undefined ? name : `${owner}@${name}`;
  const upid = cluster.fork(node, "imgdel", id, call.identity, async (worker) => {
    if (cluster.volumes.file(node.name, volid)?.protected === true) {
      throw failure(`cannot remove protected volume '${rest}' on '${name}'`);
    }
    await worker.work(0.5);
    if (!cluster.volumes.remove(node.name, volid)) {
      worker.log(`disk image '${pathOfVolume(cluster, volid)}' does not exist`);
    }
    node.touched();
    worker.log(`Removed volume '${volid}'`);
  });
  const delay = parameters.number("delay");
  if (delay === null) return upid;
  const end = cluster.clock.now() + delay * 1000;
  while (cluster.clock.now() < end) {
    await cluster.clock.wait(250);
    const status = cluster.tasks.find(upid)?.status ?? null;
    if (status === "OK") return null;
    if (status !== null) throw failure(status);
  }
  return upid;
}

const subdirectories = ["content", "download-url", "prunebackups", "rrddata", "status", "upload"];

/** Storages of a node and what is on them. */
export const storageRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/nodes/{node}/storage",
    parameters: () => ({
      content: optionalText,
      storage: optionalText,
      enabled: flag,
      format: flag,
      target: optionalText,
    }),
    permission: anyone,
    protected: true,
    handle: list,
  },
  {
    method: "GET",
    path: base,
    parameters: () => ({ storage: storageParameter }),
    permission: mayLook,
    handle: () => subdirectories.map((subdir) => ({ subdir })),
  },
  {
    method: "GET",
    path: `${base}/status`,
    parameters: () => ({ storage: storageParameter }),
    permission: mayLook,
    protected: true,
    handle: status,
  },
  {
    method: "GET",
    path: `${base}/content`,
    parameters: () => ({
      storage: storageParameter,
      content: {
        type: "string",
        optional: true,
        format: (value) => (kinds.includes(value) ? null : `invalid content type '${value}'`),
      },
      vmid: { ...vmidParameter, optional: true },
    }),
    permission: mayLook,
    protected: true,
    handle: content,
  },
  {
    method: "GET",
    path: `${base}/content/{volume}`,
    parameters: () => ({ storage: storageParameter, volume: { type: "string" } }),
    permission: anyone,
    protected: true,
    handle: volume,
  },
  {
    method: "PUT",
    path: `${base}/content/{volume}`,
    parameters: () => ({
      storage: storageParameter,
      volume: { type: "string" },
      notes: optionalText,
      protected: flag,
    }),
    permission: anyone,
    protected: true,
    handle: change,
  },
  {
    method: "DELETE",
    path: `${base}/content/{volume}`,
    parameters: () => ({
      storage: storageParameter,
      volume: { type: "string" },
      delay: { type: "integer", optional: true, minimum: 1, maximum: 30 },
    }),
    permission: anyone,
    protected: true,
    handle: remove,
  },
];
