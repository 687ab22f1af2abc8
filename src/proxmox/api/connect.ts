import type { ConnectionOptions } from "../connection.js";
import type { Gateway } from "../gateway.js";
import { ApiGateway } from "./gateway.js";

/**
 * A {@link Gateway} over the HTTPS API of one cluster. Nothing is sent before its first call; whoever opens it
 * disposes it. Throws `ProxmoxError` for an address, a fingerprint, an authority or a token that can't be read.
 */
export function connect(options: ConnectionOptions): Gateway {
  return new ApiGateway(options);
}
