import type { OldMap, OldNode } from "./old-tree.js";

/** Keys whose values are secrets, in any of the older formats. */
const secretKey =
  /(?:password|passwd|passphrase|(?:^|_|-)pass|secret|secret_key|token|token_value|api_?keys?|private_key|credentials?)$/iu;
/** Keys that only look like it. */
const harmless = /^(?:.*_path|.*_file|.*_name|proxmox_api_token_name|token_name)$/iu;

export function isSecretKey(key: string): boolean {
  return secretKey.test(key) && !harmless.test(key);
}

/** No file has so many; beyond it values are hidden by their keys alone. */
const mostSecrets = 200;

/** Texts in clear text that must not be printed anywhere. */
export function secretsIn(root: OldMap): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<OldNode>();
  const add = (text: string): void => {
    if (found.size < mostSecrets) found.add(text);
  };
  const look = (node: OldNode, secret: boolean): void => {
    if (seen.has(node) && node.kind !== "scalar") return;
    seen.add(node);
    if (node.kind === "map") for (const { key, value } of node.entries) look(value, secret || isSecretKey(key));
    else if (node.kind === "list") for (const item of node.items) look(item, secret);
    else {
      const text = node.text.trim();
      // Shorter ones would blot out ordinary words; what is a reference alone is none.
      if (secret && text.length >= 4 && !/^\$\{[A-Za-z_]\w*\}$/u.test(text)) add(text);
      const fallback = /^\$\{[A-Za-z_]\w*:-?(.{4,})\}$/su.exec(text)?.[1];
      if (secret && fallback !== undefined) add(fallback);
      const login = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]{1,})@/iu.exec(text)?.[1];
      if (login !== undefined && login.length >= 4) add(login);
    }
  };
  look(root, false);
  return found;
}

/** `password: …` in a comment or a value: all to the end of the line, for a secret may hold blanks. */
const assignment =
  /([\w.-]*(?:password|passwd|passphrase|secret|token(?:_value)?|api[_-]?keys?|private[_-]?key|pass)["']?\s*[=:]\s*)(?!["']?\$\{[A-Za-z_]\w*\}["']?\s*$)\S.*$/gimu;

/** A text with every secret in it blotted out: those of the file, and what looks like one in a comment. */
export function redact(text: string, secrets: ReadonlySet<string>): string {
  let clean = text;
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, "…");
  clean = clean.replace(/([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:)[^/\s@]+@/giu, "$1…@");
  // A whole API token, wherever it stands; `user@realm!name=secret` is how messages describe one.
  clean = clean.replace(/([^\s@!=]+@[^\s@!=]+![^\s@!=]+=)(?!secret\b|\$\{)[^\s`"']+/gu, "$1…");
  return clean.replace(assignment, "$1…");
}
