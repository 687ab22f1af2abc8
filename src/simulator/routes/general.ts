import type { Call, Route } from "./route.js";
import { anyone } from "./route.js";

/** What a version of Proxmox says it is. */
export const versions = {
  8: { version: "8.4.21", release: "8.4", repoid: "c8a6c2ad2d2cae55" },
  9: { version: "9.1.8", release: "9.1", repoid: "a8e257e1c2b34d56" },
} as const;

const version = (call: Call) => versions[call.cluster.pve];
const index =
  (...names: readonly string[]) =>
  () =>
    names.map((subdir) => ({ subdir }));

/** The top of the tree. */
export const generalRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/",
    permission: anyone,
    handle: index("version", "cluster", "nodes", "storage", "access", "pools"),
  },
  { method: "GET", path: "/version", permission: anyone, handle: version },
  { method: "GET", path: "/nodes/{node}/version", permission: anyone, handle: version },
];
