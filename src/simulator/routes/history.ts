import { failure } from "../http/problem.js";
import type { Call, Route } from "./route.js";
import { needs, nodeOf } from "./route.js";

const frames = ["hour", "day", "week", "month", "year"] as const;
const cf = { type: "string", optional: true, enum: ["AVERAGE", "MAX"] } as const;

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
  return guest.meter.history(call.parameters.text("timeframe"), call.cluster.clock.now(), guest.limits());
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
    handle: (call) => [nodeOf(call).name].map(() => ({ time: call.cluster.clock.seconds() })),
  },
];
