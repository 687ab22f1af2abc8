import type { Identity } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Cluster } from "./cluster.js";
import type { ManagedGuest, RequestedState } from "./high-availability.js";
import type { SimulatedNode } from "./node.js";

/** Who the manager acts as. */
export const manager: Identity = { user: "root@pam", token: null };

interface Order {
  readonly cluster: Cluster;
  readonly node: SimulatedNode;
  readonly vmid: number;
  readonly by: Identity;
}

/** True where a verb has to be asked of the manager: the container is under it, and it is not the manager who asks. */
export function isForManager({ cluster, vmid, by }: Order): boolean {
  const managed = cluster.ha.of(vmid);
  return managed !== null && managed.requested !== "ignored" && by !== manager;
}

/** `hastart`, `hastop`: ends `OK` at once; what was asked for is done some ten seconds later. */
export function requestState(order: Order, verb: "start" | "stop", act: () => void): string {
  const { cluster, node, vmid, by } = order;
  const requested: RequestedState = verb === "start" ? "started" : "stopped";
  return cluster.fork(node, `ha${verb}`, String(vmid), by, async (worker) => {
    worker.log(`Requesting HA ${verb} for CT ${vmid}`);
    await worker.work(0.5);
    const managed = requireHealthy(cluster, vmid, `set ct:${vmid} --state ${requested}`, worker);
    managed.requested = requested;
    carryOutLater(cluster, vmid, requested, act);
  });
}

/** `hamigrate`: the same. */
export function requestMigration(order: Order, target: string, act: () => void): string {
  const { cluster, node, vmid, by } = order;
  return cluster.fork(node, "hamigrate", String(vmid), by, async (worker) => {
    worker.log(`Requesting HA migration for CT ${vmid} to node ${target}`);
    await worker.work(0.5);
    requireHealthy(cluster, vmid, `migrate ct:${vmid} ${target}`, worker);
    cluster.ha.later(vmid, act);
  });
}

/** Lets the manager look at a container and do what is asked of it. */
export function carryOutLater(cluster: Cluster, vmid: number, requested: RequestedState, act: () => void): void {
  cluster.ha.later(vmid, (managed) => {
    // Something else was asked for meanwhile.
    if (managed.requested !== requested) return;
    const guest = cluster.guests.get(vmid);
    managed.state = requested;
    if (guest === undefined || requested === "ignored") return;
    if (guest.running !== (requested === "started")) act();
    guest.node.touched();
  });
}

function requireHealthy(
  cluster: Cluster,
  vmid: number,
  command: string,
  worker: { log(line: string): void },
): ManagedGuest {
  const managed = cluster.ha.of(vmid);
  if (managed === null) throw failure(`resource 'ct:${vmid}' does not exist in cluster`);
  if (managed.state === "error") {
    worker.log(`service 'ct:${vmid}' in error state, must be disabled and fixed first`);
    throw failure(`command 'ha-manager ${command}' failed: exit code 255`);
  }
  return managed;
}
