/** What went wrong with a request to Proxmox, by what a caller can do about it. */
export type ProxmoxErrorKind =
  | "unreachable"
  | "untrusted-certificate"
  | "not-authenticated"
  | "forbidden"
  | "not-found"
  | "locked"
  | "conflict"
  | "invalid-parameter"
  | "no-quorum"
  | "node-offline"
  | "task-failed"
  | "outcome-unknown"
  | "timed-out"
  | "cancelled"
  | "refused";

export interface ProxmoxErrorDetails {
  /** What was tried, in words: `read the inventory`, `set the size of 101`. */
  readonly attempted?: string;
  /** Proxmox's own words, without trailing newline. */
  readonly answer?: string;
  /** HTTP status where there was one. */
  readonly status?: number;
  /** The privilege and path that were missing: `VM.Audit` on `/vms/101`. */
  readonly privilege?: { readonly path: string; readonly privileges: readonly string[] };
  /** Fault of each parameter, as Proxmox names it. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The certificate that was presented, for `untrusted-certificate`. */
  readonly fingerprint?: string;
  /** `host:port` that was asked. */
  readonly endpoint?: string;
  /** The node that did not answer, for `node-offline`. */
  readonly node?: string;
  readonly upid?: string;
}

/** Every failure that leaves this room. The message is one sentence fit for a person, without secrets. */
export class ProxmoxError extends Error {
  override readonly name = "ProxmoxError";

  constructor(
    readonly kind: ProxmoxErrorKind,
    message: string,
    readonly details: ProxmoxErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
