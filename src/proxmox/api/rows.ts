import { ProxmoxError } from "../errors.js";
import { recordOf } from "./numbers.js";

/** The rows of an answer that has to be a list: anything else is no empty list. Throws `refused`. */
export function listOf(data: unknown, attempted: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(data)) return data.map(recordOf);
  throw new ProxmoxError("refused", `Could not ${attempted}: Proxmox answered with something other than a list.`, {
    attempted,
  });
}
