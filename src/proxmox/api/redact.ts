/** What Proxmox's own secrets look like, for texts that come from elsewhere. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/(PVEAPIToken=[^\s=]+=)[^\s"',;]+/gu, "$1…"],
  [/(PVEAuthCookie=)[^\s"',;]+/gu, "$1…"],
  [/(CSRFPreventionToken["':\s]+)[^\s"',;]+/gu, "$1…"],
  [/PVE:[^\s:]+:[0-9A-F]{8}::[^\s"',;]+/gu, "PVE:…"],
];

/** Replaces every secret in a text with an ellipsis: those we know by value, and whatever looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret)]) {
      // Short ones would tear holes into ordinary words; Proxmox has none that short but one-time codes.
      if (form.length >= 5) clean = clean.replaceAll(form, "…");
    }
  }
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
