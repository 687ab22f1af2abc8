import { ProxmoxError } from "./errors.js";
import type { Gateway } from "./gateway.js";

/** What a gateway may offer beside reading and sizing. */
export type Noun =
  | "figures"
  | "snapshots"
  | "backups"
  | "storages"
  | "consoles"
  | "taskArchive"
  | "clusterState"
  | "pools"
  | "configurations"
  | "templates"
  | "lifecycle";

/** A noun of a gateway. Throws `refused` where its adapter can't do it at all. */
export function offered<N extends Noun>(
  gateway: Pick<Gateway, N | "endpoint">,
  noun: N,
): NonNullable<Pick<Gateway, N>[N]> {
  const port = gateway[noun];
  if (port !== null) return port;
  throw new ProxmoxError("refused", `The connection to ${gateway.endpoint} can't do this: it offers no ${noun}.`, {
    attempted: noun,
    endpoint: gateway.endpoint,
  });
}
