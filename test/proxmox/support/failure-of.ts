import { ProxmoxError } from "../../../src/proxmox/index.js";

/** The error a call of the room ends with. Anything else, success too, fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<ProxmoxError> {
  const outcome: unknown = await call.then(
    () => "no error",
    (reason: unknown) => reason,
  );
  if (outcome instanceof ProxmoxError) return outcome;
  throw new Error("expected a ProxmoxError", { cause: outcome });
}
