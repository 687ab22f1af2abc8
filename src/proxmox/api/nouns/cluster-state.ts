import type { ClusterStatePort } from "../../ports/cluster-state.js";
import { amountOf, flagOf, textOf } from "../numbers.js";
import type { Requests } from "../requests.js";
import { listOf } from "../rows.js";

/** The {@link ClusterStatePort} over the API. */
export function clusterStateOver(requests: Requests): ClusterStatePort {
  return {
    async status(options = {}) {
      const attempted = "read the state of the cluster";
      const rows = listOf(await requests.get(attempted, "/cluster/status", {}, options), attempted);
      const cluster = rows.find(({ type }) => type === "cluster");
      return {
        name: textOf(cluster?.["name"]),
        quorate: cluster === undefined || flagOf(cluster["quorate"]),
        nodes: rows.flatMap((row) => {
          const name = row["type"] === "node" ? textOf(row["name"]) : null;
          if (name === null) return [];
          const address = textOf(row["ip"]);
          return [{ name, online: flagOf(row["online"]), local: flagOf(row["local"]), address }];
        }),
      };
    },

    async managed(options = {}) {
      const attempted = "read what high availability watches over";
      const [resources, states] = await Promise.all([
        requests.get(attempted, "/cluster/ha/resources", { type: "ct" }, options),
        requests.get(attempted, "/cluster/ha/status/current", {}, options),
      ]);
      const services = listOf(states, attempted).filter(({ type }) => type === "service");
      return listOf(resources, attempted).flatMap((row) => {
        const sid = textOf(row["sid"]);
        const vmid = amountOf(/^ct:(\d+)$/u.exec(sid ?? "")?.[1]);
        if (vmid === null) return [];
        const state = textOf(services.find((service) => service["sid"] === sid)?.["state"]);
        return [
          {
            vmid,
            requested: textOf(row["state"]) ?? "started",
            // Until the manager has looked at it, it is only queued.
            state: state === "queued" ? null : state,
            comment: textOf(row["comment"]),
          },
        ];
      });
    },

    async replication(options = {}) {
      const attempted = "read the replication jobs";
      const rows = listOf(await requests.get(attempted, "/cluster/replication", {}, options), attempted);
      return rows.flatMap((row) => {
        const id = textOf(row["id"]);
        const vmid = amountOf(row["guest"]);
        if (id === null || vmid === null) return [];
        return [
          {
            id,
            vmid,
            target: textOf(row["target"]) ?? "",
            schedule: textOf(row["schedule"]) ?? "*/15",
            enabled: !flagOf(row["disable"]),
            comment: textOf(row["comment"]),
          },
        ];
      });
    },
  };
}
