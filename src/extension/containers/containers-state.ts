import type { ProblemKind } from "../base/problem.js";
import type { Cluster } from "../cluster/cluster.js";

/** What the Containers view shows: its tree, or the welcome text of that name in package.json. */
export type ContainersState = "none" | "connecting" | ProblemKind | "tree";

export interface ContainersSummary {
  readonly state: ContainersState;
  /** Above the tree: what is shown is not up to date, and why. `undefined`: it is. */
  readonly message: string | undefined;
}

/** What the filter does, for {@link containersSummary}. */
export interface Filtered {
  readonly filter: string;
  readonly shown: number;
  readonly total: number;
}

/** `readAt` puts a time into words. */
export function containersSummary(
  clusters: readonly Cluster[],
  words: {
    readonly stale: (cluster: string, readAt: number, why: string) => string;
    readonly nothingFound: (filter: string, total: number) => string;
  },
  filtered: Filtered | null = null,
): ContainersSummary {
  const [only] = clusters;
  if (only === undefined) return { state: "none", message: undefined };
  const { inventory, problem } = only.inventory;
  if (clusters.length === 1 && inventory === null) {
    return { state: problem?.kind ?? "connecting", message: undefined };
  }
  const stale = clusters.flatMap((cluster) => {
    const { readAt, problem: fault } = cluster.inventory;
    return fault === null || readAt === null ? [] : [words.stale(cluster.name, readAt, fault.sentence)];
  });
  const nothing =
    filtered !== null && filtered.shown === 0 && filtered.total > 0
      ? [words.nothingFound(filtered.filter, filtered.total)]
      : [];
  const lines = [...stale, ...nothing];
  return { state: "tree", message: lines.length === 0 ? undefined : lines.join("\n") };
}
