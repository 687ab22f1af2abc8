import type { IncomingHttpHeaders } from "node:http";
import { percentDecode } from "../http/form.js";
import { unauthenticated } from "../http/problem.js";
import type { Accounts, Token, User } from "./accounts.js";
import type { Identity } from "./permissions.js";
import type { Tickets } from "./tickets.js";

/** Whose request it is, from its headers. Throws the 401s of Proxmox. */
export function authenticate(
  headers: IncomingHttpHeaders,
  method: string,
  accounts: Accounts,
  tickets: Tickets,
  seconds: number,
): Identity {
  const header = headers.authorization ?? "";
  if (header.startsWith("PVEAPIToken=")) {
    const identity = byToken(header.slice("PVEAPIToken=".length), accounts, seconds);
    if (identity === null) throw unauthenticated("Authentication failed!");
    return identity;
  }
  const ticket = ticketIn(headers);
  if (ticket === null) throw unauthenticated("No ticket");
  const user = tickets.userOf(ticket, seconds);
  if (user === null || !isActive(accounts.users.get(user), seconds)) throw unauthenticated("Authentication failed!");
  const prevention = headers["csrfpreventiontoken"];
  if (method !== "GET" && !(typeof prevention === "string" && tickets.isPreventionToken(user, prevention, seconds))) {
    throw unauthenticated("Permission denied - invalid csrf token");
  }
  return { user, token: null };
}

/** True for an enabled user or token that has not expired. */
export function isActive(account: User | Token | undefined, seconds: number): boolean {
  if (account === undefined || ("enabled" in account && !account.enabled)) return false;
  return account.expire === 0 || account.expire > seconds;
}

function byToken(text: string, accounts: Accounts, seconds: number): Identity | null {
  const match = /^([^!]+@[^!]+)!([^=:]+)[=:](.+)$/u.exec(text);
  if (match === null) return null;
  const [, userId = "", name = "", secret] = match;
  const user = accounts.users.get(userId);
  const token = user?.tokens.get(name);
  if (!isActive(user, seconds) || !isActive(token, seconds) || token?.secret !== secret) return null;
  return { user: userId, token: name };
}

function ticketIn(headers: IncomingHttpHeaders): string | null {
  const header = /^PVEAuthCookie=(.+)$/u.exec(headers.authorization ?? "")?.[1];
  const cookie = /(?:^|;\s*)PVEAuthCookie=([^;]*)/u.exec(headers.cookie ?? "")?.[1];
  const raw = header ?? cookie;
  if (raw === undefined || raw === "") return null;
  // Sent as it is or percent-encoded; the challenge inside a ticket keeps its own %3A.
  return raw.startsWith("PVE%3A") ? percentDecode(raw) : raw;
}
