import { flagOf, rowsOf, textOf } from "./numbers.js";

/** What changes seldom, and no bulk request has: read with the first inventory and when a node comes or goes. */
export interface ClusterFacts {
  /** Name of the cluster, or of the only node; `null` where the credentials may not see it. */
  readonly name: string | null;
  readonly quorate: boolean | null;
  /** The node that answered. */
  readonly localNode: string | null;
  /** SHA-256 of each node's certificate. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** Joins `GET /cluster/status` (needs Sys.Audit on `/`) and `GET /nodes` (any login); `null` for what was refused. */
export function clusterFactsOf(status: unknown, nodes: unknown): ClusterFacts {
  const rows = rowsOf(status);
  const cluster = rows.find(({ type }) => type === "cluster");
  const members = rows.filter(({ type }) => type === "node");
  const local = members.find((row) => flagOf(row["local"])) ?? (members.length === 1 ? members[0] : undefined);
  const listed = rowsOf(nodes);
  const onlyNode = listed.length === 1 ? textOf(listed[0]?.["node"]) : null;
  const localNode = textOf(local?.["name"]) ?? onlyNode;
  return {
    name: textOf(cluster?.["name"]) ?? localNode,
    // A node alone has no cluster entry and needs no quorum.
    quorate: cluster === undefined ? (members.length > 0 ? true : null) : flagOf(cluster["quorate"]),
    localNode,
    fingerprints: new Map(
      listed.flatMap((row) => {
        const node = textOf(row["node"]);
        const fingerprint = textOf(row["ssl_fingerprint"]);
        return node === null || fingerprint === null ? [] : [[node, fingerprint] as const];
      }),
    ),
  };
}
