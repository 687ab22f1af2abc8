import type { Identity } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Parameters } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { volumesOf } from "./volumes.js";

/** `DELETE /nodes/{node}/lxc/{vmid}`. */
export function destroyContainer(cluster: Cluster, guest: Guest, parameters: Parameters, by: Identity): string {
  const { vmid } = guest;
  const force = parameters.flag("force");
  const purge = parameters.flag("purge");
  const check = () => {
    requireUnlocked(guest);
    if (guest.configuration.get("protection") === "1") {
      throw failure(`can't remove CT ${vmid} - protection mode enabled`);
    }
    if (!purge && cluster.ha.of(vmid) !== null) {
      throw failure(`unable to remove CT ${vmid} - used in HA resources and purge parameter not set.`);
    }
    if (!force && guest.running) throw failure(`unable to destroy CT ${vmid} - container is running`);
  };
  check();
  return cluster.fork(guest.node, "vzdestroy", String(vmid), by, (worker) =>
    cluster.locks.hold(
      vmid,
      async () => {
        check();
        if (guest.running) {
          worker.log(`forced to stop CT ${vmid} before destroying!`);
          await worker.work(1);
          guest.setRunning(false, cluster.clock.now());
        }
        await worker.work(1);
        // The disks go first. Without quorum the rest then fails, and what is left is a configuration without a disk.
        for (const volid of volumesOf(guest).keys()) {
          if (new RegExp(`[/-]${vmid}[/-]`, "u").test(volid)) cluster.volumes.remove(guest.node.name, volid);
          else worker.log(`ignore deletion of '${volid}', CT ${vmid} isn't the owner!`);
        }
        cluster.write(guest, () => guest.configuration.current.set("lock", "destroyed"), worker.pid);
        if (purge) {
          worker.log(`purging CT ${vmid} from related configurations..`);
          cluster.ha.guests.delete(vmid);
          cluster.replication.splice(0, Infinity, ...cluster.replication.filter(({ guest: of }) => of !== vmid));
        }
        cluster.removeGuest(guest);
      },
      { onWait: (text) => worker.log(text), signal: worker.signal },
    ),
  );
}
