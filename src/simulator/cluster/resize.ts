import type { Identity } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { requireDigest, requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { parseVolumeSize, volumeSize, withVolumeSize } from "./size.js";

/** `PUT …/resize`: the checks at once, the growing in a task under the container's lock file. */
export function resize(cluster: Cluster, guest: Guest, parameters: Parameters, by: Identity): string {
  const disk = parameters.text("disk");
  requireDigest(guest, parameters.text("digest"));
  requireUnlocked(guest);
  const target = () => {
    const volume = guest.configuration.get(disk);
    if (volume === null) {
      throw failure(
        "format error\nmp: property is missing and it is not optional\nvolume: property is missing and it is not optional",
      );
    }
    const size = newSize(volumeSize(volume), parameters.text("size"));
    return { volume, size };
  };
  target();

  return cluster.fork(guest.node, "resize", String(guest.vmid), by, (worker) =>
    cluster.locks.hold(
      guest.vmid,
      async () => {
        requireUnlocked(guest);
        const { volume, size } = target();
        worker.log("Image resized.");
        await worker.work(2);
        cluster.write(guest, () => {
          guest.configuration.current.set(disk, withVolumeSize(volume, size));
          if (disk === "rootfs" && guest.running) guest.growFileSystem(cluster.clock.now());
        });
      },
      { onWait: (text) => worker.log(text), signal: worker.signal },
    ),
  );
}

/** `+1G` is added, `3G` is the new size; never less than before. Bytes. */
function newSize(before: number, text: string): number {
  const given = parseVolumeSize(text.replace(/^\+/u, "")) ?? 0;
  const size = text.startsWith("+") ? before + given : given;
  if (size < before) throw failure("unable to shrink disk size");
  return size;
}
