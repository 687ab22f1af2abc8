import { backUp } from "../cluster/backup.js";
import { requireContent } from "../cluster/volumes.js";
import { flag, formats, nodeParameter, optionalText } from "../http/formats.js";
import { splitList } from "../http/parameters.js";
import type { Parameter, Schema } from "../http/parameters.js";
import type { Route } from "./route.js";
import { anyone, nodeOf } from "./route.js";

const count: Parameter = { type: "integer", optional: true, minimum: 0 };
const vmids: Parameter = {
  type: "string",
  optional: true,
  format: (value) =>
    splitList(value)
      .map((id) => formats.vmid(id))
      .find((fault) => fault !== null) ?? null,
};

const schema: Schema = {
  all: flag,
  bwlimit: count,
  compress: { type: "string", optional: true, enum: ["0", "1", "gzip", "lzo", "zstd"] },
  dumpdir: optionalText,
  exclude: vmids,
  fleecing: optionalText,
  ionice: { ...count, maximum: 8 },
  "job-id": optionalText,
  lockwait: count,
  mailnotification: { type: "string", optional: true, enum: ["always", "failure"] },
  mailto: optionalText,
  mode: { type: "string", optional: true, enum: ["snapshot", "suspend", "stop"] },
  node: { ...nodeParameter, optional: true },
  "notes-template": { type: "string", optional: true, maxLength: 1024 },
  "notification-mode": { type: "string", optional: true, enum: ["auto", "legacy-sendmail", "notification-system"] },
  performance: optionalText,
  pigz: { type: "integer", optional: true },
  pool: optionalText,
  protected: flag,
  "prune-backups": optionalText,
  quiet: flag,
  remove: flag,
  script: optionalText,
  stdexcludes: flag,
  stop: flag,
  stopwait: count,
  storage: optionalText,
  tmpdir: optionalText,
  vmid: vmids,
  zstd: { type: "integer", optional: true },
};

/** Backups: making one, and what is in it. */
export const backupRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/nodes/{node}/vzdump",
    parameters: () => schema,
    permission: anyone,
    protected: true,
    handle: (call) => backUp(call.cluster, nodeOf(call), call.parameters, call.identity),
  },
  {
    method: "GET",
    path: "/nodes/{node}/vzdump/defaults",
    parameters: () => ({ storage: optionalText }),
    permission: anyone,
    handle: () => ({
      all: 0,
      bwlimit: 0,
      compress: "0",
      ionice: 7,
      lockwait: 180,
      mode: "snapshot",
      "notification-mode": "auto",
      "prune-backups": "keep-all=1",
      quiet: 0,
      remove: 1,
      stdexcludes: 1,
      stop: 0,
      stopwait: 10,
      storage: "local",
    }),
  },
  {
    method: "GET",
    path: "/nodes/{node}/vzdump/extractconfig",
    parameters: () => ({ volume: { type: "string" } }),
    permission: anyone,
    protected: true,
    handle: (call) => {
      const volid = call.parameters.text("volume");
      requireContent(volid, "backup");
      const file = call.cluster.volumes.require(nodeOf(call).name, volid, "backup");
      call.cluster.permissions.require(call.identity, `/vms/${file.vmid ?? 0}`, ["VM.Backup"]);
      return file.configuration;
    },
  },
];
