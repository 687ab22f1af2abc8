import type { Container, ContainerStatus, Node, NodeStatus, Pressure } from "../../model/index.js";
import { amountOf, flagOf, tagsOf, textOf } from "./numbers.js";
import type { NodeContainerRow, ResourceRow } from "./shapes.js";

/** What one `GET /cluster/resources` says; configurations and available memory are filled in later. */
export interface Resources {
  readonly nodes: readonly Node[];
  readonly containers: readonly Container[];
}

/** Reads the entries of the bulk request; what is neither node nor container is passed over. */
export function resourcesOf(rows: readonly ResourceRow[]): Resources {
  const nodes = rows.filter(({ type }) => type === "node").flatMap((row) => nodeOf(row) ?? []);
  const online = new Set(nodes.filter(({ status }) => status === "online").map(({ name }) => name));
  const containers = rows
    .filter(({ type }) => type === "lxc")
    .flatMap((row) => containerOf(row, online) ?? [])
    .sort((a, b) => a.vmid - b.vmid);
  return { nodes: nodes.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })), containers };
}

function nodeOf(row: ResourceRow): Node | null {
  const name = textOf(row.node);
  if (name === null) return null;
  const status = nodeStatusOf(row.status);
  const online = status === "online";
  return {
    name,
    status,
    // Of an offline node Proxmox repeats sizes; usage would only be its last.
    cpu: online ? amountOf(row.cpu) : null,
    cores: amountOf(row.maxcpu),
    memory: online ? amountOf(row.mem) : null,
    memoryLimit: amountOf(row.maxmem),
    memoryAvailable: null,
    uptime: online ? amountOf(row.uptime) : null,
    fingerprint: null,
  };
}

function nodeStatusOf(value: unknown): NodeStatus {
  return value === "online" || value === "offline" ? value : "unknown";
}

function containerOf(row: ResourceRow, online: ReadonlySet<string>): Container | null {
  const vmid = amountOf(row.vmid);
  const node = textOf(row.node);
  if (vmid === null || node === null) return null;
  const status = containerStatusOf(row.status);
  // Zeros of a container that doesn't run are no measurements.
  const running = status === "running" || status === "paused";
  const measured = (value: unknown): number | null => (running ? amountOf(value) : null);
  return {
    vmid,
    node,
    name: textOf(row.name) ?? `CT${vmid}`,
    status,
    template: flagOf(row.template),
    lock: textOf(row.lock),
    tags: tagsOf(row.tags),
    pool: textOf(row.pool),
    haState: textOf(row.hastate),
    cpu: measured(row.cpu),
    cores: positive(row.maxcpu),
    memory: measured(row.mem),
    memoryLimit: positive(row.maxmem),
    swap: null,
    swapLimit: null,
    disk: measured(row.disk),
    diskLimit: positive(row.maxdisk),
    uptime: measured(row.uptime),
    pressure: null,
    stale: !online.has(node),
    configuration: null,
  };
}

function containerStatusOf(value: unknown): ContainerStatus {
  switch (value) {
    case "running":
    case "stopped":
    case "paused":
      return value;
    case "suspended":
    case "frozen":
      return "paused";
    default:
      return "unknown";
  }
}

/** A size is never 0: an entry without figures has some as 0. */
function positive(value: unknown): number | null {
  const amount = amountOf(value);
  return amount === 0 ? null : amount;
}

/** Adds what only the list of a node has. */
export function withNodeRow(container: Container, row: NodeContainerRow): Container {
  const running = container.status === "running";
  return {
    ...container,
    swap: running ? amountOf(row.swap) : null,
    swapLimit: amountOf(row.maxswap),
    pressure: running ? pressureOf(row) : null,
  };
}

function pressureOf(row: NodeContainerRow): Pressure | null {
  const pressure: Pressure = {
    cpuSome: amountOf(row.pressurecpusome),
    memorySome: amountOf(row.pressurememorysome),
    memoryFull: amountOf(row.pressurememoryfull),
    ioSome: amountOf(row.pressureiosome),
    ioFull: amountOf(row.pressureiofull),
  };
  // Proxmox VE 8 has none, and on cgroup v1 all are null.
  return Object.values(pressure).every((value) => value === null) ? null : pressure;
}
