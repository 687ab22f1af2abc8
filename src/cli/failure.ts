import type { ProxmoxErrorKind } from "../proxmox/index.js";

/** The exit codes of the contract. */
export const exitCodes = {
  done: 0,
  /** Findings of severity error, or refused, or failed. */
  failed: 1,
  usage: 2,
  connection: 3,
  partly: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that ends the command with one sentence and an exit code. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    /** What to do about it; printed on lines of its own. */
    readonly advice: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function usageFailure(message: string, advice: string | null = null): CommandFailure {
  return new CommandFailure(exitCodes.usage, message, advice);
}

/** How a failure ends the program: what is printed, and the exit code. */
export interface Ending {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly advice: string | null;
}

/** The table of the faults Proxmox and the way to it can have. */
const proxmoxEndings: Readonly<
  Record<ProxmoxErrorKind, { readonly exitCode: ExitCode; readonly advice: string | null }>
> = {
  unreachable: { exitCode: exitCodes.connection, advice: null },
  "untrusted-certificate": { exitCode: exitCodes.connection, advice: null },
  "not-authenticated": { exitCode: exitCodes.connection, advice: null },
  forbidden: {
    exitCode: exitCodes.connection,
    advice: "`lxc-autoscaler doctor` lists what is missing, with the lines that grant it.",
  },
  "timed-out": { exitCode: exitCodes.connection, advice: "A longer limit may help: --timeout 2m" },
  "node-offline": { exitCode: exitCodes.failed, advice: null },
  "no-quorum": { exitCode: exitCodes.failed, advice: null },
  "not-found": { exitCode: exitCodes.failed, advice: null },
  locked: { exitCode: exitCodes.failed, advice: null },
  conflict: { exitCode: exitCodes.failed, advice: null },
  "invalid-parameter": { exitCode: exitCodes.failed, advice: null },
  "task-failed": { exitCode: exitCodes.failed, advice: null },
  refused: { exitCode: exitCodes.failed, advice: null },
  "outcome-unknown": { exitCode: exitCodes.partly, advice: null },
  cancelled: { exitCode: exitCodes.interrupted, advice: null },
};

/** One table from what was thrown to what a person is told. Never a stack, never a bare code. */
export function endingOf(error: unknown, interrupted: boolean): Ending {
  // What went wrong first is what the person asked about, not that closing failed afterwards.
  if (error instanceof Error && "suppressed" in error) return endingOf(error.suppressed, interrupted);
  if (interrupted) return { exitCode: exitCodes.interrupted, message: "Interrupted.", advice: null };
  if (error instanceof CommandFailure) return error;
  if (isProxmoxError(error)) {
    return { ...proxmoxEndings[error.kind], message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === "RecordsError") {
    return { exitCode: exitCodes.failed, message, advice: "Another folder can be given: --state <folder>" };
  }
  return {
    exitCode: exitCodes.failed,
    message: `This is a fault in lxc-autoscaler itself: ${message}`,
    advice: "Run it again with --verbose and report what it prints.",
  };
}

/** Known by its name: importing the class would load the whole HTTP client for `--help`. */
function isProxmoxError(error: unknown): error is Error & { readonly kind: ProxmoxErrorKind } {
  return (
    error instanceof Error &&
    error.name === "ProxmoxError" &&
    "kind" in error &&
    typeof error.kind === "string" &&
    error.kind in proxmoxEndings
  );
}
