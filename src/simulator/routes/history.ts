import { storageUsage } from "../cluster/storage-usage.js";
import { requireStorage } from "../cluster/storage.js";
import { pointTimes } from "../load/index.js";
import type { Consolidation, Timeframe } from "../load/index.js";
import { failure } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { needs, needsAny, nodeOf } from "./route.js";

const frames = ["hour", "day", "week", "month", "year"] as const;
const cf = { type: "string", optional: true, enum: ["AVERAGE", "MAX"] } as const;

interface Point {
  readonly time: number;
}

/**
 * Proxmox VE 8 keeps seventy points of each of these steps (seconds), each made here from the finer points
 * of what 9 keeps.
 */
const coarse: Readonly<Record<string, { readonly from: Timeframe; readonly step: number }>> = {
  hour: { from: "hour", step: 60 },
  day: { from: "week", step: 1800 },
  week: { from: "month", step: 10_800 },
  month: { from: "year", step: 43_200 },
  year: { from: "decade", step: 604_800 },
  decade: { from: "decade", step: 604_800 },
};
const coarsePoints = 70;

function recorded(call: Call, read: (frame: Timeframe, consolidation: Consolidation) => readonly Point[]): unknown {
  const timeframe = call.parameters.text("timeframe") as Timeframe;
  const consolidation = call.parameters.text("cf", "AVERAGE") as Consolidation;
  if (call.cluster.pve === 9) return read(timeframe, consolidation);
  const { from, step } = coarse[timeframe] ?? { from: timeframe, step: 60 };
  const points = merge(read(from, consolidation), step, consolidation).slice(-coarsePoints);
  return points.map((point) =>
    Object.fromEntries(Object.entries(point).filter(([key]) => !/^(?:pressure|arcsize|memavailable)/u.test(key))),
  );
}

/** Puts points together to steps of so many seconds. */
function merge(points: readonly Point[], step: number, consolidation: Consolidation): Point[] {
  const groups = new Map<number, Point[]>();
  for (const point of points) {
    const end = Math.ceil(point.time / step) * step;
    groups.set(end, [...(groups.get(end) ?? []), point]);
  }
  return [...groups].map(([time, group]) => {
    const names = new Set(group.flatMap((point) => Object.keys(point)));
    names.delete("time");
    const values = [...names].map((name) => {
      const known = group.flatMap((point) =>
        Object.entries(point).flatMap(([key, value]) => (key === name && typeof value === "number" ? [value] : [])),
      );
      const value =
        consolidation === "MAX" ? Math.max(...known) : known.reduce((sum, next) => sum + next, 0) / known.length;
      return [name, value] as const;
    });
    return { time, ...Object.fromEntries(values) };
  });
}

function ofContainer(call: Call): unknown {
  const vmid = call.parameters.number("vmid") ?? 0;
  // Answered where it came in, from what all nodes share: the node in the path does not matter.
  const guest = call.cluster.guests.get(vmid);
  if (guest === undefined) {
    const directory = call.cluster.pve === 9 ? "pve-vm-9.0" : "pve2-vm";
    throw failure(
      `RRD error: rrdcached@unix:/var/run/rrdcached.sock: rrd_fetch_r failed: opening '/var/lib/rrdcached/db/${directory}/${vmid}': No such file or directory`,
    );
  }
  guest.node.catchUp();
  return recorded(call, (frame, consolidation) => guest.history(frame, consolidation, call.cluster.clock.now()));
}

function ofNode(call: Call): unknown {
  const node = nodeOf(call);
  node.catchUp();
  return recorded(call, (frame, consolidation) => node.history(frame, consolidation));
}

/** A storage fills slowly: by a five-hundredth of what is on it each day, up to what is there now. */
function ofStorage(call: Call): unknown {
  const node = nodeOf(call);
  node.catchUp();
  const { cluster } = call;
  const storage = requireStorage(cluster, call.parameters.text("storage"));
  const { used, total } = storageUsage(cluster, node, storage);
  const now = cluster.clock.now();
  return recorded(call, (frame) =>
    pointTimes(frame, now).map((time) => {
      if (node.wasAway(time * 1000)) return { time };
      const days = (now / 1000 - time) / 86_400;
      return { time, total, used: used / (1 + days / 500) };
    }),
  );
}

/** Recorded figures (`rrddata`). */
export const historyRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/nodes/{node}/lxc/{vmid}/rrddata",
    parameters: () => ({ timeframe: { type: "string", enum: frames }, cf }),
    permission: needs("/vms/{vmid}", "VM.Audit"),
    proxied: false,
    protected: true,
    handle: ofContainer,
  },
  {
    method: "GET",
    path: "/nodes/{node}/rrddata",
    parameters: () => ({ timeframe: { type: "string", enum: [...frames, "decade"] }, cf }),
    permission: needs("/nodes/{node}", "Sys.Audit"),
    proxied: false,
    protected: true,
    handle: ofNode,
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/rrddata",
    parameters: () => ({ storage: { type: "string" }, timeframe: { type: "string", enum: frames }, cf }),
    permission: needsAny("/storage/{storage}", "Datastore.Audit", "Datastore.AllocateSpace"),
    protected: true,
    handle: ofStorage,
  },
];
