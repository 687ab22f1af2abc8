import type { GuestSpec, LoadKind } from "./specification.js";

/** What a container is for: the frame that a population fills with ids, nodes and seeds. */
export interface Role {
  /** A number is added from the second one on, and always where it ends in a hyphen. */
  readonly name: string;
  readonly load: LoadKind;
  readonly cores: number | null;
  readonly cpulimit: number | null;
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly swap: number;
  /** GiB. */
  readonly disk: number;
  readonly tags: readonly string[];
  readonly pool: string | null;
  readonly description: string;
  readonly stopped?: boolean;
  readonly atLeast?: GuestSpec["atLeast"];
}

/** The demo, container by container: the first is 101. */
export const roles: readonly Role[] = [
  role("web-", "web", 4, 1024, ["web", "production"], "shop", "Web shop, front end"),
  {
    ...role(
      "web-",
      "web",
      2,
      1024,
      ["web", "production"],
      "shop",
      "Web shop, front end; too small since the autumn sale",
    ),
    // In trouble: it wants 1.5 times its CPUs at every hour, and nearly all its memory.
    atLeast: { cpu: 1.5, memory: 0.9 },
  },
  role(
    "web-",
    "spike",
    4,
    2048,
    ["web", "campaign"],
    "shop",
    "Landing pages: quiet, and suddenly ten times the visitors",
  ),
  role("dns", "idle", 1, 256, ["infra", "no-scale"], null, "Resolver"),
  { ...role("db-", "database", 4, 4096, ["db", "production"], "shop", "PostgreSQL, primary"), swap: 1024, disk: 64 },
  role("mail", "web", 2, 2048, ["infra"], null, "Postfix, Dovecot, rspamd"),
  { ...role("batch-", "batch", 2, 2048, ["batch"], "jobs", "Nightly reports and imports"), cpulimit: 2 },
  { ...role("batch-", "batch", 4, 3072, ["batch"], "jobs", "Picture conversion"), cpulimit: 1.5 },
  role("cache-", "idle", 2, 1024, ["cache"], "shop", "Redis"),
  { ...role("db-", "database", 2, 2048, ["db"], "shop", "PostgreSQL, replica"), swap: 1024, disk: 64 },
  role("leak-", "leak", 2, 768, ["app"], "apps", "Feed reader; grows until the kernel kills it"),
  role("wiki", "web", 2, 1024, ["app"], "apps", "MediaWiki"),
  role("git", "web", 4, 3072, ["app"], "apps", "Forgejo"),
  role("runner-", "batch", 4, 4096, ["ci", "batch"], "jobs", "Builds for every push"),
  role("import-", "crash-loop", 1, 512, ["app"], "apps", "Needs more memory to start than it has"),
  role("monitor", "database", 2, 2048, ["infra"], null, "Prometheus and Grafana"),
  role("proxy", "web", 2, 512, ["web", "infra"], null, "HAProxy"),
  { ...role("files", "idle", null, 2048, ["infra"], null, "Samba; no limit of CPUs"), disk: 256 },
  { ...role("forum-old", "idle", 2, 1024, ["app"], null, "Switched off in spring, kept for its data"), stopped: true },
];

/** The template that the demo's linked clones would come from. */
export const goldenTemplate: Role = role(
  "golden",
  "idle",
  2,
  1024,
  ["template"],
  null,
  "Debian 13 with everything a web container needs",
);

function role(
  name: string,
  load: LoadKind,
  cores: number | null,
  memory: number,
  tags: readonly string[],
  pool: string | null,
  description: string,
): Role {
  return { name, load, cores, cpulimit: null, memory, swap: 512, disk: 8, tags, pool, description };
}
