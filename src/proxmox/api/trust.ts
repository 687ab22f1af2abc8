import { X509Certificate } from "node:crypto";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { Trust } from "../connection.js";
import { ProxmoxError } from "../errors.js";
import { normalizeFingerprint } from "../fingerprint.js";

/** Why a certificate is not trusted. */
export interface Distrust {
  /** OpenSSL's or Node's word (`DEPTH_ZERO_SELF_SIGNED_CERT`), or `FINGERPRINT_MISMATCH`. */
  readonly code: string;
  /** What was presented, in Proxmox's colon form; `null` if there was no certificate. */
  readonly presented: string | null;
}

/** Judges certificates. Grows only by fingerprints that a trusted endpoint of the same cluster lists. */
export interface TrustStore {
  /** PEM of the only authorities to accept; `undefined`: the system's. */
  readonly authorities: string | undefined;
  /** What is trusted, for messages: fingerprints in colon form. */
  readonly fingerprints: () => readonly string[];
  /** True where fingerprints decide, so that more of them help. */
  readonly pinned: boolean;
  /** `null` where the socket's peer is trusted. Called before a byte is written. */
  readonly judge: (socket: TLSSocket) => Distrust | null;
  /** Adds what a pinned and authenticated endpoint says of its cluster's other nodes. */
  readonly learn: (fingerprints: readonly string[]) => void;
}

/** Reads a {@link Trust}; throws `invalid-parameter` where it holds nothing that could be compared. */
export function trustStore(trust: Trust): TrustStore {
  switch (trust.kind) {
    case "fingerprints":
      return pinnedStore(trust.fingerprints);
    case "authority":
      return authorityStore(trust.pem);
    case "system":
      return {
        authorities: undefined,
        fingerprints: () => [],
        pinned: false,
        judge: (socket) => (socket.authorized ? null : distrust(socket)),
        learn: () => undefined,
      };
  }
}

function pinnedStore(texts: readonly string[]): TrustStore {
  const pins = new Set<string>();
  for (const text of texts) {
    const pin = normalizeFingerprint(text);
    if (pin === null) {
      throw new ProxmoxError(
        "invalid-parameter",
        `“${text.slice(0, 100)}” is not a SHA-256 fingerprint: that is 64 hexadecimal digits, as “pvenode cert info” shows them.`,
      );
    }
    pins.add(pin);
  }
  if (pins.size === 0) {
    throw new ProxmoxError("invalid-parameter", "No fingerprint is given to compare the certificate with.");
  }
  const given = [...pins];
  return {
    authorities: undefined,
    fingerprints: () => given,
    pinned: true,
    // Node's own verdict does not count here: a leaf without its authority is right if its fingerprint is,
    // and with its checks off Node says nothing of a wrong one.
    judge: (socket) => {
      const presented = presentedBy(socket);
      return presented !== null && pins.has(presented) ? null : { code: "FINGERPRINT_MISMATCH", presented };
    },
    learn: (fingerprints) => {
      for (const text of fingerprints) {
        const pin = normalizeFingerprint(text);
        if (pin !== null) pins.add(pin);
      }
    },
  };
}

function authorityStore(pem: string): TrustStore {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu) ?? [];
  const accepted = new Set<string>();
  for (const block of blocks) {
    try {
      accepted.add(new X509Certificate(block).fingerprint256);
    } catch (error) {
      throw new ProxmoxError(
        "invalid-parameter",
        "The file of the certificate authority holds a damaged certificate.",
        {
          ...(error instanceof Error && { answer: error.message }),
        },
      );
    }
  }
  if (accepted.size === 0) {
    throw new ProxmoxError(
      "invalid-parameter",
      "The file of the certificate authority holds no PEM certificate: take /etc/pve/pve-root-ca.pem of a node.",
    );
  }
  return {
    authorities: blocks.join("\n"),
    fingerprints: () => [],
    pinned: false,
    judge: (socket) => {
      if (!socket.authorized) return distrust(socket);
      // An editor may add the system's authorities to every connection. Here only the given ones count.
      return chainOf(socket).some((fingerprint) => accepted.has(fingerprint))
        ? null
        : { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", presented: presentedBy(socket) };
    },
    learn: () => undefined,
  };
}

/** SHA-256 of the leaf the peer presented. */
export function presentedBy(socket: TLSSocket): string | null {
  return socket.getPeerX509Certificate()?.fingerprint256 ?? null;
}

/** SHA-256 of each certificate from the leaf to its root. */
function chainOf(socket: TLSSocket): readonly string[] {
  const fingerprints: string[] = [];
  let certificate: PeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate !== undefined && !fingerprints.includes(certificate.fingerprint256)) {
    fingerprints.push(certificate.fingerprint256);
    certificate = "issuerCertificate" in certificate ? (certificate.issuerCertificate as PeerCertificate) : undefined;
  }
  return fingerprints;
}

function distrust(socket: TLSSocket): Distrust {
  // A code at run time, whatever the types say.
  const reason: unknown = socket.authorizationError;
  return { code: typeof reason === "string" ? reason : "UNKNOWN", presented: presentedBy(socket) };
}
