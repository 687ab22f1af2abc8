import type { Identity } from "../access/permissions.js";
import { failure, badParameters } from "../http/problem.js";
import type { Cluster } from "./cluster.js";
import { requireUnlocked } from "./configuration-change.js";
import type { Guest } from "./guest.js";
import { isForManager, manager, requestState } from "./managed.js";
import type { SimulatedNode } from "./node.js";
import type { Worker } from "./tasks.js";

/** Simulated seconds that the parts of a verb take. */
const seconds = { start: 1.5, stop: 1, shutdown: 3 } as const;

/** A verb on a container of a node; the container may not exist, which some verbs only notice inside their task. */
interface Order {
  readonly cluster: Cluster;
  readonly node: SimulatedNode;
  readonly vmid: number;
  readonly by: Identity;
}

const isRunning = ({ node, vmid }: Order) => node.guests.get(vmid)?.running === true;

/** `POST …/status/start`. */
export function start(order: Order, options: { readonly skipLock: boolean }): string {
  const { cluster, vmid } = order;
  requireRootForSkipLock(order, options.skipLock);
  if (isRunning(order)) throw failure(`CT ${vmid} already running`);
  cluster.requireQuorum();
  if (isForManager(order)) return requestState(order, "start", () => start(managed(order), { skipLock: false }));
  return fork(order, "vzstart", async (worker, guest) => {
    if (!options.skipLock) requireUnlocked(guest);
    if (guest.configuration.get("template") === "1") throw failure("you can't start a CT if it's a template");
    await worker.work(seconds.start);
    if (cluster.volumes.missingOf(guest) !== null) throw startFailed(worker, vmid);
    if (!guest.running) guest.setRunning(true, cluster.clock.now());
  });
}

/** The same, asked for by the manager: on the node where the container is by then. */
function managed(order: Order): Order {
  const node = order.cluster.guests.get(order.vmid)?.node.name ?? order.node.name;
  return { ...order, node: order.cluster.nodes.get(node) ?? order.node, by: manager };
}

/** `POST …/status/stop`. */
export function stop(
  order: Order,
  options: { readonly skipLock: boolean; readonly overruleShutdown: boolean },
): string {
  const { cluster, vmid } = order;
  requireRootForSkipLock(order, options.skipLock);
  if (!isRunning(order)) throw failure(`CT ${vmid} not running`);
  if (isForManager(order)) return requestState(order, "stop", () => stop(managed(order), options));
  return fork(
    order,
    "vzstop",
    async (worker, guest) => {
      if (!options.skipLock) requireUnlocked(guest);
      await worker.work(seconds.stop);
      if (guest.running) guest.setRunning(false, cluster.clock.now());
    },
    async (worker) => {
      const shutdowns = options.overruleShutdown ? cluster.tasks.runningOf("vzshutdown", String(vmid)) : [];
      if (shutdowns.length === 0) return;
      worker.log(`overruled vzshutdown tasks: ${shutdowns.map((task) => task.upid).join(", ")}`);
      await Promise.all(shutdowns.map((task) => cluster.tasks.stop(task.upid)));
    },
  );
}

/** `POST …/status/shutdown`; the timeout is in seconds. */
export function shutdown(order: Order, options: { readonly timeout: number; readonly forceStop: boolean }): string {
  if (!isRunning(order)) throw failure(`CT ${order.vmid} not running`);
  if (isForManager(order)) return requestState(order, "stop", () => shutdown(managed(order), options));
  return fork(order, "vzshutdown", async (worker, guest) => {
    requireUnlocked(guest);
    await askToStop(worker, guest, options);
    if (guest.running) guest.setRunning(false, order.cluster.clock.now());
  });
}

/** `POST …/status/reboot`; after the timeout (seconds) the container is killed and started all the same. */
export function reboot(order: Order, options: { readonly timeout: number }): string {
  if (!isRunning(order)) throw failure(`VM ${order.vmid} not running`);
  return fork(order, "vzreboot", async (worker, guest) => {
    // The lock is looked at by the start alone.
    await askToStop(worker, guest, { timeout: options.timeout, forceStop: true });
    guest.setRunning(false, order.cluster.clock.now());
    // A backup that began meanwhile leaves the container stopped.
    if (guest.lock !== null) throw startFailed(worker, order.vmid);
    await worker.work(seconds.start);
    guest.setRunning(true, order.cluster.clock.now());
  });
}

/** `POST …/status/suspend`: needs CRIU, which Proxmox does not ship. */
export function suspend(order: Order): string {
  if (!isRunning(order)) throw failure(`CT ${order.vmid} not running`);
  return fork(order, "vzsuspend", (worker, guest) => {
    requireUnlocked(guest);
    return checkpoint(worker, order.vmid, "-s -D /var/lib/vz/dump");
  });
}

/** `POST …/status/resume`: the same. */
export function resume(order: Order): string {
  return fork(order, "vzresume", (worker) => checkpoint(worker, order.vmid, "-r --foreground -D /var/lib/vz/dump"));
}

/** What LXC says where the hook before the start fails. */
export function startFailed(worker: Pick<Worker, "log">, vmid: number): Error {
  worker.log("run_buffer: 571 Script exited with status 255");
  worker.log(`lxc_init: 845 Failed to run lxc.hook.pre-start for container "${vmid}"`);
  worker.log(`__lxc_start: 2039 Failed to initialize container "${vmid}"`);
  return failure(`startup for container '${vmid}' failed`);
}

async function checkpoint(worker: Worker, vmid: number, options: string): Promise<void> {
  await worker.work(0.5);
  worker.log(
    `lxc-checkpoint: ${vmid}: ../src/lxc/criu.c: criu_version_ok: 767 Connection refused - execing criu failed, is it installed?`,
  );
  throw failure(`command 'lxc-checkpoint -n ${vmid} ${options}' failed: exit code 1`);
}

/** Asks a container to shut down and waits. */
export async function askToStop(
  worker: Worker,
  guest: Guest,
  options: { readonly timeout: number; readonly forceStop: boolean },
): Promise<void> {
  const command = `command 'lxc-stop -n ${guest.vmid} --nokill --timeout ${options.timeout}' failed`;
  try {
    await worker.work(guest.ignoresShutdown ? options.timeout : Math.min(seconds.shutdown, options.timeout));
  } catch (error) {
    worker.log(`${command}: received interrupt`);
    throw error;
  }
  if (!guest.ignoresShutdown && options.timeout >= seconds.shutdown) return;
  if (options.forceStop) return;
  worker.log(`${command}: exit code 1`);
  throw failure("container did not stop");
}

function requireRootForSkipLock(order: Order, skipLock: boolean): void {
  if (skipLock && !(order.by.user === "root@pam" && order.by.token === null)) {
    throw badParameters({ skiplock: "Only root may use this option." });
  }
}

/** Forks a worker that does its work under the container's lock file; `before` comes before the lock. */
function fork(
  order: Order,
  type: string,
  work: (worker: Worker, guest: Guest) => Promise<void>,
  before?: (worker: Worker) => Promise<void>,
): string {
  const { cluster, node, vmid } = order;
  return cluster.fork(node, type, String(vmid), order.by, async (worker) => {
    await before?.(worker);
    await cluster.locks.hold(vmid, () => work(worker, cluster.guestOn(node, vmid)), {
      onWait: (text) => worker.log(text),
      signal: worker.signal,
    });
  });
}
