import { webAddressProblem } from "../addresses.js";
import type { Field, Ledger } from "./ledger.js";
import { append, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import type { Values } from "./values.js";
import { count, withDefaults } from "./values.js";

/** The keys with which an older file says who is told. */
export interface OldNotifications {
  readonly smtp?: {
    readonly server: Field | null;
    readonly port: Field | null;
    readonly username: Field | null;
    readonly password: Field | null;
    readonly from: Field | null;
    readonly to: Field | null;
  };
  readonly gotify?: { readonly url: Field | null; readonly token: Field | null };
  readonly uptimeKuma?: Field | null;
  readonly webhook?: Field | null;
  /** What a variable is called whose value the older file has in clear text. */
  readonly variables: { readonly smtpPassword: string; readonly gotifyToken: string };
}

function address(ledger: Ledger, values: Values, field: Field | null, variable: string): string | null {
  const text = values.text(field);
  if (text === null || field === null) return null;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/iu.test(text)) {
    ledger.variable({ name: variable, key: field.path, fromClearText: true });
    const message = `The address holds a password. The new file refers to it: set the variable ${variable} to the whole address.`;
    ledger.note({ severity: "warning", code: "secret-referenced", key: field.path, message, span: field.span });
    ledger.defect(field, "secret-in-clear-text", "The password in this address stands in clear text.");
    return `\${env:${variable}}`;
  }
  const known = withDefaults(text);
  const problem = known === null ? null : webAddressProblem(known);
  if (problem === null) return text;
  ledger.mistake(field, "bad-address", problem);
  return null;
}

function entry(
  ledger: Ledger,
  file: NewMap,
  fields: readonly (Field | null)[],
  values: readonly (readonly [string, string | number | readonly (string | number)[] | null, Field | null])[],
): void {
  const item = newMap();
  for (const field of fields) item.comments.push(...(field?.comments ?? []));
  for (const [key, value] of values) if (value !== null) set(item, key, value);
  const index = append(file, "notifications", item);
  for (const [key, value, field] of values) if (value !== null) ledger.carried(field, `notifications[${index}].${key}`);
}

/** Translates whom the older program told. It sent everything; so does this one unless `events` says less. */
export function writeNotifications(ledger: Ledger, values: Values, file: NewMap, old: OldNotifications): void {
  if (old.smtp !== undefined) writeEmail(ledger, values, file, old.smtp, old.variables.smtpPassword);
  if (old.gotify !== undefined) writeGotify(ledger, values, file, old.gotify, old.variables.gotifyToken);
  const kuma = address(ledger, values, old.uptimeKuma ?? null, "UPTIME_KUMA_URL");
  if (kuma !== null)
    entry(
      ledger,
      file,
      [old.uptimeKuma ?? null],
      [
        ["type", "uptime-kuma", null],
        ["url", kuma, old.uptimeKuma ?? null],
      ],
    );
  const webhook = address(ledger, values, old.webhook ?? null, "WEBHOOK_URL");
  if (webhook !== null)
    entry(
      ledger,
      file,
      [old.webhook ?? null],
      [
        ["type", "webhook", null],
        ["url", webhook, old.webhook ?? null],
      ],
    );
}

function writeEmail(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  smtp: NonNullable<OldNotifications["smtp"]>,
  variable: string,
): void {
  const fields = [smtp.server, smtp.port, smtp.username, smtp.password, smtp.from, smtp.to];
  if (fields.every((field) => field === null)) return;
  const server = values.text(smtp.server);
  const username = values.text(smtp.username);
  const port = values.figure(smtp.port, 587, { least: 1, most: 65_535, whole: true, noun: "a port" });
  const to = values.texts(smtp.to);
  const from = values.text(smtp.from) ?? username;
  if (server === null || username === null || from === null) {
    for (const field of fields)
      if (field !== null && !ledger.isSettled(field))
        ledger.idle(field, "Without a server, a user and a sender the older program sent no e-mail.");
    return;
  }
  let password = values.secret(smtp.password, variable);
  if (password === null) {
    // The older program took it from this variable too, which the file does not show.
    password = `\${env:${variable}}`;
    ledger.variable({ name: variable, key: "smtp_password", fromClearText: false });
  }
  const recipients = to.length > 0 ? to : [from];
  entry(ledger, file, fields, [
    ["type", "email", null],
    ["server", server, smtp.server],
    ["port", count(port), port.field],
    ["username", username, smtp.username],
    ["password", password, smtp.password],
    ["from", from, smtp.from],
    ["to", recipients, smtp.to],
  ]);
}

function writeGotify(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  gotify: NonNullable<OldNotifications["gotify"]>,
  variable: string,
): void {
  if (gotify.url === null && gotify.token === null) return;
  const url = address(ledger, values, gotify.url, "GOTIFY_URL");
  if (url === null) {
    if (gotify.token !== null && !ledger.isSettled(gotify.token))
      ledger.idle(gotify.token, "Without `gotify_url` nothing was sent to Gotify.");
    return;
  }
  let token = values.secret(gotify.token, variable);
  if (token === null) {
    token = `\${env:${variable}}`;
    ledger.variable({ name: variable, key: "gotify_token", fromClearText: false });
  }
  entry(
    ledger,
    file,
    [gotify.url, gotify.token],
    [
      ["type", "gotify", null],
      ["url", url, gotify.url],
      ["token", token, gotify.token],
    ],
  );
}
