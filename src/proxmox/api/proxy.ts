import type { proxmoxApi } from "proxmox-api";
// The package's front door also loads its own engine and another undici; this file alone has no imports.
import { buildApiProxy } from "../../../node_modules/proxmox-api/esm/proxy.js";
import type { ApiClient, Parameter } from "./client.js";
import type { Method } from "./transport.js";

/** The typed tree of the whole API: `api.nodes.$("pve1").lxc.$(101).config.$get()`. */
export type Api = ReturnType<typeof proxmoxApi>;

export interface ApiOptions {
  readonly signal?: AbortSignal | undefined;
}

const prefix = "/api2/json";

/**
 * proxmox-api's types and path proxy over our own client: each call is described by `attempted`, for its errors,
 * and can be cancelled. What is put into a path is percent-encoded by {@link part}.
 */
export function apiOf(client: ApiClient, attempted: string, options: ApiOptions = {}): Api {
  const engine = {
    async doRequest(
      method: string,
      path: string,
      _template: string,
      parameters?: Readonly<Record<string, Parameter>>,
    ): Promise<unknown> {
      const { data } = await client.request({
        method: method.toUpperCase() as Method,
        path: path.slice(prefix.length),
        ...(parameters !== undefined && { parameters }),
        attempted,
        signal: options.signal,
      });
      return data;
    },
  };
  return buildApiProxy(engine, prefix) as Api;
}

/** One part of a path. */
export function part(value: string): string {
  return encodeURIComponent(value);
}
