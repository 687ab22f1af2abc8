import type { User } from "../access/accounts.js";
import { nameOf } from "../access/permissions.js";
import type { Identity } from "../access/permissions.js";
import { privilegesOf } from "../access/privileges.js";
import { flag, formats, optionalText } from "../http/formats.js";
import { badParameters, failure, forbidden } from "../http/problem.js";
import { splitList } from "../http/parameters.js";
import type { Asked, Call, Permission, Route } from "./route.js";
import { anyone, needs } from "./route.js";

const userId = { type: "string", maxLength: 64 } as const;
const tokenId = { type: "string", pattern: /[A-Za-z][A-Za-z0-9.\-_]+/u } as const;
const expiry = { type: "integer", optional: true, minimum: 0 } as const;
const tokenPath = "/access/users/{userid}/token/{tokenid}";

function permissions(call: Call): unknown {
  const { cluster, parameters, identity } = call;
  const asked = parseIdentity(parameters.text("userid", nameOf(identity)));
  if (nameOf(asked) !== nameOf(identity)) {
    const ownToken = identity.token === null && asked.user === identity.user;
    if (!ownToken) cluster.permissions.require(identity, "/access", ["Sys.Audit"]);
  }
  const shown = (grants: ReadonlyMap<string, boolean>) =>
    Object.fromEntries([...grants].map(([privilege, propagates]) => [privilege, propagates ? 1 : 0]));
  if (parameters.has("path")) {
    const path = parameters.text("path");
    return { [path]: shown(cluster.permissions.on(asked, path)) };
  }
  return Object.fromEntries([...cluster.permissions.overview(asked)].map(([path, grants]) => [path, shown(grants)]));
}

function parseIdentity(text: string): Identity {
  const [user = "", token] = text.split("!");
  return { user, token: token ?? null };
}

/** The user themselves by ticket, or whoever may modify users. */
const selfOrUserModify: Permission = ({ cluster, identity, raw }: Asked) => {
  if (identity.token === null && raw.get("userid") === identity.user) return;
  const known = cluster.accounts.users.has(raw.get("userid") ?? "");
  if (!known || !cluster.permissions.may(identity, "/access/groups", "User.Modify")) throw forbidden();
};

function userOf(call: Call): User {
  const id = call.parameters.text("userid");
  const user = call.cluster.accounts.users.get(id);
  if (user === undefined) throw failure(`no such user ('${id}')`);
  return user;
}

async function requireWritableUsers(call: Call, what: string): Promise<void> {
  if (call.cluster.isQuorate()) return;
  // The lock on user.cfg is tried for ten seconds.
  await call.cluster.clock.wait(9_900);
  throw failure(`${what}cfs-lock 'file-user_cfg' error: no quorum!`);
}

async function createToken(call: Call): Promise<unknown> {
  const { cluster, parameters } = call;
  const user = userOf(call);
  const name = parameters.text("tokenid");
  await requireWritableUsers(call, "generating token failed: ");
  if (user.tokens.has(name)) throw badParameters({ tokenid: "Token already exists." });
  const given = (key: string) => (parameters.has(key) ? { [key]: parameters.text(key) } : {});
  const full = cluster.accounts.addToken(user.id, name, {
    privilegeSeparation: parameters.flag("privsep", true),
    expire: parameters.number("expire") ?? 0,
    ...(parameters.has("comment") ? { comment: parameters.text("comment") } : {}),
  });
  return {
    "full-tokenid": `${user.id}!${name}`,
    value: full.slice(full.indexOf("=") + 1),
    // What was given comes back as text, the default as a number.
    info: {
      privsep: parameters.has("privsep") ? parameters.text("privsep") : 1,
      ...given("expire"),
      ...given("comment"),
    },
  };
}

function tokenEntry(user: User, name: string): Record<string, unknown> {
  const token = user.tokens.get(name);
  if (token === undefined) throw failure(`no such token '${name}' for user '${user.id}'`);
  return {
    privsep: token.privilegeSeparation ? 1 : 0,
    expire: token.expire,
    ...(token.comment === null ? {} : { comment: token.comment }),
  };
}

function acl(call: Call): unknown {
  const { cluster, identity } = call;
  return cluster.accounts
    .acl()
    .filter(
      (entry) =>
        cluster.permissions.may(identity, entry.path, "Permissions.Modify") ||
        (entry.path.startsWith("/vms/") && cluster.permissions.may(identity, entry.path, "VM.Allocate")),
    )
    .map((entry) => ({
      path: entry.path,
      type: entry.type,
      ugid: entry.id,
      roleid: entry.role,
      propagate: entry.propagate ? 1 : 0,
    }));
}

async function changeAcl(call: Call): Promise<null> {
  const { cluster, parameters } = call;
  const ids = [...parameters.list("users"), ...parameters.list("tokens")];
  if (ids.length === 0 && !parameters.has("groups")) {
    const text = "either 'users', 'groups' or 'tokens' is required.";
    throw badParameters({ users: text, groups: text, tokens: text });
  }
  const path = parameters.text("path");
  if (!/^\/(?:$|(?:access|mapping|nodes|pool|sdn|storage|vms)(?:\/|$))/u.test(path)) {
    throw badParameters({ path: `invalid ACL path '${path}'` });
  }
  await requireWritableUsers(call, "ACL update failed: ");
  for (const role of parameters.list("roles")) {
    if (!cluster.accounts.roles.has(role)) throw failure(`ACL update failed: role '${role}' does not exist`);
    for (const id of ids) {
      const [user = "", token] = id.split("!");
      const known = cluster.accounts.users.get(user);
      if (known === undefined) throw failure(`ACL update failed: user '${user}' does not exist`);
      if (token !== undefined && !known.tokens.has(token)) {
        throw failure(`ACL update failed: no such token '${token}' for user '${user}'`);
      }
      if (parameters.flag("delete")) cluster.accounts.revoke(path, id, role);
      else cluster.accounts.grant(path, id, role, { propagate: parameters.flag("propagate", true) });
    }
  }
  return null;
}

async function createRole(call: Call): Promise<null> {
  const name = call.parameters.text("roleid");
  if (/^pve/iu.test(name)) {
    throw badParameters({ roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" });
  }
  await requireWritableUsers(call, "create role failed: ");
  if (call.cluster.accounts.roles.has(name)) throw failure(`create role failed: role '${name}' already exists`);
  call.cluster.accounts.addRole(name, call.parameters.list("privs"));
  return null;
}

async function createUser(call: Call): Promise<null> {
  const { cluster, parameters } = call;
  const id = parameters.text("userid");
  const wrong = formats.userId(id);
  if (wrong !== null) throw failure(wrong);
  await requireWritableUsers(call, "create user failed: ");
  if (cluster.accounts.users.has(id)) throw failure(`create user failed: user '${id}' already exists`);
  cluster.accounts.addUser(id, {
    enabled: parameters.flag("enable", true),
    expire: parameters.number("expire") ?? 0,
    ...(parameters.has("password") ? { password: parameters.text("password") } : {}),
    ...(parameters.has("comment") ? { comment: parameters.text("comment") } : {}),
  });
  return null;
}

const realmTypes: readonly string[] = ["pam", "pve"];

function users(call: Call): unknown {
  const { cluster, identity } = call;
  const audited = cluster.permissions.may(identity, "/access/groups", "Sys.Audit");
  return [...cluster.accounts.users.values()]
    .filter((user) => audited || user.id === identity.user)
    .map((user) => {
      const realm = user.id.split("@")[1] ?? "";
      return {
        userid: user.id,
        enable: user.enabled ? 1 : 0,
        expire: user.expire,
        ...(realmTypes.includes(realm) ? { "realm-type": realm } : {}),
        ...(user.comment === null ? {} : { comment: user.comment }),
      };
    });
}

/** Users, tokens, roles and the access control list. */
export const accessRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/access/permissions",
    parameters: () => ({
      path: optionalText,
      userid: {
        type: "string",
        optional: true,
        pattern: /[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+(?:![A-Za-z][A-Za-z0-9.\-_]+)?/u,
      },
    }),
    permission: anyone,
    handle: permissions,
  },
  { method: "GET", path: "/access/users", permission: anyone, protected: true, handle: users },
  {
    method: "POST",
    path: "/access/users",
    parameters: () => ({
      userid: userId,
      password: { type: "string", optional: true, minLength: 8, maxLength: 64 },
      comment: { type: "string", optional: true, maxLength: 2048 },
      email: { type: "string", optional: true, maxLength: 254 },
      enable: flag,
      expire: expiry,
      groups: optionalText,
    }),
    permission: ({ cluster, identity, raw }) => {
      const realm = (raw.get("userid") ?? "").split("@")[1] ?? "";
      cluster.permissions.require(identity, `/access/realm/${realm}`, ["Realm.AllocateUser"]);
      cluster.permissions.require(identity, "/access/groups", ["User.Modify"]);
    },
    protected: true,
    handle: createUser,
  },
  {
    method: "DELETE",
    path: "/access/users/{userid}",
    parameters: () => ({ userid: userId }),
    permission: selfOrUserModify,
    protected: true,
    handle: async (call) => {
      const user = userOf(call);
      await requireWritableUsers(call, "deleting user failed: ");
      call.cluster.accounts.removeUser(user.id);
      return null;
    },
  },
  {
    method: "GET",
    path: "/access/users/{userid}/token",
    parameters: () => ({ userid: userId }),
    permission: selfOrUserModify,
    handle: (call) => {
      const user = userOf(call);
      return [...user.tokens.keys()].map((tokenid) => ({ tokenid, ...tokenEntry(user, tokenid) }));
    },
  },
  {
    method: "GET",
    path: tokenPath,
    parameters: () => ({ userid: userId, tokenid: tokenId }),
    permission: selfOrUserModify,
    handle: (call) => tokenEntry(userOf(call), call.parameters.text("tokenid")),
  },
  {
    method: "POST",
    path: tokenPath,
    parameters: () => ({ userid: userId, tokenid: tokenId, privsep: flag, expire: expiry, comment: optionalText }),
    permission: selfOrUserModify,
    protected: true,
    handle: createToken,
  },
  {
    method: "DELETE",
    path: tokenPath,
    parameters: () => ({ userid: userId, tokenid: tokenId }),
    permission: selfOrUserModify,
    protected: true,
    handle: async (call) => {
      const user = userOf(call);
      const name = call.parameters.text("tokenid");
      tokenEntry(user, name);
      await requireWritableUsers(call, "deleting token failed: ");
      call.cluster.accounts.removeToken(user.id, name);
      return null;
    },
  },
  { method: "GET", path: "/access/acl", permission: anyone, handle: acl },
  {
    method: "PUT",
    path: "/access/acl",
    parameters: () => ({
      path: { type: "string" },
      roles: { type: "string" },
      users: optionalText,
      groups: optionalText,
      tokens: optionalText,
      propagate: flag,
      delete: flag,
    }),
    permission: needs("{path}", "Permissions.Modify"),
    protected: true,
    handle: changeAcl,
  },
  {
    method: "GET",
    path: "/access/roles",
    permission: anyone,
    handle: (call) =>
      [...call.cluster.accounts.roles].map(([roleid, names]) => ({
        roleid,
        privs: [...names].sort().join(","),
        special: /^(?:PVE|Administrator$|NoAccess$)/u.test(roleid) ? 1 : 0,
      })),
  },
  {
    method: "POST",
    path: "/access/roles",
    parameters: (pve) => ({
      roleid: { type: "string" },
      privs: {
        type: "string",
        optional: true,
        format: (value) => {
          const wrong = splitList(value).find((name) => !privilegesOf(pve).includes(name));
          return wrong === undefined ? null : `invalid privilege '${wrong}'`;
        },
      },
    }),
    permission: needs("/access", "Sys.Modify"),
    protected: true,
    handle: createRole,
  },
];
