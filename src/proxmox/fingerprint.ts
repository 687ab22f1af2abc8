/**
 * Brings a SHA-256 fingerprint into Proxmox's own form: 32 upper-case pairs with colons.
 * Accepts that form and bare hex, in any case, with spaces around, and the `sha256 Fingerprint=`
 * that openssl prints before it. Returns `null` for anything else.
 */
export function normalizeFingerprint(text: string): string | null {
  const value = text.trim().replace(/^sha-?256(?:\s+fingerprint)?\s*[=:]\s*/iu, "");
  if (!/^(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})$/iu.test(value)) return null;
  const pairs = value.replaceAll(":", "").toUpperCase().match(/../gu) ?? [];
  return pairs.join(":");
}
