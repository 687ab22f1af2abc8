import type { ContainerRef } from "../../model/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { Cluster, type ClusterServices } from "./cluster.js";
import type { Connection } from "./connection.js";
import type { ConnectionStore } from "./connection-store.js";
import type { Attention } from "./inventory-model.js";

export interface ClusterChange {
  /** `null`: a cluster came or went. */
  readonly cluster: Cluster | null;
  /** Only what we are having Proxmox do with this container has begun or ended. Absent: the cluster was read. */
  readonly container?: number;
}

export interface ClustersServices extends Omit<ClusterServices, "secret"> {
  /** The key store did not take a secret (a Linux without a keyring): it is kept until the window is closed. */
  readonly keptForSession: (connection: Connection, error: unknown) => void;
}

/** All clusters that are connected: the saved ones, and the demo while it runs. */
export class Clusters extends Owner {
  readonly #store: ConnectionStore;
  readonly #services: ClusterServices;
  readonly #keptForSession: ClustersServices["keptForSession"];
  readonly #clusters = new Map<string, Cluster>();
  /** Secrets of the demo: known to this window alone. */
  readonly #sessionSecrets = new Map<string, string>();
  readonly #changed = this.own(new Emitter<ClusterChange>());
  readonly onDidChange: Event<ClusterChange> = this.#changed.event;
  #attention: Attention = { watched: false, focused: true };

  constructor(store: ConnectionStore, services: ClustersServices) {
    super();
    this.#store = store;
    this.#keptForSession = services.keptForSession;
    this.#services = {
      ...services,
      secret: (connection) => {
        const kept = this.#sessionSecrets.get(connection.id);
        return kept === undefined ? store.secret(connection.id) : Promise.resolve(kept);
      },
    };
    this.own({
      dispose: () => {
        for (const cluster of this.#clusters.values()) cluster.dispose();
        this.#clusters.clear();
      },
    });
    for (const saved of store.list()) this.#add({ ...saved, demo: false });
  }

  get all(): readonly Cluster[] {
    return [...this.#clusters.values()];
  }

  byId(id: string): Cluster | undefined {
    return this.#clusters.get(id);
  }

  /** Saves a connection with its secret, and shows its cluster. */
  async connect(connection: Connection, secret: string): Promise<Cluster> {
    await this.#keep(connection, secret);
    const known = this.#clusters.get(connection.id);
    if (known !== undefined) {
      await known.reconnect(connection);
      return known;
    }
    const cluster = this.#add(connection);
    this.#changed.fire({ cluster: null });
    await cluster.inventory.refresh();
    return cluster;
  }

  /** Changes a connection; without a secret the present one stays. */
  async change(cluster: Cluster, connection: Connection, secret?: string): Promise<void> {
    if (secret !== undefined) await this.#keep(connection, secret);
    else if (!connection.demo && !this.#sessionSecrets.has(connection.id)) await this.#store.save(connection);
    await cluster.reconnect(connection);
  }

  /** Forgets a connection and its secret. */
  async remove(cluster: Cluster): Promise<void> {
    if (!cluster.connection.demo) await this.#store.remove(cluster.id);
    this.#sessionSecrets.delete(cluster.id);
    this.#clusters.delete(cluster.id);
    cluster.dispose();
    this.#changed.fire({ cluster: null });
  }

  watch(attention: Attention): void {
    this.#attention = attention;
    for (const cluster of this.#clusters.values()) cluster.inventory.watch(attention);
  }

  async whenIdle(): Promise<void> {
    await Promise.all(this.all.map((cluster) => cluster.inventory.whenIdle()));
  }

  /** In the key store, or where that is not to be had, in memory. The demo is in memory anyway. */
  async #keep(connection: Connection, secret: string): Promise<void> {
    if (connection.demo) {
      this.#sessionSecrets.set(connection.id, secret);
      return;
    }
    try {
      await this.#store.save(connection, secret);
      this.#sessionSecrets.delete(connection.id);
    } catch (error) {
      this.#sessionSecrets.set(connection.id, secret);
      this.#keptForSession(connection, error);
    }
  }

  #add(connection: Connection): Cluster {
    const cluster = new Cluster(connection, this.#services);
    this.#clusters.set(connection.id, cluster);
    cluster.own(
      cluster.inventory.onDidChange(() => {
        this.#nameAfterCluster(cluster);
        this.#changed.fire({ cluster });
      }),
    );
    cluster.own(cluster.onDidChangeDoing(({ vmid }: ContainerRef) => this.#changed.fire({ cluster, container: vmid })));
    cluster.inventory.watch(this.#attention);
    return cluster;
  }

  /** A saved connection is called by the cluster's own name as soon as that is known. */
  #nameAfterCluster(cluster: Cluster): void {
    const { connection, name } = cluster;
    if (cluster.inventory.inventory === null || connection.demo || connection.label === name) return;
    cluster.rename(name);
    if (this.#sessionSecrets.has(connection.id)) return;
    // Only a label: it is read again next time if it can't be written now.
    this.#store.save(cluster.connection).catch(() => undefined);
  }
}
