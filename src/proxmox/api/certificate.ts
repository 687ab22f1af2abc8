import type { X509Certificate } from "node:crypto";
import type { PresentedCertificate } from "../connection.js";

/** Puts a peer's certificate into plain words and values. */
export function describeCertificate(certificate: X509Certificate): PresentedCertificate {
  return {
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: iso(certificate.validFrom),
    validTo: iso(certificate.validTo),
    names: alternativeNames(certificate.subjectAltName),
  };
}

/** Node prints one attribute a line. */
function oneLine(name: string): string {
  return name.split("\n").filter(Boolean).join(", ");
}

/** OpenSSL's `Nov 21 07:11:25 2026 GMT`. */
function iso(time: string): string {
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? time : new Date(parsed).toISOString();
}

/** `DNS:pve1, IP Address:127.0.0.1` → `pve1`, `127.0.0.1`. Entries with quotes hold escaped text and are left whole. */
function alternativeNames(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(", ")
    .filter(Boolean)
    .map((entry) => entry.replace(/^(?:DNS|IP Address):/u, ""));
}
