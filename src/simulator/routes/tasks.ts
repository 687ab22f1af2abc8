import { nameOf } from "../access/permissions.js";
import type { TaskRecord } from "../cluster/tasks.js";
import { flag, formats, optionalText, vmidParameter } from "../http/formats.js";
import { badParameters } from "../http/problem.js";
import { splitList } from "../http/parameters.js";
import { parseUpid } from "../../model/index.js";
import type { Call, Route } from "./route.js";
import { anyone, nodeOf, Verbatim } from "./route.js";

const base = "/nodes/{node}/tasks";
const count = { type: "integer", optional: true, minimum: 0 } as const;
const time = { type: "integer", optional: true } as const;

/** A task as lists show it; running ones with a name in full and `RUNNING`. */
function entry(task: TaskRecord): Record<string, unknown> {
  const common = {
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.pstart,
    starttime: task.starttime,
    type: task.type,
    id: task.id,
  };
  if (task.status === null) {
    return { ...common, user: nameOf({ user: task.user, token: task.token }), status: "RUNNING" };
  }
  return {
    ...common,
    user: task.user,
    ...(task.token === null ? {} : { tokenid: task.token }),
    endtime: task.endtime,
    status: task.status,
  };
}

function list(call: Call): unknown {
  const { parameters, identity } = call;
  const node = nodeOf(call);
  const audited = call.cluster.permissions.may(identity, `/nodes/${node.name}`, "Sys.Audit");
  const source = parameters.text("source", "archive");
  const vmid = parameters.number("vmid");
  const since = parameters.number("since");
  const until = parameters.number("until");
  const statuses = parameters.list("statusfilter");
  const found = call.cluster.tasks
    .list()
    .filter((task) => task.node === node.name && (audited || task.user === identity.user))
    .filter((task) => source === "all" || (task.status === null) === (source === "active"))
    .filter((task) => vmid === null || task.id === String(vmid))
    .filter((task) => (since === null || task.starttime >= since) && (until === null || task.starttime <= until))
    .filter((task) => !parameters.has("typefilter") || task.type === parameters.text("typefilter"))
    .filter((task) => task.user.includes(parameters.text("userfilter")))
    .filter((task) => !parameters.flag("errors") || kindOf(task) !== "ok")
    .filter((task) => statuses.length === 0 || statuses.includes(kindOf(task)));
  const start = parameters.number("start") ?? 0;
  const page = found.slice(start, start + (parameters.number("limit") ?? 50));
  if (found.length > 0) call.beside["total"] = found.length;
  return page.map(entry);
}

function kindOf(task: TaskRecord): "ok" | "warning" | "error" | "unknown" {
  if (task.status === "OK") return "ok";
  if (task.status === "unexpected status") return "unknown";
  return task.status?.startsWith("WARNINGS:") === true ? "warning" : "error";
}

/** The task in the path; null where nobody knows it. Throws if the id can't be read or the task is none of the caller's business. */
function lookUp(call: Call, privilege: "Sys.Audit" | "Sys.Modify"): TaskRecord | null {
  const upid = call.parameters.text("upid");
  const parsed = parseUpid(upid);
  if (parsed === null) throw badParameters({ upid: "unable to parse worker upid" });
  const own = parsed.user.split("!")[0] === call.identity.user;
  if (!own) call.cluster.permissions.require(call.identity, `/nodes/${nodeOf(call).name}`, [privilege]);
  const task = call.cluster.tasks.find(upid);
  return task?.node === nodeOf(call).name ? task : null;
}

function status(call: Call): unknown {
  const task = lookUp(call, "Sys.Audit");
  if (task === null) throw badParameters({ upid: "no such task" });
  return {
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.pstart,
    starttime: task.starttime,
    type: task.type,
    id: task.id,
    user: task.user,
    ...(task.token === null ? {} : { tokenid: task.token }),
    ...(task.status === null ? { status: "running" } : { status: "stopped", exitstatus: task.status }),
  };
}

function log(call: Call): unknown {
  const task = lookUp(call, "Sys.Audit");
  const lines = task?.log ?? ["unable to open file - No such file or directory"];
  if (call.parameters.flag("download")) return new Verbatim(lines.map((line) => `${line}\n`).join(""), "plain");
  const start = call.parameters.number("start") ?? 0;
  const limit = call.parameters.number("limit") ?? 50;
  const page = lines.map((t, index) => ({ n: index + 1, t })).slice(start, limit === 0 ? undefined : start + limit);
  const shown = page.length === 0 ? [{ n: lines.length + 1, t: "no content" }] : page;
  call.beside["total"] = Math.max(lines.length, 1);
  return shown;
}

const upid = { type: "string" } as const;

/** Tasks of a node. */
export const taskRoutes: readonly Route[] = [
  {
    method: "GET",
    path: base,
    parameters: () => ({
      errors: flag,
      limit: count,
      since: time,
      source: { type: "string", optional: true, enum: ["archive", "active", "all"] },
      start: count,
      statusfilter: {
        type: "string",
        optional: true,
        format: (value) => formats.taskStatusList(splitList(value).join()),
      },
      typefilter: optionalText,
      until: time,
      userfilter: optionalText,
      vmid: { ...vmidParameter, optional: true },
    }),
    permission: anyone,
    handle: list,
  },
  {
    method: "GET",
    path: `${base}/{upid}`,
    parameters: () => ({ upid }),
    permission: anyone,
    handle: () => ["log", "status"].map((name) => ({ name })),
  },
  {
    method: "DELETE",
    path: `${base}/{upid}`,
    parameters: () => ({ upid }),
    permission: anyone,
    protected: true,
    handle: async (call) => {
      const task = lookUp(call, "Sys.Modify");
      if (task !== null) await call.cluster.tasks.stop(task.upid);
      return null;
    },
  },
  {
    method: "GET",
    path: `${base}/{upid}/status`,
    parameters: () => ({ upid }),
    permission: anyone,
    protected: true,
    handle: status,
  },
  {
    method: "GET",
    path: `${base}/{upid}/log`,
    parameters: () => ({ upid, start: count, limit: count, download: flag }),
    permission: anyone,
    protected: true,
    handle: log,
  },
];
