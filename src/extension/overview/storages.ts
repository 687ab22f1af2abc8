import type { Storage } from "../../model/index.js";
import type { Cluster } from "../cluster/cluster.js";

const validMilliseconds = 60_000;

interface Kept {
  readonly at: number;
  readonly storages: readonly Storage[];
}

/** What the storages of a cluster have room for: asked of each node that is online, when somebody opens the row. */
export class StorageReader {
  readonly #kept = new WeakMap<Cluster, Kept>();

  /** Those of nodes that don't answer are left out. Rejects where none does. */
  async of(cluster: Cluster, now = Date.now()): Promise<readonly Storage[]> {
    const kept = this.#kept.get(cluster);
    if (kept !== undefined && now - kept.at < validMilliseconds) return kept.storages;
    const { storages: port } = await cluster.gateway();
    const nodes = cluster.inventory.inventory?.nodes.filter(({ status }) => status === "online") ?? [];
    if (port === null) return [];
    const answers = await Promise.allSettled(nodes.map(({ name }) => port.list(name)));
    const [refused] = answers.filter((answer) => answer.status === "rejected");
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (found.length === 0 && refused !== undefined) throw refused.reason;
    const storages = found.filter(({ enabled, active }) => enabled && active);
    this.#kept.set(cluster, { at: now, storages });
    return storages;
  }
}
