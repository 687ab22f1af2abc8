import { changeConfiguration } from "../cluster/configuration-change.js";
import { optionSchema } from "../cluster/configuration-schema.js";
import { apiValues } from "../cluster/configuration.js";
import type { Figures } from "../cluster/figures.js";
import type { Guest } from "../cluster/guest.js";
import { cloneContainer, makeTemplate } from "../cluster/clone.js";
import { destroyContainer } from "../cluster/destroy.js";
import type { ManagedGuest } from "../cluster/high-availability.js";
import { migrateContainer, migrationPreconditions } from "../cluster/migrate.js";
import { createContainer } from "../cluster/create.js";
import { moveVolume } from "../cluster/move-volume.js";
import * as power from "../cluster/power.js";
import { resize } from "../cluster/resize.js";
import { flag, formats, optionalText, vmidParameter } from "../http/formats.js";
import { failure } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { anyone, guestOf, needs, needsAny, nodeOf } from "./route.js";

const base = "/nodes/{node}/lxc/{vmid}";
const audit = needs("/vms/{vmid}", "VM.Audit");
const powerful = needs("/vms/{vmid}", "VM.PowerMgmt");

const subdirectories = [
  "config",
  "pending",
  "status",
  "vncproxy",
  "termproxy",
  "vncwebsocket",
  "spiceproxy",
  "migrate",
  "clone",
  "rrd",
  "rrddata",
  "firewall",
  "snapshot",
  "resize",
  "interfaces",
];

/** A container as the list and `status/current` show it. */
function statusEntry(guest: Guest, figures: Figures, pve: 8 | 9): Record<string, unknown> {
  const tags = guest.configuration.get("tags");
  const { pressure } = figures;
  return {
    vmid: guest.vmid,
    type: "lxc",
    status: figures.running ? "running" : "stopped",
    name: figures.name,
    cpu: figures.cpu,
    cpus: figures.cpus,
    mem: figures.mem,
    maxmem: figures.maxmem,
    swap: figures.swap,
    maxswap: figures.maxswap,
    disk: figures.disk,
    maxdisk: figures.maxdisk,
    netin: figures.netin,
    netout: figures.netout,
    diskread: figures.diskread,
    diskwrite: figures.diskwrite,
    uptime: figures.uptime,
    ...(figures.pid === null ? {} : { pid: figures.pid }),
    ...(pressure === null || pve === 8
      ? {}
      : {
          pressurecpusome: pressure.cpuSome,
          pressurecpufull: pressure.cpuFull,
          pressureiosome: pressure.ioSome,
          pressureiofull: pressure.ioFull,
          pressurememorysome: pressure.memorySome,
          pressurememoryfull: pressure.memoryFull,
        }),
    ...(tags === null || tags === "" ? {} : { tags }),
    ...(guest.lock === null ? {} : { lock: guest.lock }),
    ...(figures.template ? { template: 1 } : {}),
  };
}

function list(call: Call): unknown {
  const node = nodeOf(call);
  return [...node.guests.values()]
    .filter((guest) => call.cluster.permissions.may(call.identity, `/vms/${guest.vmid}`, "VM.Audit"))
    .map((guest) => statusEntry(guest, node.look(guest, call.worker), call.cluster.pve));
}

function current(call: Call): unknown {
  const guest = guestOf(call);
  const figures = guest.node.look(guest, call.worker);
  return { ...statusEntry(guest, figures, call.cluster.pve), ha: haOf(call.cluster.ha.of(guest.vmid)) };
}

function haOf(managed: ManagedGuest | null): Record<string, unknown> {
  return managed === null ? { managed: 0 } : { managed: 1, state: managed.state };
}

function configuration(call: Call): unknown {
  const guest = guestOf(call);
  const snapshot = call.parameters.text("snapshot");
  if (snapshot === "") return guest.configuration.toApi({ current: call.parameters.flag("current") });
  const values = guest.configuration.snapshots.get(snapshot);
  if (values === undefined) throw failure(`snapshot '${snapshot}' does not exist`);
  return { ...apiValues(values), digest: guest.configuration.digest() };
}

const order = (call: Call) => ({
  cluster: call.cluster,
  node: nodeOf(call),
  vmid: call.parameters.number("vmid") ?? 0,
  by: call.identity,
});

const timeout = { type: "integer", optional: true, minimum: 0 } as const;

/** Containers: lists, figures, configuration, power. */
export const containerRoutes: readonly Route[] = [
  { method: "GET", path: "/nodes/{node}/lxc", permission: anyone, protected: true, handle: list },
  {
    method: "POST",
    path: "/nodes/{node}/lxc",
    parameters: (pve) => ({
      ...optionSchema(pve),
      vmid: vmidParameter,
      ostemplate: { type: "string", maxLength: 255 },
      restore: flag,
      force: flag,
      unique: flag,
      storage: optionalText,
      password: { type: "string", optional: true, minLength: 5 },
      "ssh-public-keys": optionalText,
      pool: optionalText,
      start: flag,
      bwlimit: { type: "number", optional: true, minimum: 0 },
      "ignore-unpack-errors": flag,
      ...(pve === 9 ? { "ha-managed": flag } : {}),
    }),
    permission: anyone,
    protected: true,
    handle: (call) => createContainer(call.cluster, nodeOf(call), call.parameters, call.identity),
  },
  {
    method: "DELETE",
    path: base,
    parameters: () => ({ force: flag, purge: flag, "destroy-unreferenced-disks": flag }),
    permission: needs("/vms/{vmid}", "VM.Allocate"),
    protected: true,
    handle: (call) => destroyContainer(call.cluster, guestOf(call), call.parameters, call.identity),
  },
  {
    method: "POST",
    path: `${base}/clone`,
    parameters: () => ({
      newid: vmidParameter,
      bwlimit: { type: "number", optional: true, minimum: 0 },
      description: optionalText,
      full: flag,
      hostname: { type: "string", optional: true, format: formats.dnsName },
      pool: optionalText,
      snapname: { type: "string", optional: true, maxLength: 40, format: formats.configurationId },
      storage: optionalText,
      target: optionalText,
    }),
    permission: (asked) => {
      needs("/vms/{vmid}", "VM.Clone")(asked);
      const pool = asked.raw.get("pool");
      const inPool =
        pool !== undefined && asked.cluster.permissions.may(asked.identity, `/pool/${pool}`, "VM.Allocate");
      if (!inPool) needs("/vms/{newid}", "VM.Allocate")(asked);
    },
    protected: true,
    handle: (call) => cloneContainer(call.cluster, guestOf(call), call.parameters, call.identity),
  },
  {
    method: "POST",
    path: `${base}/template`,
    permission: needs("/vms/{vmid}", "VM.Allocate"),
    protected: true,
    handle: (call) => makeTemplate(call.cluster, guestOf(call), call.identity),
  },
  {
    method: "GET",
    path: `${base}/migrate`,
    parameters: () => ({ target: optionalText }),
    permission: needs("/vms/{vmid}", "VM.Migrate"),
    protected: true,
    since: 9,
    handle: (call) => migrationPreconditions(call.cluster, guestOf(call)),
  },
  {
    method: "POST",
    path: `${base}/migrate`,
    parameters: () => ({
      target: { type: "string" },
      "target-storage": optionalText,
      online: flag,
      restart: flag,
      timeout: { type: "integer", optional: true },
      bwlimit: { type: "number", optional: true, minimum: 0 },
    }),
    permission: needs("/vms/{vmid}", "VM.Migrate"),
    protected: true,
    handle: (call) => migrateContainer(call.cluster, guestOf(call), call.parameters, call.identity),
  },
  { method: "GET", path: base, permission: anyone, handle: () => subdirectories.map((subdir) => ({ subdir })) },
  {
    method: "GET",
    path: `${base}/status`,
    permission: anyone,
    handle: () => ["current", "start", "stop", "shutdown", "suspend", "resume", "reboot"].map((subdir) => ({ subdir })),
  },
  { method: "GET", path: `${base}/status/current`, permission: audit, protected: true, handle: current },
  {
    method: "GET",
    path: `${base}/config`,
    parameters: () => ({
      current: flag,
      snapshot: { type: "string", optional: true, maxLength: 40, format: formats.configurationId },
    }),
    permission: audit,
    handle: configuration,
  },
  {
    method: "PUT",
    path: `${base}/config`,
    parameters: (pve) => ({
      ...optionSchema(pve),
      delete: optionalText,
      revert: optionalText,
      digest: { type: "string", optional: true, maxLength: 40 },
    }),
    permission: needsAny(
      "/vms/{vmid}",
      "VM.Config.Disk",
      "VM.Config.CPU",
      "VM.Config.Memory",
      "VM.Config.Network",
      "VM.Config.Options",
    ),
    protected: true,
    handle: async (call) => {
      await changeConfiguration(call.cluster, guestOf(call), call.parameters, call.identity);
      return null;
    },
  },
  {
    method: "GET",
    path: `${base}/pending`,
    permission: audit,
    handle: (call) => guestOf(call).configuration.pendingToApi(),
  },
  {
    method: "PUT",
    path: `${base}/resize`,
    parameters: () => ({
      disk: { type: "string", enum: ["rootfs", ...Array.from({ length: 256 }, (_, index) => `mp${index}`)] },
      size: { type: "string", pattern: /\+?\d+(?:\.\d+)?[KMGT]?/u },
      digest: { type: "string", optional: true, maxLength: 40 },
    }),
    permission: needs("/vms/{vmid}", "VM.Config.Disk"),
    protected: true,
    handle: (call) => resize(call.cluster, guestOf(call), call.parameters, call.identity),
  },
  {
    method: "POST",
    path: `${base}/move_volume`,
    parameters: () => ({
      volume: { type: "string", pattern: /rootfs|mp\d+|unused\d+/u },
      storage: optionalText,
      delete: flag,
      digest: { type: "string", optional: true, maxLength: 40 },
      bwlimit: { type: "number", optional: true, minimum: 0 },
      "target-vmid": { ...vmidParameter, optional: true },
      "target-volume": optionalText,
      "target-digest": { type: "string", optional: true, maxLength: 40 },
    }),
    permission: needs("/vms/{vmid}", "VM.Config.Disk"),
    protected: true,
    handle: (call) => moveVolume(call.cluster, guestOf(call), call.parameters, call.identity),
  },
  {
    method: "POST",
    path: `${base}/status/start`,
    parameters: () => ({ debug: flag, skiplock: flag }),
    permission: powerful,
    protected: true,
    handle: (call) => power.start(order(call), { skipLock: call.parameters.flag("skiplock") }),
  },
  {
    method: "POST",
    path: `${base}/status/stop`,
    parameters: () => ({ skiplock: flag, "overrule-shutdown": flag }),
    permission: powerful,
    protected: true,
    handle: (call) =>
      power.stop(order(call), {
        skipLock: call.parameters.flag("skiplock"),
        overruleShutdown: call.parameters.flag("overrule-shutdown"),
      }),
  },
  {
    method: "POST",
    path: `${base}/status/shutdown`,
    parameters: () => ({ timeout, forceStop: flag }),
    permission: powerful,
    protected: true,
    handle: (call) =>
      power.shutdown(order(call), {
        timeout: call.parameters.number("timeout") ?? 60,
        forceStop: call.parameters.flag("forceStop"),
      }),
  },
  {
    method: "POST",
    path: `${base}/status/reboot`,
    parameters: () => ({ timeout }),
    permission: powerful,
    protected: true,
    handle: (call) => power.reboot(order(call), { timeout: call.parameters.number("timeout") ?? 60 }),
  },
  {
    method: "POST",
    path: `${base}/status/suspend`,
    permission: powerful,
    protected: true,
    handle: (call) => power.suspend(order(call)),
  },
  {
    method: "POST",
    path: `${base}/status/resume`,
    permission: powerful,
    protected: true,
    handle: (call) => power.resume(order(call)),
  },
];
