import type { Container, Inventory } from "../../src/model/index.js";

const gibibyte = 1024 ** 3;

function container(vmid: number, name: string, more: Partial<Container> = {}): Container {
  return {
    vmid,
    node: "pve1",
    name,
    status: "running",
    template: false,
    lock: null,
    tags: [],
    pool: null,
    haState: null,
    cpu: 0.42,
    cores: 2,
    memory: 0.5 * gibibyte,
    memoryLimit: gibibyte,
    swap: 0,
    swapLimit: 0,
    disk: gibibyte,
    diskLimit: 8 * gibibyte,
    uptime: 1000,
    pressure: null,
    stale: false,
    configuration: null,
    ...more,
  };
}

function node(name: string): Inventory["nodes"][number] {
  return {
    name,
    status: "online",
    cpu: 0.25,
    cores: 16,
    memory: 8 * gibibyte,
    memoryLimit: 64 * gibibyte,
    memoryAvailable: null,
    uptime: 5000,
    fingerprint: null,
  };
}

/** Three nodes and a handful of containers, as a client pushes them. */
export const inventory: Inventory = {
  cluster: "demo",
  observedAt: Date.UTC(2026, 10, 21, 10),
  quorate: true,
  nodes: [node("pve1"), node("pve2"), node("pve3")],
  containers: [
    container(101, "web-1", { tags: ["production", "web"], pool: "shop" }),
    container(102, "web-2", { tags: ["web"], node: "pve2", cpu: 0.97 }),
    container(105, "db-1", { tags: ["db"], pool: "shop", cores: 4, memory: 3 * gibibyte, memoryLimit: 4 * gibibyte }),
    container(110, "batch-1", { status: "stopped", cpu: null, memory: null, pool: "jobs" }),
    container(900, "golden", { template: true, status: "stopped", cpu: null, memory: null }),
  ],
  problems: [],
};
