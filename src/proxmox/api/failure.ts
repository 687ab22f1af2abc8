import type { ProxmoxError } from "../errors.js";
import type { Distrust } from "./trust.js";

/** How far a request got before it broke. Only until `connecting` is it certain that nothing was carried out. */
export type FailurePhase = "connecting" | "sent";

/** A request without a usable answer, inside this room only: leaves it as a `ProxmoxError`. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";

  constructor(
    readonly phase: FailurePhase,
    /** System or library code: `ECONNREFUSED`, `ERR_SSL_WRONG_VERSION_NUMBER`, `UND_ERR_SOCKET`, `NOT_JSON`, … */
    readonly code: string,
    /** What the system said, without secrets. */
    message: string,
    readonly distrust: Distrust | null = null,
    /** What it is to a caller where that is known already. */
    readonly error: ProxmoxError | null = null,
  ) {
    super(message);
  }
}

/** The code of a system or library error, or its name. */
export function codeOf(error: unknown): string {
  if (error instanceof Error) {
    return "code" in error && typeof error.code === "string" ? error.code : error.name;
  }
  return "UNKNOWN";
}

/** Codes of answers that broke on the way, after which asking once more helps. Refusals are not among them. */
const passing = new Set([
  "ECONNRESET",
  "EPIPE",
  "EAI_AGAIN",
  "DAEMON_DOWN",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "TRUNCATED",
  "GATEWAY",
]);

/** Whether a read that failed so is worth another try. */
export function isPassing(error: unknown): boolean {
  return error instanceof TransportFailure && error.distrust === null && passing.has(error.code);
}
