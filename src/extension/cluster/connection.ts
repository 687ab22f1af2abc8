/** A connection as it is remembered: everything but the secret. */
export interface SavedConnection {
  /** Ours, never changed. */
  readonly id: string;
  /** For people: the cluster's name once it is known, the address until then. */
  readonly label: string;
  /** `https://host:port`, the first preferred. */
  readonly endpoints: readonly string[];
  /** SHA-256 of certificates, any of which may be presented. */
  readonly fingerprints: readonly string[];
  /** `user@realm!name`. */
  readonly tokenId: string;
}

/** A connection that can be opened. */
export interface Connection extends SavedConnection {
  /** The demo cluster: in this machine's memory, forgotten when the window closes. */
  readonly demo: boolean;
}

/** `https://pve1.example:8006` → `pve1.example:8006`. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/^https:\/\//u, "").replace(/\/+$/u, "");
}

/** Splits `user@realm!name=secret`; `null` for anything else. */
export function splitToken(text: string): { readonly tokenId: string; readonly secret: string } | null {
  const match = /^([^\s@!=]+@[^\s@!=]+![^\s=]+)=(\S+)$/u.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { tokenId: match[1], secret: match[2] };
}

export function isTokenId(text: string): boolean {
  return /^[^\s@!=]+@[^\s@!=]+![A-Za-z][\w.-]+$/u.test(text);
}

/** What was written by an earlier version, or by nobody we know, is left out rather than trusted. */
export function isSavedConnection(value: unknown): value is SavedConnection {
  if (typeof value !== "object" || value === null) return false;
  const { id, label, endpoints, fingerprints, tokenId } = value as Record<string, unknown>;
  const texts = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 0 && list.every((entry) => typeof entry === "string");
  return [id, label, tokenId].every((text) => typeof text === "string") && texts(endpoints) && texts(fingerprints);
}
