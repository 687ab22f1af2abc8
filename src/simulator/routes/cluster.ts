import { vmidParameter } from "../http/formats.js";
import { badParameters } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { anyone, needs, Verbatim } from "./route.js";

function status(call: Call): unknown {
  const { cluster, local } = call;
  const nodes = [local, ...[...cluster.nodes.values()].filter((node) => node !== local)].map((node) => ({
    id: `node/${node.name}`,
    type: "node",
    name: node.name,
    nodeid: cluster.name === null ? 0 : node.id,
    ip: node.address,
    online: node.isOnline() ? 1 : 0,
    local: node === local ? 1 : 0,
    level: "",
  }));
  if (cluster.name === null) return nodes;
  const head = {
    id: "cluster",
    type: "cluster",
    name: cluster.name,
    nodes: cluster.nodes.size,
    quorate: cluster.isQuorate() ? 1 : 0,
    version: cluster.nodes.size,
  };
  return [head, ...nodes];
}

function nextId(call: Call): string {
  const asked = call.parameters.number("vmid");
  if (asked !== null && call.cluster.guests.has(asked)) {
    throw badParameters({ vmid: `VM ${asked} already exists` });
  }
  let vmid = asked ?? 100;
  while (call.cluster.guests.has(vmid)) vmid += 1;
  return String(vmid);
}

/** How many tasks `GET /cluster/tasks` shows. */
const shownTasks = 25;

function tasks(call: Call): unknown {
  const { cluster, identity } = call;
  // A number until the node's daemon has read its list again.
  const isFresh = (endtime: number | null) => cluster.clock.seconds() - (endtime ?? 0) < 10;
  return cluster.tasks
    .list()
    .filter(
      (task) => task.user === identity.user || cluster.permissions.may(identity, `/nodes/${task.node}`, "Sys.Audit"),
    )
    .slice(0, shownTasks)
    .map((task) => ({
      upid: task.upid,
      node: task.node,
      type: task.type,
      id: task.id,
      user: task.user,
      ...(task.token === null ? {} : { tokenid: task.token }),
      starttime: task.starttime,
      ...(task.status === null
        ? { pid: task.pid, saved: "0" }
        : { endtime: task.endtime, status: task.status, saved: isFresh(task.endtime) ? 1 : "1" }),
    }));
}

const names = ["acme", "backup", "backup-info", "bulk-action", "ceph", "config", "firewall", "ha", "jobs", "log"];
const moreNames = ["mapping", "metrics", "notifications", "nextid", "options", "replication", "resources", "status"];

/** What concerns the cluster as a whole. */
export const clusterRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/cluster",
    permission: anyone,
    handle: () => [...names, ...moreNames, "tasks", "sdn"].map((name) => ({ name })),
  },
  {
    method: "GET",
    path: "/cluster/resources",
    parameters: () => ({ type: { type: "string", optional: true, enum: ["vm", "storage", "node", "sdn"] } }),
    permission: anyone,
    handle: (call) =>
      new Verbatim(
        call.resources.list(call.identity, call.parameters.has("type") ? call.parameters.text("type") : null),
        "data",
      ),
  },
  { method: "GET", path: "/cluster/status", permission: needs("/", "Sys.Audit"), protected: true, handle: status },
  {
    method: "GET",
    path: "/cluster/nextid",
    parameters: () => ({ vmid: { ...vmidParameter, optional: true } }),
    permission: anyone,
    handle: nextId,
  },
  { method: "GET", path: "/cluster/tasks", permission: anyone, handle: tasks },
];
