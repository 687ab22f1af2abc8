import type { ConfigurationValues, Container, ContainerConfiguration, Snapshots } from "../../model/index.js";
import { isCancelled, sentenceOf } from "../base/problem.js";
import type { Cluster } from "../cluster/cluster.js";
import { detailRows, networkRows, snapshotRows, type DetailRow } from "./details.js";

/** A configuration is read again after this time at the latest: only rows that are open ask for it. */
const validMilliseconds = 60_000;

interface Kept {
  readonly configuration: ContainerConfiguration;
  /** `null`: this connection can't tell, or may not. So is what follows. */
  readonly snapshots: Snapshots | null;
  readonly values: ConfigurationValues | null;
  readonly at: number;
  /** As the container was then: where that is different now the file has been changed. */
  readonly mark: string;
}

/** Reads what stands below a container when somebody opens it, and not before. */
export class ContainerDetails {
  readonly #kept = new WeakMap<Cluster, Map<number, Kept>>();

  /** Never rejects: what went wrong is a line of its own. */
  async rows(cluster: Cluster, container: Container, now = Date.now()): Promise<readonly DetailRow[]> {
    const mark = markOf(container);
    const kept = this.#of(cluster).get(container.vmid);
    if (kept !== undefined && kept.mark === mark && now - kept.at < validMilliseconds) {
      return rowsOf(container, kept);
    }
    try {
      const gateway = await cluster.gateway();
      const [configuration, snapshots, document] = await Promise.all([
        gateway.configuration(container, { pending: true }),
        gateway.snapshots?.list(container).catch(() => null) ?? null,
        gateway.configurations?.read(container).catch(() => null) ?? null,
      ]);
      const read = { configuration, snapshots, values: document?.current ?? null, at: now, mark };
      this.#of(cluster).set(container.vmid, read);
      return rowsOf(container, read);
    } catch (error) {
      if (isCancelled(error)) return [];
      return [{ key: "problem", label: sentenceOf(error), description: "", icon: "warning" }];
    }
  }

  #of(cluster: Cluster): Map<number, Kept> {
    const known = this.#kept.get(cluster);
    if (known !== undefined) return known;
    const kept = new Map<number, Kept>();
    this.#kept.set(cluster, kept);
    return kept;
  }
}

function rowsOf(container: Container, { configuration, snapshots, values }: Kept): readonly DetailRow[] {
  return [
    ...(snapshots === null ? [] : snapshotRows(snapshots)),
    ...detailRows(container, configuration),
    ...(values === null ? [] : networkRows(values)),
  ];
}

function markOf({ node, status, cores, memoryLimit, diskLimit, lock }: Container): string {
  return JSON.stringify([node, status, cores, memoryLimit, diskLimit, lock]);
}
