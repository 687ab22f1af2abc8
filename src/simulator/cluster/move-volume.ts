import type { Identity } from "../access/permissions.js";
import { badParameters, failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { addUnused, requireDigest, requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { makeFileSystemLog } from "./new-guest.js";
import { formatVolumeSize, volumeSize } from "./size.js";
import { requireDiskStorage } from "./storage.js";
import { pathOfVolume, splitVolid, volidOf } from "./volumes.js";

/** Bytes a second of a copy where nothing limits it. */
const speed = 400 * 1024 ** 2;

/** `POST …/move_volume`: a disk of a stopped container to another storage. */
export function moveVolume(cluster: Cluster, guest: Guest, parameters: Parameters, by: Identity): Promise<string> {
  const key = parameters.text("volume");
  if (!parameters.has("storage")) throw badParameters({ storage: "property is missing and it is not optional" });
  return cluster.locks.hold(guest.vmid, () => {
    const { configuration, vmid } = guest;
    requireDigest(guest, parameters.text("digest"));
    requireUnlocked(guest);
    if (guest.running) throw failure("cannot move volumes of a running container");
    const value = configuration.get(key) ?? "";
    const volid = volidOf(value);
    if (volid === null) throw failure(`volume '${key}' for container '${vmid}' does not exist`);
    const storage = requireDiskStorage(cluster, parameters.text("storage"));
    if (storage.name === splitVolid(volid)[0]) throw failure(`you can't move to the same storage`);
    cluster.permissions.require(by, `/storage/${storage.name}`, ["Datastore.AllocateSpace"]);
    const held = [...configuration.snapshots.values()].some((values) => volidOf(values.get(key) ?? "") === volid);
    if (parameters.flag("delete") && held) {
      throw failure("you can't move a volume with snapshots and delete the source");
    }
    const bytes = volumeSize(value);
    const limit = (parameters.number("bwlimit") ?? 0) * 1024;
    cluster.write(guest, () => configuration.current.set("lock", "disk"));
    return cluster.fork(guest.node, "move_volume", String(vmid), by, async (worker) => {
      const copy = cluster.volumes.allocate(guest.node.name, storage, vmid);
      try {
        if (storage.type !== "btrfs") {
          worker.log(`Formatting '${pathOfVolume(cluster, copy)}', fmt=raw size=${bytes} preallocation=off`);
        }
        for (const line of makeFileSystemLog(bytes)) worker.log(line);
        await worker.work(Math.min(120, Math.max(2, bytes / 16 / (limit > 0 ? limit : speed))));
        const options = value
          .split(",")
          .slice(1)
          .filter((part) => !part.startsWith("size="));
        configuration.current.set(key, [copy, ...options, `size=${formatVolumeSize(bytes)}`].join(","));
        if (parameters.flag("delete")) cluster.volumes.remove(guest.node.name, volid);
        else addUnused(guest, volid);
      } finally {
        configuration.current.delete("lock");
        configuration.changed();
        guest.node.touched();
      }
    });
  });
}
