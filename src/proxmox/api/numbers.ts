/**
 * A figure as Proxmox's JSON has it, or `null` if it is none. Some are strings
 * (`"cpus":"1.5"` where only cpulimit is set), and a missing one is unknown, never 0.
 */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/iu.test(value)) return null;
  return Number(value);
}

/** Like {@link numberOf}, for what can't be negative: sizes, shares, durations. */
export function amountOf(value: unknown): number | null {
  const number = numberOf(value);
  return number === null || number < 0 ? null : number;
}

export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" ? String(value) : null;
}

/** Perl's truth in JSON: 1, "1" and true are yes, all else is no. */
export function flagOf(value: unknown): boolean {
  return value === 1 || value === "1" || value === true;
}

/** Tags as Proxmox joins them (`;`), and as people write them (`,` and spaces). */
export function tagsOf(value: unknown): readonly string[] {
  return typeof value === "string" ? value.split(/[;,\s]+/u).filter((tag) => tag !== "") : [];
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}
