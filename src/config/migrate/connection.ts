import { endpointProblem } from "../addresses.js";
import type { Field, Ledger } from "./ledger.js";
import { comment, has, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import type { Values } from "./values.js";
import { count, withDefaults } from "./values.js";

/** The keys with which an older file says where Proxmox is and how to log in. */
export interface OldConnection {
  readonly host: Field | null;
  readonly port?: Field | null;
  readonly user?: Field | null;
  readonly password?: Field | null;
  readonly tokenName?: Field | null;
  readonly tokenValue?: Field | null;
  readonly verify?: Field | null;
  readonly timeout?: Field | null;
}

/** The address of a node as this program wants it; `null` where it is none, which is reported. */
export function nodeAddress(ledger: Ledger, host: string, port: number | string, field: Field): string | null {
  const bare = host
    .replace(/^https?:\/\//u, "")
    .replace(/\/+$/u, "")
    .replace(/^[\w.-]+@(?=[^@]+$)/u, "");
  const bracketed = /^[0-9a-f:]+:[0-9a-f:]+$/iu.test(bare) && (bare.match(/:/gu)?.length ?? 0) > 1 ? `[${bare}]` : bare;
  const url = /(?:^|[^:\]]):\d+$|\]:\d+$/u.test(bracketed) ? `https://${bracketed}` : `https://${bracketed}:${port}`;
  // What a variable will say is not known yet.
  const known = withDefaults(url);
  const problem = known === null ? null : endpointProblem(known);
  if (problem === null) return url;
  ledger.mistake(field, "bad-address", problem.message);
  return null;
}

/** A token with its secret as a reference; `null` where the file has none. */
function tokenOf(values: Values, { user, tokenName, tokenValue }: OldConnection): string | null {
  const secret = values.secret(tokenValue ?? null, "PROXMOX_TOKEN_SECRET");
  if (secret === null) return null;
  const name = values.text(tokenName ?? null);
  const owner = values.text(user ?? null) ?? "root@pam";
  if (name === null) return null;
  const realm = owner.includes("@") || owner.includes("${") ? owner : `${owner}@pam`;
  const id = name.includes("!") ? name : `${realm}!${name}`;
  const known = withDefaults(id);
  return known === null || /^[^\s@!=]+@[^\s@!=]+![^\s@!=]+$/u.test(known) ? `${id}=${secret}` : null;
}

/** Translates the connection. Without a token in the old file the new one refers to `PROXMOX_TOKEN`. */
export function writeConnection(ledger: Ledger, values: Values, file: NewMap, old: OldConnection): void {
  const { host, port, user, password, tokenName, tokenValue, verify, timeout } = old;
  const text = values.text(host);
  const number = values.figure(port ?? null, 8006, { least: 1, most: 65_535, whole: true, noun: "a port" });
  const url = text === null || host === null ? null : nodeAddress(ledger, text, count(number), host);
  if (url !== null) {
    set(file, "connection.url", url, [...(host?.comments ?? []), ...(port?.comments ?? [])]);
    ledger.carried(host, "connection.url");
    ledger.carried(number.field, "connection.url");
  } else ledger.leftOut(number.field, "A port without a usable host leads nowhere.");

  const token = tokenOf(values, old);
  const places = [user, tokenName, tokenValue].filter((field) => field !== undefined && field !== null);
  if (token !== null) {
    set(
      file,
      "connection.token",
      token,
      places.flatMap(({ comments }) => comments),
    );
    for (const field of places) ledger.carried(field, "connection.token");
  }
  if (token === null && (url !== null || (password ?? null) !== null)) {
    const login = password ?? user ?? null;
    const message =
      "This program logs in with an API token, not as a user: set PROXMOX_TOKEN to `user@realm!name=secret`. `lxc-autoscaler doctor` shows which privileges it needs.";
    ledger.variable({ name: "PROXMOX_TOKEN", key: login?.path ?? host?.path ?? "connection", fromClearText: false });
    const said = login === null ? message : ledger.changed(login, "connection.token", message);
    if (login === null)
      ledger.note({
        severity: "warning",
        code: "not-carried",
        key: host?.path ?? null,
        message,
        ...(host === null ? {} : { span: host.span }),
      });
    set(file, "connection.token", "${env:PROXMOX_TOKEN}", [...(login?.comments ?? []), said]);
  }
  for (const field of [password, tokenName, tokenValue, user]) {
    if (field !== undefined && field !== null && !ledger.isSettled(field)) {
      if (field === password) ledger.leftOut(field, "Passwords are not used: the API token takes their place.");
      else
        ledger.leftOut(
          field,
          "The token of the older file is not complete: set PROXMOX_TOKEN to `user@realm!name=secret`.",
        );
    }
  }
  writeVerify(ledger, values, file, verify ?? null);
  if (timeout !== undefined && timeout !== null) {
    const limit = values.optionalFigure(timeout, { least: 0, noun: "a number of seconds" });
    if (limit !== null)
      ledger.idle(
        timeout,
        "The limit of a request is an option here, not part of the file: `--timeout` or PROXMOX_TIMEOUT, 30s unless set.",
      );
  }
}

function writeVerify(ledger: Ledger, values: Values, file: NewMap, verify: Field | null): void {
  if (verify === null) return;
  const verified = values.truth(verify, true);
  if (ledger.isSettled(verify)) return;
  if (verified) {
    ledger.idle(verify, "Certificates are always verified here.");
    return;
  }
  const message =
    "Certificates are always verified here, whatever the older file said. Of a self-signed one give the SHA-256 as `fingerprint` (`pvenode cert info` shows it), or its authority as `ca`.";
  ledger.leftOut(verify, message);
  if (has(file, "connection")) comment(file, "connection", [message]);
}
