import type { ConnectionOptions } from "../connection.js";
import { parseEndpoint, type Endpoint } from "../endpoint.js";
import { ProxmoxError } from "../errors.js";

/** Reads an address or throws `invalid-parameter` with what is wrong with it. */
export function endpointOf(text: string): Endpoint {
  const result = parseEndpoint(text);
  if (!result.ok) throw new ProxmoxError("invalid-parameter", result.problem);
  return result.endpoint;
}

/** The addresses of a cluster in their order, each once. */
export function endpointsOf(options: Pick<ConnectionOptions, "endpoints">): readonly [Endpoint, ...Endpoint[]] {
  const byName = new Map(options.endpoints.map(endpointOf).map((endpoint) => [endpoint.name, endpoint]));
  const [first, ...others] = byName.values();
  if (first === undefined) throw new ProxmoxError("invalid-parameter", "No address of a Proxmox VE host is given.");
  return [first, ...others];
}

export interface ApiToken {
  /** `user@realm!name`: not secret. */
  readonly id: string;
  readonly secret: string;
}

/** Reads `user@realm!name=secret`. The message never repeats what was given. */
export function apiTokenOf(text: string): ApiToken {
  const match = /^([^\s:/!=]+@[A-Za-z][\w.-]*![A-Za-z][\w.-]*)=([^\s=]+)$/u.exec(text.trim());
  const [, id, secret] = match ?? [];
  if (id === undefined || secret === undefined) {
    throw new ProxmoxError(
      "not-authenticated",
      "The API token is not complete: it is written user@realm!name=secret, such as root@pam!autoscaler=xxxxxxxx-xxxx-….",
    );
  }
  return { id, secret };
}
