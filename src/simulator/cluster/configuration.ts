import { createHash } from "node:crypto";

/** Keys that the API answers as numbers; all others are strings, `cpulimit` included. */
const integerKeys: ReadonlySet<string> = new Set([
  "cores",
  "memory",
  "swap",
  "cpuunits",
  "unprivileged",
  "onboot",
  "protection",
  "template",
  "tty",
  "console",
  "debug",
  "snaptime",
]);

type Values = Map<string, string>;

/** The configuration of one container: `/etc/pve/nodes/<node>/lxc/<vmid>.conf`. */
export class Configuration {
  /** What is in force. The description ends with a line break. */
  readonly current: Values;
  /** New values that wait for a restart. */
  readonly pending: Values = new Map();
  /** Keys to be deleted at a restart. */
  readonly pendingDelete = new Set<string>();
  readonly snapshots = new Map<string, Values>();
  private known: { readonly text: string; readonly digest: string } | null = null;

  constructor(values: Iterable<readonly [string, string]>) {
    this.current = new Map(values);
  }

  get(key: string): string | null {
    return this.current.get(key) ?? null;
  }

  number(key: string): number | null {
    const value = this.current.get(key);
    return value === undefined ? null : Number(value);
  }

  /** Must be called after each change: the digest is computed when it is asked for. */
  changed(): void {
    this.known = null;
  }

  /** The file's text, byte for byte as Proxmox writes it. */
  render(): string {
    return this.rendered().text;
  }

  /** SHA-1 of the file, lower case. */
  digest(): string {
    return this.rendered().digest;
  }

  /** With the pending values unless `current` is asked for, as `GET …/config` answers. */
  toApi(options: { readonly current?: boolean } = {}): Record<string, string | number> {
    const values = new Map(this.current);
    if (options.current !== true) {
      for (const [key, value] of this.pending) values.set(key, value);
      for (const key of this.pendingDelete) values.delete(key);
    }
    return { ...apiValues(values), digest: this.digest() };
  }

  /** One entry a key, as `GET …/pending` answers. */
  pendingToApi(): Record<string, string | number>[] {
    const keys = new Set([...this.current.keys(), ...this.pending.keys(), ...this.pendingDelete]);
    const entries = [...keys].map((key) => {
      const current = this.current.get(key);
      const pending = this.pending.get(key);
      return {
        key,
        ...(current === undefined ? {} : { value: apiValue(key, current) }),
        ...(pending === undefined ? {} : { pending: apiValue(key, pending) }),
        ...(this.pendingDelete.has(key) ? { delete: 1 } : {}),
      };
    });
    return [...entries, { key: "digest", value: this.digest() }];
  }

  /** What a (re)start does: pending values take effect. */
  applyPending(): boolean {
    if (this.pending.size === 0 && this.pendingDelete.size === 0) return false;
    for (const key of this.pendingDelete) this.current.delete(key);
    for (const [key, value] of this.pending) this.current.set(key, value);
    this.pending.clear();
    this.pendingDelete.clear();
    this.changed();
    return true;
  }

  private rendered(): { readonly text: string; readonly digest: string } {
    if (this.known !== null) return this.known;
    const parts = [renderValues(this.current)];
    if (this.pending.size > 0 || this.pendingDelete.size > 0) {
      const pending = new Map(this.pending);
      if (this.pendingDelete.size > 0) pending.set("delete", [...this.pendingDelete].sort().join(","));
      parts.push(`[pve:pending]\n${renderValues(pending)}`);
    }
    for (const [name, values] of [...this.snapshots].sort(([a], [b]) => (a < b ? -1 : 1))) {
      parts.push(`[${name}]\n${renderValues(values)}`);
    }
    const text = parts.join("\n");
    this.known = { text, digest: createHash("sha1").update(text).digest("hex") };
    return this.known;
  }
}

/** Reads a configuration file. */
export function parseConfiguration(text: string): Configuration {
  const configuration = new Configuration([]);
  let section: Values = configuration.current;
  for (const line of text.split("\n")) {
    const heading = /^\[(.+)\]$/u.exec(line)?.[1];
    if (heading === "pve:pending") section = configuration.pending;
    else if (heading !== undefined) configuration.snapshots.set(heading, (section = new Map<string, string>()));
    else if (line.startsWith("#")) {
      section.set("description", `${section.get("description") ?? ""}${decodeURIComponent(line.slice(1))}\n`);
    } else {
      const [, key, value] = /^([^:]+): (.*)$/u.exec(line) ?? [];
      if (key !== undefined && value !== undefined) section.set(key, value);
    }
  }
  for (const key of configuration.pending.get("delete")?.split(",") ?? []) configuration.pendingDelete.add(key);
  configuration.pending.delete("delete");
  return configuration;
}

/** Values of a section as the API answers them. */
export function apiValues(values: ReadonlyMap<string, string>): Record<string, string | number> {
  return Object.fromEntries([...values].map(([key, value]) => [key, apiValue(key, value)]));
}

function apiValue(key: string, value: string): string | number {
  return integerKeys.has(key) ? Number(value) : value;
}

function renderValues(values: ReadonlyMap<string, string>): string {
  const description = (values.get("description") ?? "").replace(/\n$/u, "");
  const comments = values.has("description") ? description.split("\n").map((line) => `#${encodeComment(line)}\n`) : [];
  const lines = [...values.keys()]
    .filter((key) => key !== "description")
    .sort()
    .map((key) => `${key}: ${values.get(key) ?? ""}\n`);
  return [...comments, ...lines].join("");
}

/** Control characters, `%`, `:` and everything outside ASCII are percent-encoded in comments. */
function encodeComment(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x39\x3b-\x7e]+/gu, (part) =>
    [...Buffer.from(part, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
