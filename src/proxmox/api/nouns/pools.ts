import type { PoolMembers } from "../../../model/index.js";
import { ProxmoxError } from "../../errors.js";
import type { PoolPort } from "../../ports/pools.js";
import { amountOf, rowsOf, textOf } from "../numbers.js";
import type { Requests } from "../requests.js";
import { listOf } from "../rows.js";

const path = "/pools";

/** The {@link PoolPort} over the API. */
export function poolsOver(requests: Requests): PoolPort {
  return {
    async list(options = {}) {
      const attempted = "read the pools";
      const rows = listOf(await requests.get(attempted, path, {}, options), attempted);
      return rows.flatMap((row) => {
        const name = textOf(row["poolid"]);
        return name === null ? [] : [{ name, comment: textOf(row["comment"]) }];
      });
    },

    async members(pool, options = {}) {
      const attempted = `read the pool ${pool}`;
      const [row] = listOf(await requests.get(attempted, path, { poolid: pool }, options), attempted);
      if (row !== undefined) return membersOf(row, pool);
      throw new ProxmoxError("not-found", `Could not ${attempted}: Proxmox has no such pool.`, { attempted });
    },

    async create(pool, { comment, ...options } = {}) {
      await requests.post(`create the pool ${pool}`, path, { poolid: pool, comment }, options);
    },

    async remove(pool, options = {}) {
      await requests.delete(`remove the pool ${pool}`, path, { poolid: pool }, options);
    },

    async add(pool, vmids, { move, ...options } = {}) {
      const attempted = `put ${vmids.join(", ")} into the pool ${pool}`;
      await requests.put(attempted, path, { poolid: pool, vms: vmids.join(","), "allow-move": move }, options);
    },

    async take(pool, vmids, options = {}) {
      const attempted = `take ${vmids.join(", ")} out of the pool ${pool}`;
      await requests.put(attempted, path, { poolid: pool, vms: vmids.join(","), delete: true }, options);
    },
  };
}

function membersOf(row: Readonly<Record<string, unknown>>, name: string): PoolMembers {
  const members = rowsOf(row["members"]);
  return {
    name,
    comment: textOf(row["comment"]),
    containers: members.flatMap((member) => (member["type"] === "lxc" ? (amountOf(member["vmid"]) ?? []) : [])),
    storages: [
      ...new Set(members.flatMap((member) => (member["type"] === "storage" ? (textOf(member["storage"]) ?? []) : []))),
    ],
  };
}
