import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { authenticate } from "../access/authentication.js";
import type { Identity } from "../access/permissions.js";
import type { Cluster } from "../cluster/cluster.js";
import type { SimulatedNode } from "../cluster/node.js";
import type { Resources } from "../cluster/resources.js";
import { parseForm, parseJson, percentDecode } from "./form.js";
import type { RawParameters } from "./form.js";
import { verify } from "./parameters.js";
import { failure, forbidden, Problem } from "./problem.js";
import { compileRoutes } from "./router.js";
import type { Matched } from "./router.js";
import { routes } from "../routes/table.js";
import { pathParameters, Verbatim } from "../routes/route.js";
import type { Route } from "../routes/route.js";

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly contentType: string | null;
  /** Null: no body and no length, as with a bare reason phrase. */
  readonly body: string | null;
}

export interface ExchangeContext {
  readonly cluster: Cluster;
  readonly resources: Resources;
  /** The node the request came in at. */
  readonly local: SimulatedNode;
}

/** A request, read to its end. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const jsonType = "application/json;charset=UTF-8";
const prefix = "/api2/json";
const match = compileRoutes(routes);
/** Milliseconds a refused login waits. */
const refusalDelay = 3_000;

/** Answers one request in the order Proxmox does: login, route, privileges, node, parameters, work. */
export async function answer(context: ExchangeContext, request: ApiRequest, worker: number): Promise<Answer> {
  const { clock } = context.cluster;
  return clock.whileRequestWaits(async () => {
    try {
      return await carryOut(context, request, worker);
    } catch (error) {
      const problem =
        error instanceof Problem ? error : failure(error instanceof Error ? error.message : String(error));
      // Guessing must not be quick.
      if (problem.status === 401) await clock.wait(refusalDelay);
      return render(problem);
    }
  });
}

async function carryOut(context: ExchangeContext, request: ApiRequest, worker: number): Promise<Answer> {
  const { method } = request;
  if (!["GET", "POST", "PUT", "DELETE"].includes(method)) {
    throw new Problem(501, `method '${method}' not available`, { body: "empty" });
  }
  const [target, query] = split(request.url);
  if (target !== prefix && !target.startsWith(`${prefix}/`)) {
    throw new Problem(501, `no such file '${target}'`, { body: "empty" });
  }
  const path = percentDecodeSegments(target.slice(prefix.length));
  const matched = match(method, path);
  const found = matched?.route.since === 9 && context.cluster.pve === 8 ? null : matched;
  const identity = identify(context, request, method, found);
  if (found === null) {
    throw new Problem(501, `Method '${method} ${percentDecode(path)}' not implemented`, { lineBreak: false });
  }
  const { route, placeholders } = found;
  const raw: RawParameters = parseForm(query);
  for (const [key, value] of parseBody(request)) raw.set(key, value);
  for (const [key, value] of placeholders) raw.set(key, value);
  if (route.ticketOnly === true && identity.token !== null) {
    throw forbidden(`URI '${path}' not available with API token, need proper ticket.\n`);
  }
  if (route.permission !== "world") route.permission({ cluster: context.cluster, identity, raw });
  await reachNode(context, route, placeholders.get("node"));

  const schema = route.parameters?.(context.cluster.pve) ?? {};
  const inPath = Object.entries(pathParameters).filter(([name]) => placeholders.has(name));
  const parameters = verify({ ...Object.fromEntries(inPath), ...schema }, raw);
  const beside: Record<string, unknown> = {};
  const data = await route.handle({ ...context, identity, parameters, worker, beside });
  return success(data, beside);
}

function identify(
  context: ExchangeContext,
  request: ApiRequest,
  method: string,
  found: Matched<Route> | null,
): Identity {
  if (found?.route.permission === "world") return { user: "", token: null };
  const { accounts, tickets, clock } = context.cluster;
  return authenticate(request.headers, method, accounts, tickets, clock.seconds());
}

/** Goes to the node in the path, as the proxy does: the name must resolve and the host must answer. */
async function reachNode(context: ExchangeContext, route: Route, name: string | undefined): Promise<void> {
  const { cluster, local } = context;
  const daemonDown = local.outage?.how === "daemon" && route.protected === true;
  if (name === undefined || name === local.name || name === "localhost") {
    if (daemonDown) throw bare(595, "Connection refused");
    return;
  }
  const node = cluster.nodes.get(name);
  if (node === undefined) {
    throw failure(
      `hostname lookup '${name}' failed - failed to get address info for: ${name}: Temporary failure in name resolution`,
    );
  }
  if (route.proxied === false || node.outage === null) return;
  switch (node.outage.how) {
    case "refused":
      throw bare(595, "Connection refused");
    case "daemon":
      if (route.protected === true) throw bare(595, "Connection refused");
      return;
    case "hung":
      await cluster.clock.wait(30_000);
      throw bare(596, "Connection timed out");
    case "offline": {
      // Until the others have noticed, packets vanish; after that there is no route.
      const noticed = !node.isOnline();
      await cluster.clock.wait(noticed ? 3_000 : 30_000);
      throw bare(595, noticed ? "No route to host" : "Connection timed out");
    }
  }
}

const bare = (status: number, reason: string) => new Problem(status, reason, { body: "empty" });

function success(data: unknown, beside: Record<string, unknown>): Answer {
  if (data instanceof Verbatim && data.kind === "plain") {
    return { status: 200, reason: "OK", contentType: "text/plain", body: data.text };
  }
  const text = data instanceof Verbatim ? data.text : JSON.stringify(data ?? null);
  const rest = Object.entries(beside)
    .map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join("");
  return { status: 200, reason: "OK", contentType: jsonType, body: `{"data":${text}${rest}}` };
}

function render(problem: Problem): Answer {
  const { status, message, details } = problem;
  const reason = message.trim().replaceAll("\n", " ");
  if (details.body === "empty") return { status, reason, contentType: null, body: null };
  if (details.body === "plain") return { status, reason, contentType: null, body: `${message}\n` };
  const withBreak = details.lineBreak === false ? message : `${message}\n`;
  const body = { data: null, message: withBreak, ...(details.errors === undefined ? {} : { errors: details.errors }) };
  return { status, reason, contentType: jsonType, body: JSON.stringify(body) };
}

/** Sends an answer with the headers of pveproxy. */
export function send(response: ServerResponse, { status, reason, contentType, body }: Answer): void {
  // A reason phrase is bytes of Latin-1 on one line.
  response.writeHead(status, reason.replace(/[^\x20-\x7e\xa0-\xff]/gu, "?"), headersOf(contentType, body));
  response.end(body ?? "");
}

/** The headers of an answer. */
export function headersOf(contentType: string | null, body: string | null): Record<string, string | number> {
  return {
    "Cache-Control": "max-age=0",
    Pragma: "no-cache",
    Server: "pve-api-daemon/3.0",
    ...(body === null ? { "Content-Length": 0 } : { "Content-Length": Buffer.byteLength(body) }),
    ...(contentType === null ? {} : { "Content-Type": contentType }),
  };
}

function split(url: string): [string, string] {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}

/** Decodes each segment, so that an encoded slash does not begin another one. */
function percentDecodeSegments(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.includes("%2F") || segment.includes("%2f") ? segment : percentDecode(segment)))
    .join("/");
}

function parseBody({ headers, body }: ApiRequest): RawParameters {
  if (body === "") return new Map();
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim();
  return type === "application/json" ? parseJson(body) : parseForm(body);
}
