import { createHash } from "node:crypto";
import { carryOutLater, manager } from "../cluster/managed.js";
import type { ManagedGuest, RequestedState } from "../cluster/high-availability.js";
import { shutdown, start } from "../cluster/power.js";
import { flag, optionalText } from "../http/formats.js";
import type { Parameter } from "../http/parameters.js";
import { failure } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { needs } from "./route.js";

const audit = needs("/", "Sys.Audit");
const console = needs("/", "Sys.Console");
const sid: Parameter = { type: "string" };
const states: Parameter = {
  type: "string",
  optional: true,
  enum: ["started", "stopped", "enabled", "disabled", "ignored"],
};
const count: Parameter = { type: "integer", optional: true, minimum: 0 };

/** The number in `ct:101`; also `101` alone. */
function vmidIn(call: Call): number {
  const text = call.parameters.text("sid");
  const [, type, vmid] = /^(?:([a-z]+):)?(\d+)$/u.exec(text) ?? [];
  if (type !== undefined && type !== "ct") throw failure(`unknown section type '${type}'`);
  return Number(vmid ?? 0);
}

function entry(call: Call, managed: ManagedGuest): Record<string, unknown> {
  const text = [...call.cluster.ha.guests.values()].map((guest) => JSON.stringify(guest)).join("\n");
  return {
    sid: `ct:${managed.vmid}`,
    type: "ct",
    state: managed.requested,
    max_restart: managed.maxRestart,
    max_relocate: managed.maxRelocate,
    ...(managed.comment === null ? {} : { comment: managed.comment }),
    digest: createHash("sha1").update(text).digest("hex"),
  };
}

function requireManaged(call: Call): ManagedGuest {
  const managed = call.cluster.ha.of(vmidIn(call));
  if (managed === null) throw failure(`no such resource 'ct:${vmidIn(call)}'`);
  return managed;
}

/** Lets the manager see to it that a container is as it was asked for. */
function enforce(call: Call, vmid: number, requested: RequestedState): void {
  const { cluster } = call;
  carryOutLater(cluster, vmid, requested, () => {
    const node = cluster.nodes.get(cluster.guests.get(vmid)?.node.name ?? "");
    if (node === undefined) return;
    const order = { cluster, node, vmid, by: manager };
    if (requested === "started") start(order, { skipLock: false });
    else shutdown(order, { timeout: 60, forceStop: true });
  });
}

function add(call: Call): null {
  const { cluster, parameters } = call;
  const vmid = vmidIn(call);
  if (!cluster.guests.has(vmid)) throw failure(`resource 'ct:${vmid}' does not exist in cluster`);
  if (cluster.ha.of(vmid) !== null) {
    throw failure(`create resource failed: resource ID 'ct:${vmid}' already defined`);
  }
  const requested = asked(call, "started");
  cluster.ha.add({
    vmid,
    requested,
    comment: parameters.has("comment") ? parameters.text("comment") : null,
    maxRestart: parameters.number("max_restart") ?? 1,
    maxRelocate: parameters.number("max_relocate") ?? 1,
  });
  enforce(call, vmid, requested);
  return null;
}

function change(call: Call): null {
  const managed = requireManaged(call);
  if (call.parameters.has("comment")) managed.comment = call.parameters.text("comment");
  managed.requested = asked(call, managed.requested);
  enforce(call, managed.vmid, managed.requested);
  return null;
}

/** `enabled` is the older word for `started`. */
function asked(call: Call, otherwise: RequestedState): RequestedState {
  const state = call.parameters.text("state", otherwise);
  return (state === "enabled" ? "started" : state) as RequestedState;
}

function remove(call: Call): null {
  const vmid = vmidIn(call);
  if (!call.cluster.ha.guests.delete(vmid)) {
    throw failure(`cannot delete service 'ct:${vmid}', not HA managed!`);
  }
  return null;
}

function status(call: Call): unknown {
  const { cluster, local } = call;
  const { guests } = cluster.ha;
  const node = [...cluster.nodes.keys()].at(-1) ?? local.name;
  const timestamp = cluster.clock.seconds();
  const armed = guests.size > 0;
  return [
    { id: "quorum", type: "quorum", node: local.name, status: "OK", quorate: cluster.isQuorate() ? 1 : 0 },
    ...(armed ? [{ id: "master", type: "master", node, timestamp, status: `${node} (active)` }] : []),
    {
      id: "fencing",
      type: "fencing",
      node: armed ? node : local.name,
      "armed-state": armed ? "armed" : "standby",
      status: armed ? "armed (CRM watchdog active)" : "standby (CRM watchdog standby)",
    },
    ...[...guests.values()].map((managed) => {
      const where = cluster.guests.get(managed.vmid)?.node.name ?? local.name;
      const state = managed.state ?? "queued";
      return {
        id: `service:ct:${managed.vmid}`,
        type: "service",
        sid: `ct:${managed.vmid}`,
        node: where,
        state,
        request_state: managed.requested,
        ...(managed.state === null ? {} : { crm_state: managed.state }),
        max_restart: managed.maxRestart,
        max_relocate: managed.maxRelocate,
        status: `ct:${managed.vmid} (${where}, ${state})`,
        ...(managed.comment === null ? {} : { comment: managed.comment }),
      };
    }),
  ];
}

const base = "/cluster/ha/resources";

/** High availability and replication. */
export const availabilityRoutes: readonly Route[] = [
  {
    method: "GET",
    path: base,
    parameters: () => ({ type: { type: "string", optional: true, enum: ["ct", "vm"] } }),
    permission: audit,
    handle: (call) =>
      call.parameters.text("type") === "vm"
        ? []
        : [...call.cluster.ha.guests.values()].map((managed) => entry(call, managed)),
  },
  {
    method: "POST",
    path: base,
    parameters: () => ({
      sid,
      state: states,
      comment: optionalText,
      group: optionalText,
      max_restart: count,
      max_relocate: count,
      type: optionalText,
      failback: flag,
    }),
    permission: console,
    protected: true,
    handle: add,
  },
  {
    method: "GET",
    path: `${base}/{sid}`,
    parameters: () => ({ sid }),
    permission: audit,
    handle: (call) => entry(call, requireManaged(call)),
  },
  {
    method: "PUT",
    path: `${base}/{sid}`,
    parameters: () => ({
      sid,
      state: states,
      comment: optionalText,
      max_restart: count,
      max_relocate: count,
      digest: optionalText,
      delete: optionalText,
      group: optionalText,
      failback: flag,
    }),
    permission: console,
    protected: true,
    handle: change,
  },
  {
    method: "DELETE",
    path: `${base}/{sid}`,
    parameters: () => ({ sid, purge: flag }),
    permission: console,
    protected: true,
    handle: remove,
  },
  { method: "GET", path: "/cluster/ha/status/current", permission: audit, handle: status },
  {
    method: "GET",
    path: "/cluster/replication",
    permission: () => undefined,
    handle: (call) =>
      call.cluster.replication.filter(({ guest }) =>
        call.cluster.permissions.may(call.identity, `/vms/${guest}`, "VM.Audit"),
      ),
  },
];
