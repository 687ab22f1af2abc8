import type { Container, Inventory, Pressure } from "../../model/index.js";

/** What `status --format json` prints (`schemas/status.schema.json`): sizes in bytes, unknown figures `null`. */
export interface StatusDocument {
  readonly nodes: readonly {
    readonly node: string;
    readonly status: string;
    readonly cpu: number | null;
    readonly cores: number | null;
    readonly memory: number | null;
    readonly memoryLimit: number | null;
    readonly uptime: number | null;
  }[];
  readonly containers: readonly StatusContainer[];
  readonly problems: readonly { readonly node: string | null; readonly message: string }[];
}

export interface StatusContainer {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly status: string;
  readonly cpu: number | null;
  readonly cores: number | null;
  readonly memory: number | null;
  readonly memoryLimit: number | null;
  readonly swap: number | null;
  readonly swapLimit: number | null;
  readonly disk: number | null;
  readonly diskLimit: number | null;
  readonly uptime: number | null;
  readonly tags: readonly string[];
  readonly lock: string | null;
  readonly template: boolean;
  readonly pool: string | null;
  readonly pressure: Pressure | null;
}

export function statusDocument(inventory: Inventory): StatusDocument {
  return {
    nodes: [...inventory.nodes]
      .sort((a, b) => compareNames(a.name, b.name))
      .map(({ name, status, cpu, cores, memory, memoryLimit, uptime }) => ({
        node: name,
        status,
        cpu,
        cores,
        memory,
        memoryLimit,
        uptime,
      })),
    containers: [...inventory.containers].sort((a, b) => a.vmid - b.vmid).map(statusContainer),
    problems: statusProblems(inventory),
  };
}

/** The figures of a container on a node that does not answer are its last ones, not its usage: unknown. */
function statusContainer(container: Container): StatusContainer {
  const { stale } = container;
  const live = (figure: number | null): number | null => (stale ? null : figure);
  return {
    vmid: container.vmid,
    name: container.name,
    node: container.node,
    status: stale ? "unknown" : container.status,
    cpu: live(container.cpu),
    cores: container.cores,
    memory: live(container.memory),
    memoryLimit: container.memoryLimit,
    swap: live(container.swap),
    swapLimit: container.swapLimit,
    disk: live(container.disk),
    diskLimit: container.diskLimit,
    uptime: live(container.uptime),
    tags: container.tags,
    lock: container.lock,
    template: container.template,
    pool: container.pool,
    pressure: stale ? null : container.pressure,
  };
}

/** The inventory's own problems, and each node that is not online, once. */
function statusProblems(inventory: Inventory): StatusDocument["problems"] {
  const told = inventory.problems.map(({ node, message, advice }) => ({
    node,
    message: advice === undefined ? message : `${message} ${advice}`,
  }));
  const silent = inventory.nodes
    .filter(({ name, status }) => status !== "online" && !told.some(({ node }) => node === name))
    .map(({ name, status }) => ({
      node: name,
      message:
        status === "offline"
          ? `Node ${name} is offline: what is known of its containers is old.`
          : `The state of node ${name} is unknown.`,
    }));
  return [...told, ...silent];
}

/** `pve2` before `pve10`. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
