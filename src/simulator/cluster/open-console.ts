import type { Identity } from "../access/permissions.js";
import { nameOf } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Cluster } from "./cluster.js";
import type { Guest } from "./guest.js";
import type { SimulatedNode } from "./node.js";

/** Simulated milliseconds for a client to come. */
const patience = 10_000;

/** `POST …/termproxy`: a task that waits for a client, and what that needs to know. */
export function openConsole(
  cluster: Cluster,
  node: SimulatedNode,
  guest: Guest | null,
  by: Identity,
): Record<string, unknown> {
  const port = cluster.consoles.freePort(node.name);
  const path = guest === null ? `/nodes/${node.name}` : `/vms/${guest.vmid}`;
  const ticket = cluster.consoles.issue(by, path);
  const [type, id] = guest === null ? ["vncshell", ""] : ["vncproxy", String(guest.vmid)];
  const upid = cluster.fork(node, type, id, by, async (worker) => {
    const command =
      guest === null
        ? `/usr/bin/termproxy ${port} --path ${path} --perm Sys.Console -- /bin/login -f root`
        : `/usr/bin/termproxy ${port} --path ${path} --perm VM.Console -- /usr/bin/dtach -A /var/run/dtach/vzctlconsole${guest.vmid} -r winch -z lxc-console -n ${guest.vmid} -e -1`;
    const failed = () => failure(`command '${command}' failed: exit code 1`);
    const ended = await new Promise<string | null>((resolve, reject) => {
      const leave = cluster.consoles.add({
        node: node.name,
        port,
        guest,
        by,
        ticket,
        connect: (address) => {
          giveUp();
          worker.log(`client connection: ${address}`);
          return resolve;
        },
      });
      const giveUp = cluster.clock.after(patience, () => {
        leave();
        resolve("failed waiting for client: timed out");
      });
      worker.signal.addEventListener(
        "abort",
        () => {
          giveUp();
          leave();
          reject(new Error("received interrupt"));
        },
        { once: true },
      );
    });
    if (ended === null) return;
    worker.log(ended);
    throw failed();
  });
  return { user: nameOf(by), ticket, port: String(port), upid };
}
