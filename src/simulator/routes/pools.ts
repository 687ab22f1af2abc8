import { storageUsage } from "../cluster/storage-usage.js";
import { flag, formats, optionalText } from "../http/formats.js";
import { splitList } from "../http/parameters.js";
import { failure, forbidden } from "../http/problem.js";
import type { Asked, Call, Permission, Route } from "./route.js";
import { anyone } from "./route.js";

const poolName = /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/u;
const vms = {
  type: "string",
  optional: true,
  format: (value: string) =>
    splitList(value)
      .map((id) => formats.vmid(id))
      .find((fault) => fault !== null) ?? null,
} as const;

/** What a name can't be is noticed by the check of the privilege: its path is empty. */
const mayChange: Permission = ({ cluster, identity, raw }: Asked) => {
  const pool = raw.get("poolid") ?? "";
  if (pool !== "" && !poolName.test(pool)) throw forbidden(", Pool.Allocate");
  cluster.permissions.require(identity, `/pool/${pool}`, ["Pool.Allocate"]);
};

function list(call: Call): unknown {
  const { cluster, parameters, identity } = call;
  if (parameters.has("poolid")) {
    const poolid = parameters.text("poolid");
    return [{ poolid, ...members(call, poolid) }];
  }
  return [...cluster.pools]
    .filter(([name]) => cluster.permissions.may(identity, `/pool/${name}`, "Pool.Audit"))
    .map(([poolid, { comment }]) => ({ poolid, ...(comment === null ? {} : { comment }) }));
}

function members(call: Call, name: string): Record<string, unknown> {
  const { cluster, identity, parameters } = call;
  cluster.permissions.require(identity, `/pool/${name}`, ["Pool.Audit"]);
  const pool = cluster.pools.get(name);
  if (pool === undefined) throw failure(`pool '${name}' does not exist`);
  const type = parameters.text("type");
  const listed = JSON.parse(call.resources.list(identity, "vm")) as { readonly vmid: number }[];
  const guests = listed.filter(({ vmid }) => pool.members.has(vmid));
  const storages = [...cluster.nodes.values()].flatMap((node) =>
    cluster.storages
      .filter((storage) => pool.storages.has(storage.name))
      .map((storage) => {
        const { used, total } = storageUsage(cluster, node, storage);
        return {
          id: `storage/${node.name}/${storage.name}`,
          type: "storage",
          node: node.name,
          storage: storage.name,
          status: "available",
          plugintype: storage.type,
          content: storage.content,
          shared: storage.shared ? 1 : 0,
          disk: used,
          maxdisk: total,
        };
      }),
  );
  return {
    ...(pool.comment === null ? {} : { comment: pool.comment }),
    members: [...(type === "" || type === "lxc" ? guests : []), ...(type === "" || type === "storage" ? storages : [])],
  };
}

function create(call: Call): null {
  const { cluster, parameters } = call;
  const name = parameters.text("poolid");
  requireQuorum(call);
  if (cluster.pools.has(name)) throw failure(`create pool failed: pool '${name}' already exists`);
  cluster.addPool(name, parameters.has("comment") ? parameters.text("comment") : null);
  return null;
}

function change(call: Call): null {
  const { cluster, parameters, identity } = call;
  const name = parameters.text("poolid");
  requireQuorum(call);
  const pool = cluster.pools.get(name);
  if (pool === undefined) throw failure(`update pools failed: pool '${name}' does not exist`);
  if (parameters.has("comment")) pool.comment = parameters.text("comment");
  const remove = parameters.flag("delete");
  for (const vmid of parameters.list("vms").map(Number)) {
    cluster.permissions.require(identity, `/vms/${vmid}`, ["VM.Allocate"]);
    const there = cluster.poolOf(vmid);
    if (remove) {
      if (there !== name) throw failure(`update pools failed: VM ${vmid} is not a pool member`);
      cluster.removeFromPool(vmid);
      continue;
    }
    if (there === name) throw failure(`update pools failed: VM ${vmid} is already a pool member`);
    if (there !== null && !parameters.flag("allow-move")) {
      throw failure(`update pools failed: VM ${vmid} belongs already to pool '${there}' and 'allow-move' is not set`);
    }
    if (there !== null) cluster.removeFromPool(vmid);
    cluster.addToPool(name, vmid);
  }
  for (const storage of parameters.list("storage")) {
    if (remove) pool.storages.delete(storage);
    else pool.storages.add(storage);
  }
  return null;
}

function remove(call: Call): null {
  const { cluster, parameters } = call;
  const name = parameters.text("poolid");
  requireQuorum(call);
  const pool = cluster.pools.get(name);
  if (pool === undefined) throw failure(`delete pool failed: pool '${name}' does not exist`);
  const child = [...cluster.pools.keys()].find((other) => other.startsWith(`${name}/`));
  const [storage] = pool.storages;
  const [vmid] = pool.members;
  const held =
    child !== undefined
      ? `contains pool '${child}'`
      : vmid !== undefined
        ? `contains VM ${vmid}`
        : storage === undefined
          ? null
          : `contains storage '${storage}'`;
  if (held !== null) throw failure(`delete pool failed: pool '${name}' is not empty (${held})`);
  cluster.pools.delete(name);
  cluster.revision += 1;
  return null;
}

function requireQuorum(call: Call): void {
  if (!call.cluster.isQuorate()) throw failure("cfs-lock 'file-user_cfg' error: no quorum!");
}

const poolid = { type: "string" } as const;
const type = { type: "string", optional: true, enum: ["qemu", "lxc", "storage"] } as const;
const changes = { comment: optionalText, vms, storage: optionalText, delete: flag, "allow-move": flag } as const;

/** Pools; the form with the name in the path is the older one. */
export const poolRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/pools",
    parameters: () => ({ poolid: { ...poolid, optional: true }, type }),
    permission: anyone,
    handle: list,
  },
  {
    method: "POST",
    path: "/pools",
    parameters: () => ({ poolid, comment: optionalText }),
    permission: mayChange,
    protected: true,
    handle: create,
  },
  {
    method: "PUT",
    path: "/pools",
    parameters: () => ({ poolid, ...changes }),
    permission: mayChange,
    protected: true,
    handle: change,
  },
  {
    method: "DELETE",
    path: "/pools",
    parameters: () => ({ poolid }),
    permission: mayChange,
    protected: true,
    handle: remove,
  },
  {
    method: "GET",
    path: "/pools/{poolid}",
    parameters: () => ({ poolid, type }),
    permission: anyone,
    handle: (call) => members(call, call.parameters.text("poolid")),
  },
  {
    method: "PUT",
    path: "/pools/{poolid}",
    parameters: () => ({ poolid, ...changes }),
    permission: mayChange,
    protected: true,
    handle: change,
  },
  {
    method: "DELETE",
    path: "/pools/{poolid}",
    parameters: () => ({ poolid }),
    permission: mayChange,
    protected: true,
    handle: remove,
  },
];
