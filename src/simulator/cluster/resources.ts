import type { Identity } from "../access/permissions.js";
import { nameOf } from "../access/permissions.js";
import type { Cluster } from "./cluster.js";
import type { Guest } from "./guest.js";
import type { SimulatedNode } from "./node.js";
import { storageUsage } from "./storage-usage.js";

interface Chunk {
  readonly stamp: string;
  /** Elements of a JSON array, joined by commas. */
  readonly text: string;
}

/** What one identity sees, kept until something it depends on changes. */
interface View {
  readonly stamp: string;
  readonly visible: ReadonlySet<number>;
  readonly chunks: Map<string, Chunk>;
  /** Milliseconds of simulated time. */
  askedAt: number;
}

const keptViews = 16;
/** Milliseconds for which lists are kept ready for who asked for them. */
const keptReady = 60_000;

/**
 * The list of everything in a cluster. A node's containers are put into text once per round of its statistics
 * daemon and set of privileges, so that five thousand of them cost no more than joining strings.
 */
export class Resources {
  private readonly views = new Map<string, View>();

  constructor(private readonly cluster: Cluster) {}

  /** Text of the JSON array that answers `GET /cluster/resources`; `type` null: all types. */
  list(identity: Identity, type: string | null): string {
    const wanted = (name: string) => type === null || type === name;
    const parts: string[] = [];
    for (const node of this.cluster.nodes.values()) node.catchUp();
    if (type === null) parts.push(...this.pools(identity));
    if (wanted("vm")) parts.push(...this.guests(identity));
    if (wanted("node")) parts.push(...this.nodes(identity));
    if (wanted("storage")) parts.push(...this.storages(identity));
    if (wanted("sdn")) parts.push(...this.zones(identity));
    return `[${parts.filter((part) => part !== "").join(",")}]`;
  }

  private guests(identity: Identity): string[] {
    const view = this.view(identity);
    view.askedAt = this.cluster.clock.now();
    return [...this.cluster.nodes.values()].map((node) => this.chunk(view, node));
  }

  /** Makes a node's part ready for who asked lately, right after its figures were renewed. */
  prepare(node: SimulatedNode): void {
    const since = this.cluster.clock.now() - keptReady;
    for (const view of this.views.values()) if (view.askedAt >= since) this.chunk(view, node);
  }

  private chunk(view: View, node: SimulatedNode): string {
    const stamp = `${node.revision} ${node.isForgotten()}`;
    const known = view.chunks.get(node.name);
    if (known?.stamp === stamp) return known.text;
    const entries = [...node.guests.values()].filter((guest) => view.visible.has(guest.vmid));
    const text = entries.map((guest) => this.guest(guest)).join(",");
    view.chunks.set(node.name, { stamp, text });
    return text;
  }

  private view(identity: Identity): View {
    const { cluster } = this;
    const key = nameOf(identity);
    const stamp = `${cluster.accounts.revision} ${cluster.revision}`;
    const known = this.views.get(key);
    if (known?.stamp === stamp) return known;
    const visible = new Set<number>();
    for (const vmid of cluster.guests.keys()) {
      if (cluster.permissions.may(identity, `/vms/${vmid}`, "VM.Audit")) visible.add(vmid);
    }
    const view: View = { stamp, visible, chunks: new Map(), askedAt: 0 };
    this.views.delete(key);
    this.views.set(key, view);
    const oldest = this.views.keys().next();
    if (this.views.size > keptViews && oldest.done === false) this.views.delete(oldest.value);
    return view;
  }

  /** JSON text of one container, put together by hand: there are thousands, renewed every ten seconds. */
  private guest(guest: Guest): string {
    const { statistics: figures, lock, vmid } = guest;
    const pool = this.cluster.poolOf(vmid);
    const head = `{"id":"lxc/${vmid}","type":"lxc","vmid":${vmid},"node":"${guest.node.name}"`;
    const inPool = pool === null ? "" : `,"pool":${JSON.stringify(pool)}`;
    if (figures === null || guest.node.isForgotten()) return `${head},"status":"unknown"${inPool}}`;
    const tags = guest.configuration.get("tags");
    return (
      `${head},"name":${JSON.stringify(figures.name)},"status":"${figures.running ? "running" : "stopped"}"` +
      `,"cpu":${figures.cpu},"maxcpu":${Number(figures.cpus)},"mem":${figures.mem},"maxmem":${figures.maxmem}` +
      `,"disk":${figures.disk},"maxdisk":${figures.maxdisk},"netin":${figures.netin},"netout":${figures.netout}` +
      `,"diskread":${figures.diskread},"diskwrite":${figures.diskwrite}` +
      (this.cluster.pve === 9 ? `,"memhost":${figures.mem}` : "") +
      `,"uptime":${figures.uptime},"template":${figures.template ? 1 : 0}` +
      (tags === null || tags === "" ? "" : `,"tags":${JSON.stringify(tags)}`) +
      (lock === null ? "" : `,"lock":${JSON.stringify(lock)}`) +
      this.haState(vmid) +
      `${inPool}}`
    );
  }

  private haState(vmid: number): string {
    const managed = this.cluster.ha.of(vmid);
    return managed === null || managed.state === null ? "" : `,"hastate":${JSON.stringify(managed.state)}`;
  }

  private nodes(identity: Identity): string[] {
    return [...this.cluster.nodes.values()].map((node) => {
      const audited = this.cluster.permissions.may(identity, `/nodes/${node.name}`, "Sys.Audit");
      return JSON.stringify({
        ...nodeEntry(node, audited),
        ...(node.isOnline() ? { "cgroup-mode": 2 } : {}),
      });
    });
  }

  private pools(identity: Identity): string[] {
    return [...this.cluster.pools.keys()]
      .filter((pool) => this.cluster.permissions.may(identity, `/pool/${pool}`, "Pool.Audit"))
      .map((pool) => JSON.stringify({ id: `/pool/${pool}`, pool, type: "pool" }));
  }

  private storages(identity: Identity): string[] {
    return [...this.cluster.nodes.values()].flatMap((node) =>
      this.cluster.storages
        .filter((storage) => this.cluster.permissions.may(identity, `/storage/${storage.name}`, "Datastore.Audit"))
        .map((storage) => {
          const usage = storageUsage(this.cluster, node, storage);
          return JSON.stringify({
            id: `storage/${node.name}/${storage.name}`,
            type: "storage",
            node: node.name,
            storage: storage.name,
            status: node.isOnline() ? "available" : "unknown",
            plugintype: storage.type,
            content: storage.content,
            shared: storage.shared ? 1 : 0,
            ...(node.isOnline() ? { disk: usage.used, maxdisk: usage.total } : {}),
          });
        }),
    );
  }

  private zones(identity: Identity): string[] {
    return [...this.cluster.nodes.values()]
      .filter(() => this.cluster.permissions.may(identity, "/sdn/zones/localnetwork", "SDN.Audit"))
      .map((node) =>
        JSON.stringify({
          id: `sdn/${node.name}/localnetwork`,
          type: "sdn",
          node: node.name,
          sdn: "localnetwork",
          status: node.isOnline() ? "ok" : "unknown",
        }),
      );
  }
}

/** A node in `GET /nodes` and `GET /cluster/resources`. Without `Sys.Audit` there is only that it exists. */
export function nodeEntry(node: SimulatedNode, audited: boolean): Record<string, unknown> {
  const online = node.isOnline();
  const { figures } = node;
  return {
    id: `node/${node.name}`,
    type: "node",
    node: node.name,
    status: online ? "online" : "offline",
    level: "",
    ...(audited && !node.isForgotten()
      ? { maxcpu: node.specification.cores, maxmem: node.specification.memory, maxdisk: figures.rootTotal }
      : {}),
    ...(audited && online
      ? { cpu: figures.cpu, mem: figures.memoryUsed, disk: figures.rootUsed, uptime: node.uptime() }
      : {}),
  };
}
