import { ProxmoxError } from "../errors.js";

/** No write of a configuration without the digest of what was read. Throws `invalid-parameter`. */
export function requireDigest(digest: string, attempted: string): void {
  if (digest !== "") return;
  throw new ProxmoxError(
    "invalid-parameter",
    `Could not ${attempted}: without the digest of the file that was read, a change by somebody else would be overwritten.`,
    { attempted },
  );
}
