import { randomUUID } from "node:crypto";
import { builtInRoles } from "./privileges.js";

export interface Token {
  readonly name: string;
  readonly secret: string;
  readonly privilegeSeparation: boolean;
  /** Seconds since the epoch; 0: never. */
  readonly expire: number;
  readonly comment: string | null;
}

export interface User {
  /** `bob@pve`. */
  readonly id: string;
  password: string | null;
  enabled: boolean;
  /** Seconds since the epoch; 0: never. */
  expire: number;
  readonly comment: string | null;
  /** Base32 secret of the second factor; null without one. */
  readonly totpSecret: string | null;
  readonly tokens: Map<string, Token>;
}

export interface AclEntry {
  readonly path: string;
  readonly type: "user" | "token";
  /** `bob@pve` or `bob@pve!name`. */
  readonly id: string;
  readonly role: string;
  readonly propagate: boolean;
}

export interface UserOptions {
  readonly password?: string;
  readonly enabled?: boolean;
  readonly expire?: number;
  readonly comment?: string;
  readonly totpSecret?: string;
}

export interface TokenOptions {
  /** Default: true, as in Proxmox. */
  readonly privilegeSeparation?: boolean;
  readonly expire?: number;
  readonly comment?: string;
  /** Default: a random UUID. */
  readonly secret?: string;
}

/** Users, tokens, roles and access control list of a cluster: `user.cfg`. */
export class Accounts {
  readonly users = new Map<string, User>();
  readonly roles: Map<string, ReadonlySet<string>>;
  /** Counts every change, so that what was derived from these accounts can be told to be stale. */
  revision = 0;
  private entries: AclEntry[] = [];

  constructor(pve: 8 | 9) {
    this.roles = new Map(builtInRoles(pve));
  }

  addUser(id: string, options: UserOptions = {}): User {
    const user: User = {
      id,
      password: options.password ?? null,
      enabled: options.enabled ?? true,
      expire: options.expire ?? 0,
      comment: options.comment ?? null,
      totpSecret: options.totpSecret ?? null,
      tokens: new Map(),
    };
    this.users.set(id, user);
    this.revision += 1;
    return user;
  }

  /** Adds a token to a user there is and returns what a client sends: `user@realm!name=secret`. */
  addToken(userId: string, name: string, options: TokenOptions = {}): string {
    const user = this.users.get(userId);
    if (user === undefined) throw new Error(`no such user ('${userId}')`);
    const secret = options.secret ?? randomUUID();
    user.tokens.set(name, {
      name,
      secret,
      privilegeSeparation: options.privilegeSeparation ?? true,
      expire: options.expire ?? 0,
      comment: options.comment ?? null,
    });
    this.revision += 1;
    return `${userId}!${name}=${secret}`;
  }

  removeToken(userId: string, name: string): boolean {
    this.revision += 1;
    this.entries = this.entries.filter((entry) => entry.id !== `${userId}!${name}`);
    return this.users.get(userId)?.tokens.delete(name) ?? false;
  }

  removeUser(userId: string): boolean {
    this.revision += 1;
    this.entries = this.entries.filter((entry) => entry.id !== userId && !entry.id.startsWith(`${userId}!`));
    return this.users.delete(userId);
  }

  addRole(name: string, privileges: readonly string[]): void {
    this.roles.set(name, new Set(privileges));
    this.revision += 1;
  }

  /** Gives `id` (a user or `user!token`) a role on a path; the same role on the same path is replaced. */
  grant(path: string, id: string, role: string, options: { readonly propagate?: boolean } = {}): void {
    this.revoke(path, id, role);
    const type = id.includes("!") ? "token" : "user";
    this.entries.push({ path, type, id, role, propagate: options.propagate ?? true });
    this.revision += 1;
  }

  revoke(path: string, id: string, role: string): void {
    this.entries = this.entries.filter((entry) => entry.path !== path || entry.id !== id || entry.role !== role);
    this.revision += 1;
  }

  acl(): readonly AclEntry[] {
    return this.entries;
  }
}
