import { isActive } from "../access/authentication.js";
import type { Identity } from "../access/permissions.js";
import { isTotp } from "../access/totp.js";
import { flag, optionalText } from "../http/formats.js";
import { Problem } from "../http/problem.js";
import type { Call, Route } from "./route.js";

const refused = () => new Problem(401, "authentication failure");

/** `POST /access/ticket`: by password, by a ticket that is still good, or by the second factor. */
function login(call: Call): unknown {
  const { cluster, parameters } = call;
  const realm = parameters.text("realm");
  const name = parameters.text("username");
  const id = realm === "" ? name : `${name}@${realm}`;
  const now = cluster.clock.seconds();
  const user = cluster.accounts.users.get(id);
  if (user === undefined || !isActive(user, now)) throw refused();

  const password = parameters.text("password");
  const challenge = parameters.text("tfa-challenge");
  if (challenge !== "") {
    const digits = /^totp:(\d{6})$/u.exec(password)?.[1];
    const right =
      cluster.tickets.isChallengeFor(id, challenge, now) &&
      digits !== undefined &&
      user.totpSecret !== null &&
      isTotp(user.totpSecret, digits, now);
    if (!right) throw refused();
    return granted(call, id);
  }
  if (cluster.tickets.userOf(password, now) === id) return granted(call, id);
  if (user.password === null || user.password !== password) throw refused();
  // The old single-step form with `otp` is refused unless it is a response to a challenge.
  if (/^\d{6}$/u.test(parameters.text("otp"))) throw refused();
  if (user.totpSecret === null) return granted(call, id);
  return {
    NeedTFA: 1,
    ticket: cluster.tickets.issueChallenge(id, now),
    username: id,
    CSRFPreventionToken: cluster.tickets.preventionToken(id, now),
  };
}

function granted(call: Call, id: string): unknown {
  const { cluster } = call;
  const now = cluster.clock.seconds();
  return {
    ticket: cluster.tickets.issue(id, now),
    CSRFPreventionToken: cluster.tickets.preventionToken(id, now),
    username: id,
    ...(cluster.name === null ? {} : { clustername: cluster.name }),
    cap: capabilities(call, { user: id, token: null }),
  };
}

/** Which privileges the web interface may count on, by the part of the tree they are for. */
const capabilityParts: readonly { readonly part: string; readonly root: string; readonly pattern: RegExp }[] = [
  { part: "access", root: "/access", pattern: /^(?:User|Group)\.|^Permissions\.Modify$/u },
  { part: "dc", root: "/", pattern: /^SDN\.|^Sys\.(?:Audit|Modify)$/u },
  { part: "mapping", root: "/mapping", pattern: /^Mapping\.|^Permissions\.Modify$/u },
  { part: "nodes", root: "/nodes", pattern: /^Sys\.|^Permissions\.Modify$/u },
  { part: "sdn", root: "/sdn", pattern: /^SDN\.|^Permissions\.Modify$/u },
  { part: "storage", root: "/storage", pattern: /^Datastore\.|^Permissions\.Modify$/u },
  { part: "vms", root: "/vms", pattern: /^VM\.|^Permissions\.Modify$/u },
];

function capabilities(call: Call, identity: Identity): Record<string, Record<string, 1>> {
  const { permissions } = call.cluster;
  const overview = [...permissions.overview(identity), ["/mapping", permissions.on(identity, "/mapping")] as const];
  return Object.fromEntries(
    capabilityParts.map(({ part, root, pattern }) => {
      const names = overview
        .filter(([path]) => path === root || path.startsWith(root === "/" ? "//" : `${root}/`))
        .flatMap(([, grants]) => [...grants.keys()].filter((privilege) => pattern.test(privilege)));
      return [part, Object.fromEntries(names.map((privilege) => [privilege, 1 as const]))];
    }),
  );
}

/** Logins, and the realms there are. */
export const loginRoutes: readonly Route[] = [
  { method: "GET", path: "/access/ticket", permission: "world", handle: () => null },
  {
    method: "POST",
    path: "/access/ticket",
    parameters: () => ({
      username: { type: "string", maxLength: 64 },
      password: { type: "string" },
      realm: { type: "string", optional: true, maxLength: 32 },
      otp: optionalText,
      "tfa-challenge": optionalText,
      path: { type: "string", optional: true, maxLength: 64 },
      privs: { type: "string", optional: true, maxLength: 64 },
      "new-format": flag,
    }),
    permission: "world",
    protected: true,
    handle: login,
  },
  {
    method: "GET",
    path: "/access/domains",
    permission: "world",
    handle: () => [
      { realm: "pam", type: "pam", comment: "Linux PAM standard authentication" },
      { realm: "pve", type: "pve", comment: "Proxmox VE authentication server" },
    ],
  },
];
