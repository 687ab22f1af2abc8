import { openConsole } from "../cluster/open-console.js";
import { optionalText } from "../http/formats.js";
import type { Route } from "./route.js";
import { guestOf, needs, nodeOf } from "./route.js";

/** Terminals: where one waits for its client. The client itself comes as a web socket. */
export const consoleRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/nodes/{node}/lxc/{vmid}/termproxy",
    permission: needs("/vms/{vmid}", "VM.Console"),
    protected: true,
    handle: (call) => openConsole(call.cluster, nodeOf(call), guestOf(call), call.identity),
  },
  {
    method: "POST",
    path: "/nodes/{node}/termproxy",
    parameters: () => ({
      cmd: { type: "string", optional: true, enum: ["ceph_install", "login", "upgrade"] },
      "cmd-opts": optionalText,
    }),
    permission: needs("/nodes/{node}", "Sys.Console"),
    protected: true,
    handle: (call) => openConsole(call.cluster, nodeOf(call), null, call.identity),
  },
];
