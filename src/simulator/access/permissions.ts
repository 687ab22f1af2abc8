import { forbidden } from "../http/problem.js";
import type { Accounts } from "./accounts.js";

/** Who asks: a user by ticket, or one of their tokens. */
export interface Identity {
  /** `bob@pve`. */
  readonly user: string;
  /** Name of the token; null for a ticket. */
  readonly token: string | null;
}

/** `bob@pve` or `bob@pve!name`, as tasks and access lists name it. */
export function nameOf(identity: Identity): string {
  return identity.token === null ? identity.user : `${identity.user}!${identity.token}`;
}

type Grants = ReadonlyMap<string, boolean>;

const nothing: Grants = new Map();

/** Paths that `GET /access/permissions` always looks at, beside those named in the access control list. */
const topLevelPaths = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/sdn/zones", "/storage", "/vms"];

/**
 * Answers what somebody may do where. The deepest entry on a path replaces those above it;
 * a token with privilege separation has what both it and its user have.
 */
export class Permissions {
  private cache = new Map<string, Grants>();
  private revision = -1;
  /** What `root@pam` may do anywhere. */
  private readonly everything: Grants;

  constructor(
    private readonly accounts: Accounts,
    /** Pool of a container, whose grants count for the container too. */
    private readonly poolOf: (vmid: number) => string | null,
  ) {
    this.everything = new Map([...(accounts.roles.get("Administrator") ?? [])].map((name) => [name, true]));
  }

  /** Privilege → whether it propagates. */
  on(identity: Identity, path: string): Grants {
    if (this.revision !== this.accounts.revision) {
      this.cache = new Map();
      this.revision = this.accounts.revision;
    }
    const vmid = /^\/vms\/(\d+)$/u.exec(path)?.[1];
    const pool = vmid === undefined ? null : this.poolOf(Number(vmid));
    const key = `${nameOf(identity)} ${path} ${pool ?? ""}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const grants = this.withPool(identity, path, pool);
    this.cache.set(key, grants);
    return grants;
  }

  may(identity: Identity, path: string, privilege: string): boolean {
    return this.on(identity, path).has(privilege);
  }

  /** Throws 403 for the first privilege that is missing. */
  require(identity: Identity, path: string, privileges: readonly string[]): void {
    const missing = privileges.find((privilege) => !this.may(identity, path, privilege));
    if (missing !== undefined) throw forbidden(`${path}, ${missing}`);
  }

  requireAny(identity: Identity, path: string, privileges: readonly string[]): void {
    if (!privileges.some((privilege) => this.may(identity, path, privilege))) {
      throw forbidden(`${path}, ${privileges.join("|")}`);
    }
  }

  /** All paths with something on them, as `GET /access/permissions` lists them. */
  overview(identity: Identity): Map<string, Grants> {
    const paths = new Set([...topLevelPaths, ...this.accounts.acl().map((entry) => entry.path)]);
    const found = new Map<string, Grants>();
    for (const path of paths) {
      const grants = this.on(identity, path);
      if (grants.size > 0) found.set(path, grants);
    }
    return found;
  }

  private withPool(identity: Identity, path: string, pool: string | null): Grants {
    const direct = this.ofIdentity(identity, path);
    // Nothing can be added to everything: with thousands of containers that is worth a line.
    if (pool === null || direct === this.everything) return direct;
    return new Map([...this.ofIdentity(identity, `/pool/${pool}`), ...direct]);
  }

  private ofIdentity(identity: Identity, path: string): Grants {
    const ofUser = identity.user === "root@pam" ? this.everything : this.granted(identity.user, path);
    if (identity.token === null) return ofUser;
    const token = this.accounts.users.get(identity.user)?.tokens.get(identity.token);
    if (token === undefined) return nothing;
    if (!token.privilegeSeparation) return ofUser;
    const ofToken = this.granted(nameOf(identity), path);
    return new Map([...ofToken].filter(([privilege]) => ofUser.has(privilege)));
  }

  private granted(id: string, path: string): Grants {
    let roles = new Map<string, boolean>();
    for (const ancestor of ancestorsOf(path)) {
      const here = this.accounts
        .acl()
        .filter((entry) => entry.id === id && entry.path === ancestor && (entry.propagate || ancestor === path));
      if (here.length > 0) roles = new Map(here.map((entry) => [entry.role, entry.propagate]));
    }
    if (roles.has("NoAccess")) return nothing;
    const grants = new Map<string, boolean>();
    for (const [role, propagate] of roles) {
      for (const privilege of this.accounts.roles.get(role) ?? []) {
        grants.set(privilege, propagate || (grants.get(privilege) ?? false));
      }
    }
    return grants;
  }
}

/** `/vms/101` → `/`, `/vms`, `/vms/101`. */
function ancestorsOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return ["/", ...parts.map((_part, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}
