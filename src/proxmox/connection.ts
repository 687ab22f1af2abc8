/** How the certificate of a server is judged. One of the two must be there. */
export type Trust =
  /** SHA-256 fingerprints of leaves, colon form or bare hex, any case; any may match. */
  | { readonly kind: "fingerprints"; readonly fingerprints: readonly string[] }
  /** PEM text of the authority that signed them (`/etc/pve/pve-root-ca.pem`). */
  | { readonly kind: "authority"; readonly pem: string }
  /** The system's own authorities. */
  | { readonly kind: "system" };

export type Credentials =
  /** `user@realm!name=secret`. */
  | { readonly kind: "token"; readonly token: string }
  /** Ticket login. `otp` answers a second factor, once. */
  | { readonly kind: "password"; readonly user: string; readonly password: string; readonly otp?: string };

export interface ConnectionOptions {
  /** `https://host:port`, the first preferred; the others are tried in turn when it is unreachable. */
  readonly endpoints: readonly string[];
  readonly trust: Trust;
  readonly credentials: Credentials;
  /** Limit of one request, default 30. */
  readonly timeoutSeconds?: number;
}

/** A certificate as a server presents it, before it is trusted. */
export interface PresentedCertificate {
  /** SHA-256, colon form, upper case. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly names: readonly string[];
}
