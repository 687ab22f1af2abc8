import type { TokenOptions } from "../access/accounts.js";
import type { Configuration } from "../cluster/configuration.js";
import type { GuestSpec, NodeSpec } from "../load/index.js";

/** What a scenario starts with, before accounts are added. */
export interface Inhabitants {
  readonly name: string | null;
  readonly nodes: readonly NodeSpec[];
  readonly guests: readonly { readonly specification: GuestSpec; readonly configuration: Configuration }[];
  readonly uptimeSeconds: number;
  /** Before this time (milliseconds) nothing had been recorded; absent: as long as each container has been there. */
  readonly recordedSince?: number;
}

/** Adds a token, and its user if there is none; answers the whole of it: `user@realm!name=secret`. */
export type AddToken = (user: string, name: string, options: TokenOptions) => string;
