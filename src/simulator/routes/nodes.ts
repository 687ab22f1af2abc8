import { nodeEntry } from "../cluster/resources.js";
import { versions } from "./general.js";
import type { Call, Route } from "./route.js";
import { anyone, needs, nodeOf } from "./route.js";

const kernels = { 8: "6.8.12-20-pve", 9: "6.17.4-1-pve" } as const;
const audit = needs("/nodes/{node}", "Sys.Audit");

function list(call: Call): unknown {
  const { cluster, identity } = call;
  return [...cluster.nodes.values()].map((node) => {
    node.catchUp();
    return {
      ...nodeEntry(node, cluster.permissions.may(identity, `/nodes/${node.name}`, "Sys.Audit")),
      ssl_fingerprint: node.fingerprint,
    };
  });
}

function status(call: Call): unknown {
  const node = nodeOf(call);
  node.catchUp();
  const { cluster } = call;
  const { cores, memory } = node.specification;
  const { figures } = node;
  const kernel = kernels[cluster.pve];
  const { version, repoid } = versions[cluster.pve];
  return {
    pveversion: `pve-manager/${version}/${repoid}`,
    kversion: `Linux ${kernel} #1 SMP PREEMPT_DYNAMIC PMX`,
    "current-kernel": {
      sysname: "Linux",
      release: kernel,
      version: "#1 SMP PREEMPT_DYNAMIC PMX",
      machine: "x86_64",
    },
    "boot-info": { mode: "efi", secureboot: 0 },
    cpu: figures.cpu,
    wait: figures.ioWait,
    idle: 0,
    loadavg: figures.loadAverage.map((load) => load.toFixed(2)),
    uptime: node.uptime(),
    cpuinfo: {
      model: "AMD EPYC",
      vendor: "AuthenticAMD",
      family: "25",
      cpus: cores,
      cores,
      sockets: 1,
      mhz: "2596.146",
      user_hz: 100,
      hvm: "1",
      flags: "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht",
    },
    memory: {
      total: memory,
      used: figures.memoryUsed,
      free: memory - figures.memoryUsed,
      ...(cluster.pve === 9 ? { available: figures.memoryAvailable } : {}),
    },
    swap: { total: figures.swapTotal, used: figures.swapUsed, free: figures.swapTotal - figures.swapUsed },
    ksm: { shared: 0 },
    rootfs: {
      total: figures.rootTotal,
      used: figures.rootUsed,
      free: figures.rootTotal - figures.rootUsed,
      avail: figures.rootTotal - figures.rootUsed,
    },
  };
}

const names = ["lxc", "rrd", "rrddata", "status", "storage", "tasks", "time", "version"];

/** Nodes. */
export const nodeRoutes: readonly Route[] = [
  { method: "GET", path: "/nodes", permission: anyone, handle: list },
  { method: "GET", path: "/nodes/{node}", permission: anyone, handle: () => names.map((name) => ({ name })) },
  { method: "GET", path: "/nodes/{node}/status", permission: audit, protected: true, handle: status },
  {
    method: "GET",
    path: "/nodes/{node}/time",
    permission: audit,
    handle: (call) => {
      const time = call.cluster.clock.seconds();
      return { timezone: "Etc/UTC", time, localtime: time };
    },
  },
];
