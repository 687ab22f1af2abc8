import { ProxmoxError, type ProxmoxErrorDetails, type ProxmoxErrorKind } from "../errors.js";
import { grantLine, roleWith } from "./advice.js";
import { DeadlineError } from "./deadline.js";
import type { ErrorContext } from "./error-context.js";
import { TransportFailure } from "./failure.js";
import { recordOf } from "./numbers.js";
import { redact } from "./redact.js";
import type { TransportAnswer } from "./transport.js";

/** The one table from what Proxmox answers, or why it can't, to a kind and a sentence. */

interface AnswerRow {
  readonly kind: ProxmoxErrorKind;
  readonly status: (status: number) => boolean;
  /** Proxmox's words; every row without is a fallback for its status. */
  readonly words?: RegExp;
  /** What to do, after what was tried and what Proxmox said. */
  readonly advice: (context: ErrorContext, match: RegExpExecArray | null) => string;
}

const is =
  (...wanted: readonly number[]) =>
  (status: number): boolean =>
    wanted.includes(status);

/** Most refusals are 500, and some parameter errors of the same meaning 400. */
const refusal = is(400, 500);

const permissionFailed = /^Permission check failed(?: \((\/[^,)]*), ([^)]+)\)| \()?/u;

const renewToken = "Make a new one, or prolong it, under Datacenter › Permissions › API Tokens";

const answerRows: readonly AnswerRow[] = [
  {
    kind: "not-authenticated",
    status: is(401),
    words: /authentication failure/u,
    advice: () =>
      "User, password or one-time code are not right. The user needs its realm, such as root@pam or me@pve.",
  },
  {
    kind: "not-authenticated",
    status: is(401),
    advice: ({ identity }) =>
      identity?.includes("!") === true
        ? `The token ${identity} does not exist, has expired, is disabled, or its secret is another. ${renewToken}, or with pveum user token add.`
        : "The login has expired or the user is disabled. Log in again.",
  },
  {
    kind: "forbidden",
    status: is(403),
    words: permissionFailed,
    advice: forbiddenAdvice,
  },
  {
    kind: "forbidden",
    status: is(403),
    advice: () => "",
  },
  {
    kind: "not-found",
    status: refusal,
    words: /^Configuration file '(?:nodes\/([^/']+)\/)?[^']*' does not exist/u,
    advice: (_context, match) =>
      match?.[1] === undefined
        ? "It does not exist any more."
        : `It is not on node ${match[1]}: it was removed or has moved. Read the inventory again.`,
  },
  {
    kind: "not-found",
    status: refusal,
    words: /hostname lookup '([^']+)' failed|no such cluster node '([^']+)'/u,
    advice: (_context, match) => `The cluster has no node ${match?.[1] ?? match?.[2] ?? "of that name"}.`,
  },
  {
    kind: "not-found",
    status: refusal,
    words: /no such (?:task|user|group|role|token)|RRD error: .*No such file|\bdoes not exist$/u,
    advice: () => "It does not exist, or not any more.",
  },
  {
    kind: "locked",
    status: refusal,
    words: /(?:CT|VM) is locked \(([\w-]+)\)/u,
    advice: (_context, match) =>
      `Proxmox holds it for “${match?.[1] ?? "?"}”. Wait for that task, or look at it in the task list.`,
  },
  {
    kind: "locked",
    status: refusal,
    words: /can't lock file '[^']*' - got timeout/u,
    advice: () => "Another task is working on it. Try again when that has ended.",
  },
  {
    kind: "conflict",
    status: refusal,
    words: /detected modified configuration/u,
    advice: () => "Somebody changed it in the meantime; nothing was written. Read it again and decide anew.",
  },
  {
    kind: "no-quorum",
    status: refusal,
    words: /no quorum|unable to open file '\/etc\/pve\/[^']*' - (?:Permission denied|Read-only file system)/u,
    advice: () =>
      "The cluster has lost its quorum and refuses every write. See “pvecm status” on a node; reads still work.",
  },
  {
    kind: "invalid-parameter",
    status: is(400),
    advice: () => "",
  },
  {
    kind: "refused",
    status: is(500),
    words: /CT (\d+) (already|not) running/u,
    advice: () => "",
  },
  {
    kind: "unreachable",
    status: is(404, 405),
    advice: () => "The API of Proxmox VE never says that: something else answers there. Check host and port.",
  },
  {
    kind: "refused",
    status: is(501),
    advice: () => "This version of Proxmox VE does not know the call, or something else answers at this address.",
  },
];

/** Proxmox's own words: the body's message, else the reason phrase, on one line. */
function wordsOf(answer: TransportAnswer, body: Readonly<Record<string, unknown>>): string {
  const message = typeof body["message"] === "string" ? body["message"] : "";
  return (message.trim() === "" ? answer.reason : message).trim().replaceAll(/\s*\n\s*/gu, "; ");
}

/** Turns an answer that is not a success into its error. */
export function answerToError(answer: TransportAnswer, context: ErrorContext): ProxmoxError {
  const clean = (text: string): string => redact(text, context.secrets ?? []);
  const body = parseBody(answer.body);
  const { status } = answer;
  const words = clean(wordsOf(answer, recordOf(body)));
  if (status >= 595 && status <= 599) return proxyError(answer, words, context);
  // A redirect carries nothing out, not even a write.
  if (status >= 300 && status < 400) return notProxmox({ ...context, write: false }, `redirects elsewhere (${status})`);
  if (is(502, 503, 504)(status)) return gatewayError(status, words, context);

  const parameters = parametersOf(recordOf(body)["errors"], clean);
  const text = [words, ...Object.values(parameters)].join("; ");
  const row = answerRows.find((candidate) => candidate.status(status) && (candidate.words?.test(text) ?? true));
  const kind = row?.kind ?? "refused";
  const faults = Object.entries(parameters).map(([name, fault]) => `${name}: ${fault}`);
  const said = [words.replace(/\.$/u, ""), ...(faults.length === 0 ? [] : [faults.join("; ")])].join(": ");
  const privilege = kind === "forbidden" ? missingPrivilege(words) : undefined;
  return new ProxmoxError(
    kind,
    sentence(context, `Proxmox answered ${status} “${said}”`, row?.advice(context, row.words?.exec(text) ?? null)),
    {
      ...detailsOf(context),
      answer: words,
      status,
      ...(faults.length > 0 && { parameters }),
      ...(privilege !== undefined && { privilege }),
    },
  );
}

/** 595 to 599: pveproxy could not reach the daemon that had to answer, its own or another node's. */
function proxyError(answer: TransportAnswer, words: string, context: ErrorContext): ProxmoxError {
  const details = { ...detailsOf(context), answer: words, status: answer.status };
  const said = `${context.endpoint} answered ${answer.status} “${words}”`;
  // 595: no connection, so nothing was carried out. From 596 on the request may have arrived.
  if (context.write && answer.status !== 595) return unknownOutcome(context, said, details);
  if (context.node === undefined) {
    return new ProxmoxError(
      "unreachable",
      sentence(context, said, "Its API daemon does not answer. See “systemctl status pvedaemon” there."),
      details,
    );
  }
  return new ProxmoxError(
    "node-offline",
    sentence(context, said, `Node ${context.node} does not answer: it is off, cut off or hung.`),
    { ...details, node: context.node },
  );
}

function gatewayError(status: number, words: string, context: ErrorContext): ProxmoxError {
  const details = { ...detailsOf(context), answer: words, status };
  const said = `${context.endpoint} answered ${status} “${words}”`;
  return context.write && status !== 503
    ? unknownOutcome(context, said, details)
    : new ProxmoxError(
        "unreachable",
        sentence(context, said, "A proxy before Proxmox VE answered instead. Ask a node itself, on port 8006."),
        details,
      );
}

/** For whatever answers in HTTP but not as Proxmox does. */
export function notProxmox(context: ErrorContext, said: string): ProxmoxError {
  const what = `${context.endpoint} ${said}`;
  return context.write
    ? unknownOutcome(context, what, detailsOf(context))
    : new ProxmoxError(
        "unreachable",
        sentence(context, what, "That is not the API of Proxmox VE. Check host and port, which is usually 8006."),
        detailsOf(context),
      );
}

function unknownOutcome(context: ErrorContext, said: string, details: ProxmoxErrorDetails): ProxmoxError {
  return new ProxmoxError(
    "outcome-unknown",
    `Could not learn whether Proxmox did it: ${context.attempted}. ${capital(said)}. ` +
      "It was sent once and will not be sent again by itself. Read the state back.",
    details,
  );
}

/** Turns whatever kept an answer from coming into its error. Errors of this kind pass through. */
export function failureToError(error: unknown, context: ErrorContext, signal?: AbortSignal): ProxmoxError {
  if (error instanceof ProxmoxError) return error;
  if (error instanceof TransportFailure && error.error !== null) return error.error;
  const sent = error instanceof TransportFailure && error.phase === "sent";
  const cause: unknown = signal?.aborted === true ? signal.reason : error;
  const details = detailsOf(context);
  if (error instanceof TransportFailure && error.distrust !== null) return untrusted(error, context);
  if (cause instanceof DeadlineError) {
    const said = `${context.endpoint} did not answer within ${cause.seconds} seconds`;
    return context.write && sent
      ? unknownOutcome(context, said, details)
      : new ProxmoxError(
          "timed-out",
          sentence(context, said, sent ? "It may be overloaded. Try again." : timeAdvice),
          details,
        );
  }
  if (cause instanceof TransportFailure) {
    const text = redact(cause.message, context.secrets ?? []);
    if (sent && context.write) return unknownOutcome(context, `the connection broke: ${text}`, details);
    const [said, advice] = failureWords(cause, text);
    return new ProxmoxError("unreachable", sentence(context, `${context.endpoint} ${said}`, advice), details);
  }
  return context.write && sent
    ? unknownOutcome(context, "it was cancelled before the answer came", details)
    : new ProxmoxError("cancelled", `Cancelled: ${context.attempted}.`, details);
}

const timeAdvice = "Is the host on, and does a firewall let this machine through to the port?";

type FailureWords = readonly [said: string, advice: string];

const failureRows: readonly (readonly [codes: RegExp, words: (text: string) => FailureWords])[] = [
  [
    /^ECONNREFUSED$/u,
    () => ["refuses the connection", "Is it the right port (usually 8006), and does pveproxy run there?"],
  ],
  [/^ENOTFOUND$/u, () => ["is not known to the name server", "Check the host name, or use the address."]],
  [/^EAI_AGAIN$/u, () => ["could not be looked up: the name server does not answer", "Try again, or use the address."]],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL)$/u,
    () => ["can't be reached from here: no route", timeAdvice],
  ],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|DeadlineError)$/u, () => ["does not answer", timeAdvice]],
  [
    /^(?:ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO|ERR_SSL_UNEXPECTED_MESSAGE)$/u,
    () => [
      "speaks something other than TLS there, probably plain HTTP",
      "Check the port: the API of Proxmox VE is on 8006.",
    ],
  ],
  [/^ERR_SSL_/u, (text) => [`could not agree on TLS: ${text}`, "Check host and port."]],
  [
    /^(?:HPE_|HTTPParserError|UND_ERR_RES_CONTENT_LENGTH)/u,
    () => ["does not answer in HTTP as it should", "Is that Proxmox VE? Check host and port."],
  ],
  [
    /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/u,
    () => ["sent an answer larger than any of Proxmox VE's", "Is that Proxmox VE? Check host and port."],
  ],
  [
    /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/u,
    () => ["took the request and fell silent", "It may be overloaded. Try again."],
  ],
  [/^TRUNCATED$/u, () => ["sent only a part of its answer", "Try again."]],
  [/^CLOSED$/u, () => ["was not asked: the connection has been closed here", "Connect again."]],
  [/./u, (text) => [`broke the connection: ${text}`, "Try again, and see pveproxy's log there if it stays so."]],
];

function failureWords(failure: TransportFailure, text: string): FailureWords {
  const row = failureRows.find(([codes]) => codes.test(failure.code));
  return row?.[1](text) ?? [text, ""];
}

/** What OpenSSL and Node say of chains, in words. */
const distrustWords: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "was not issued for this host name",
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet (are the clocks right?)",
  SELF_SIGNED_CERT_IN_CHAIN: "comes from an authority that is not trusted here",
  DEPTH_ZERO_SELF_SIGNED_CERT: "is signed by itself alone",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT: "comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "comes from an authority that is not the one given",
  CERT_SIGNATURE_FAILURE: "has a signature that is not the authority's",
};

const howToCompare =
  "compare it on the node itself: “pvenode cert info”, or “openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256”";

function untrusted(failure: TransportFailure, context: ErrorContext): ProxmoxError {
  const presented = failure.distrust?.presented ?? null;
  const details = { ...detailsOf(context), ...(presented !== null && { fingerprint: presented }) };
  if (failure.code === "FINGERPRINT_MISMATCH") {
    const trusted = context.trusted ?? [];
    return new ProxmoxError(
      "untrusted-certificate",
      sentence(
        context,
        `${context.endpoint} presents the certificate ${presented ?? "(none)"}, but trusted ${trusted.length === 1 ? "is" : "are"} ${trusted.join(" or ")}; nothing was sent to it`,
        `If it was renewed, ${howToCompare}, and then trust the new fingerprint.`,
      ),
      details,
    );
  }
  const why = distrustWords[failure.code] ?? `can't be verified (${failure.code})`;
  return new ProxmoxError(
    "untrusted-certificate",
    sentence(
      context,
      `the certificate of ${context.endpoint}${presented === null ? "" : ` (${presented})`} ${why}; nothing was sent to it`,
      `Give the cluster's own authority (/etc/pve/pve-root-ca.pem), or trust the fingerprint after you ${howToCompare}.`,
    ),
    details,
  );
}

function missingPrivilege(words: string): ProxmoxErrorDetails["privilege"] {
  const [, path, privileges] = permissionFailed.exec(words) ?? [];
  if (path === undefined || privileges === undefined || /\s/u.test(privileges.trim())) return undefined;
  return { path, privileges: privileges.split("|").map((privilege) => privilege.trim()) };
}

function forbiddenAdvice(context: ErrorContext, match: RegExpExecArray | null): string {
  const words = match?.[0] ?? "";
  const privilege = missingPrivilege(words);
  // Other words in brackets say why themselves: some things are for root@pam alone.
  if (privilege === undefined && words.includes("(")) return "";
  const separated =
    context.identity?.includes("!") === true
      ? "A token with privilege separation has nothing but what it is given itself."
      : "";
  if (privilege === undefined) return separated;
  const { path, privileges } = privilege;
  const grant = grantLine(path, context.identity, roleWith(privileges));
  return `Missing is ${privileges.join(" or ")} on ${path}. As root on a node: ${grant}. ${separated}`.trim();
}

function parametersOf(errors: unknown, clean: (text: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(recordOf(errors)).flatMap(([name, fault]) =>
      typeof fault === "string" ? [[name, clean(fault.trim().replaceAll(/\s*\n\s*/gu, "; "))]] : [],
    ),
  );
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Many errors have an empty or a plain body; the reason phrase says the same.
    return null;
  }
}

function detailsOf(context: ErrorContext): ProxmoxErrorDetails {
  return { attempted: context.attempted, endpoint: context.endpoint };
}

function sentence(context: ErrorContext, said: string, advice = ""): string {
  return `Could not ${context.attempted}: ${said.replace(/\.$/u, "")}.${advice === "" ? "" : ` ${advice}`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
