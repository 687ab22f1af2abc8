import { apiValues } from "../cluster/configuration.js";
import {
  canSnapshot,
  createSnapshot,
  deleteSnapshot,
  describeSnapshot,
  listSnapshots,
  requireSnapshot,
  rollBack,
} from "../cluster/snapshots.js";
import { flag, formats, optionalText } from "../http/formats.js";
import type { Parameter } from "../http/parameters.js";
import type { Permission, Route } from "./route.js";
import { guestOf, needs, needsAny } from "./route.js";

const base = "/nodes/{node}/lxc/{vmid}";
const audit = needs("/vms/{vmid}", "VM.Audit");
const mayRollBack: Permission = needsAny("/vms/{vmid}", "VM.Snapshot", "VM.Snapshot.Rollback");
const snapname: Parameter = { type: "string", maxLength: 40, format: formats.configurationId };

/** Snapshots of a container, and whether it can have any. */
export const snapshotRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `${base}/feature`,
    parameters: () => ({ feature: { type: "string", enum: ["snapshot", "clone", "copy"] }, snapname: optionalText }),
    permission: audit,
    protected: true,
    handle: (call) => {
      const guest = guestOf(call);
      const can =
        call.parameters.text("feature") === "snapshot"
          ? canSnapshot(call.cluster, guest)
          : !guest.running || canSnapshot(call.cluster, guest);
      return { hasFeature: can ? 1 : 0 };
    },
  },
  {
    method: "GET",
    path: `${base}/snapshot`,
    permission: audit,
    protected: true,
    handle: (call) => listSnapshots(guestOf(call)),
  },
  {
    method: "POST",
    path: `${base}/snapshot`,
    parameters: () => ({ snapname, description: optionalText }),
    permission: needs("/vms/{vmid}", "VM.Snapshot"),
    protected: true,
    handle: (call) =>
      createSnapshot(
        call.cluster,
        guestOf(call),
        call.parameters.text("snapname"),
        call.parameters.has("description") ? call.parameters.text("description") : null,
        call.identity,
      ),
  },
  {
    method: "GET",
    path: `${base}/snapshot/{snapname}`,
    parameters: () => ({ snapname }),
    permission: audit,
    handle: () => [{ cmd: "rollback" }, { cmd: "config" }],
  },
  {
    method: "DELETE",
    path: `${base}/snapshot/{snapname}`,
    parameters: () => ({ snapname, force: flag }),
    permission: needs("/vms/{vmid}", "VM.Snapshot"),
    protected: true,
    handle: (call) => deleteSnapshot(call.cluster, guestOf(call), call.parameters.text("snapname"), call.identity),
  },
  {
    method: "GET",
    path: `${base}/snapshot/{snapname}/config`,
    parameters: () => ({ snapname }),
    permission: needsAny("/vms/{vmid}", "VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit"),
    handle: (call) => apiValues(requireSnapshot(guestOf(call), call.parameters.text("snapname"))),
  },
  {
    method: "PUT",
    path: `${base}/snapshot/{snapname}/config`,
    parameters: () => ({ snapname, description: optionalText }),
    permission: needs("/vms/{vmid}", "VM.Snapshot"),
    protected: true,
    handle: async (call) => {
      const { parameters } = call;
      const description = parameters.has("description") ? parameters.text("description") : null;
      await describeSnapshot(call.cluster, guestOf(call), parameters.text("snapname"), description);
      return null;
    },
  },
  {
    method: "POST",
    path: `${base}/snapshot/{snapname}/rollback`,
    parameters: () => ({ snapname, start: flag }),
    permission: mayRollBack,
    protected: true,
    handle: (call) =>
      rollBack(
        call.cluster,
        guestOf(call),
        call.parameters.text("snapname"),
        call.parameters.flag("start"),
        call.identity,
      ),
  },
];
