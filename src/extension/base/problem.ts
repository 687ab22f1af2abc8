import type { ProxmoxError, ProxmoxErrorKind } from "../../proxmox/index.js";

/** Why a cluster can't be shown, by what a person can do about it. */
export type ProblemKind =
  | "unreachable"
  | "untrusted"
  | "not-authenticated"
  /** Logged in, but allowed to see nothing: Proxmox answers with an empty list, which must not pass for "none". */
  | "no-privileges"
  | "failed";

export interface Problem {
  readonly kind: ProblemKind;
  /** What was tried, what Proxmox answered, what to do. Without secrets. */
  readonly sentence: string;
  /** Lines for a node's shell that would mend it. */
  readonly lines?: readonly string[];
}

/** A failure of this side that already knows its problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(readonly problem: Problem) {
    super(problem.sentence);
  }
}

const kindOf: Partial<Record<ProxmoxErrorKind, ProblemKind>> = {
  unreachable: "unreachable",
  "timed-out": "unreachable",
  "untrusted-certificate": "untrusted",
  "not-authenticated": "not-authenticated",
  forbidden: "no-privileges",
};

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isProxmoxError(error)) return { kind: kindOf[error.kind] ?? "failed", sentence: error.message };
  return { kind: "failed", sentence: sentenceOf(error) };
}

/** By its name: the class itself is in a room that is loaded only when it is needed. */
export function isProxmoxError(error: unknown): error is ProxmoxError {
  return error instanceof Error && error.name === "ProxmoxError";
}

export function isCancelled(error: unknown): boolean {
  return isProxmoxError(error) && error.kind === "cancelled";
}

/** One sentence for a person: never a stack, never `[object Object]`. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  const line = text.split("\n", 1)[0]?.trim() ?? "";
  return line === "" ? "Something went wrong without a word of explanation; the log has more." : line;
}
