import type { Container, ContainerConfiguration } from "../../model/index.js";
import { isCancelled, sentenceOf } from "../base/problem.js";
import type { Cluster } from "../cluster/cluster.js";
import { detailRows, type DetailRow } from "./details.js";

/** A configuration is read again after this time at the latest: only rows that are open ask for it. */
const validMilliseconds = 60_000;

interface Kept {
  readonly configuration: ContainerConfiguration;
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
      return detailRows(container, kept.configuration);
    }
    try {
      const gateway = await cluster.gateway();
      const configuration = await gateway.configuration(container, { pending: true });
      this.#of(cluster).set(container.vmid, { configuration, at: now, mark });
      return detailRows(container, configuration);
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

function markOf({ node, status, cores, memoryLimit, diskLimit, lock }: Container): string {
  return JSON.stringify([node, status, cores, memoryLimit, diskLimit, lock]);
}
