import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import type { ConnectionOptions } from "../connection.js";
import type { Endpoint } from "../endpoint.js";
import { ProxmoxError } from "../errors.js";
import { systemClock, type Clock } from "./clock.js";
import { abortable, deadline } from "./deadline.js";
import type { ErrorContext } from "./error-context.js";
import { answerToError, failureToError, notProxmox } from "./error-table.js";
import { isPassing, TransportFailure } from "./failure.js";
import { recordOf, rowsOf, textOf } from "./numbers.js";
import { endpointsOf } from "./options.js";
import { secureConnection } from "./secure-connection.js";
import { openSession, type Session } from "./session.js";
import { openTransport, type Method, type Transport, type TransportAnswer } from "./transport.js";
import { upgrade } from "./web-socket.js";
import { trustStore, type TrustStore } from "./trust.js";

export type Parameter = string | number | boolean | null | undefined;

export interface ClientRequest {
  readonly method: Method;
  /** Below `/api2/json`, each part already percent-encoded. */
  readonly path: string;
  /** Query of a GET and a DELETE, form of a POST and a PUT. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** In words, as they follow “Could not”. */
  readonly attempted: string;
  readonly signal?: AbortSignal | undefined;
}

/** What was answered, and the server's `Date`. */
export interface ClientAnswer {
  readonly data: unknown;
  readonly date: string | null;
}

const defaultTimeoutSeconds = 30;
const longestConnectSeconds = 10;
/** The certificates of the other endpoints are asked for on the side: not for long, and not at every answer. */
const longestLearnSeconds = 5;
const learnAgainAfter = 60_000;
/** A cluster of 5,000 containers takes 3 MB in one answer. */
const largestAnswer = 64 * 1024 * 1024;

/** Twice more, after about 0.1 to 2 seconds; never for a write. */
const readPolicy = retry(handleWhen(isPassing), {
  maxAttempts: 2,
  backoff: new ExponentialBackoff({ initialDelay: 150, maxDelay: 2000 }),
});

/**
 * Requests to one cluster: authenticated, over whichever of its endpoints can be reached, reads repeated a little,
 * writes sent once. Nothing is sent before the first request. Rejects with {@link ProxmoxError} and nothing else.
 */
export class ApiClient implements AsyncDisposable {
  readonly #transports: readonly Transport[];
  #answeredAt: number | null = null;
  readonly #trust: TrustStore;
  readonly #session: Session;
  readonly #timeoutSeconds: number;
  readonly #closing = new AbortController();
  readonly #sockets = new Set<Socket>();
  #current = 0;
  readonly #clock: Clock;
  #learned: Promise<void> | null = null;
  #learnAfter = 0;

  constructor(options: ConnectionOptions, clock: Clock = systemClock) {
    const endpoints = endpointsOf(options);
    this.#clock = clock;
    this.#timeoutSeconds = options.timeoutSeconds ?? defaultTimeoutSeconds;
    this.#trust = trustStore(options.trust);
    const limits = {
      // With others to turn to, one that is silent may not use up the time of all.
      connectSeconds: Math.min(longestConnectSeconds, this.#timeoutSeconds / endpoints.length),
      // A little more than the limit of the whole, which says better what happened.
      silenceSeconds: this.#timeoutSeconds + 5,
      bodyBytes: largestAnswer,
    };
    this.#transports = endpoints.map((endpoint) => openTransport(endpoint, this.#trust, limits));
    this.#session = openSession(options.credentials, (fields) => this.#logIn(fields), clock);
  }

  /** Where requests go at present. */
  get endpoint(): Endpoint {
    return this.#transport(this.#current).endpoint;
  }

  /** The `Date` of the last answer, in milliseconds since the epoch; `null`: none had one. */
  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  /** `user@realm` or `user@realm!token`. */
  get identity(): string {
    return this.#session.identity;
  }

  async request(request: ClientRequest): Promise<ClientAnswer> {
    const limit = deadline(this.#timeoutSeconds, request.signal, this.#closing.signal);
    try {
      const answer =
        request.method === "GET"
          ? await abortable(
              readPolicy.execute(() => this.#authenticated(request, limit.signal), limit.signal),
              limit.signal,
            )
          : await this.#authenticated(request, limit.signal);
      if (request.method === "GET") await this.#learnOnce(limit.signal);
      return answer;
    } catch (error) {
      throw failureToError(error, this.#context(request), limit.signal);
    } finally {
      limit[Symbol.dispose]();
    }
  }

  /**
   * A request that goes on as a web socket, to the endpoint in use, over a connection of its own that is trusted as every
   * other. `secrets` in it stand in no message.
   */
  async webSocket(request: ClientRequest, secrets: readonly string[]): Promise<WebSocket> {
    const limit = deadline(this.#timeoutSeconds, request.signal, this.#closing.signal);
    const context = this.#context(request);
    const hidden = { ...context, secrets: [...(context.secrets ?? []), ...secrets] };
    try {
      const headers = headersOf(request, await abortable(this.#session.headers(false), limit.signal));
      const socket = await secureConnection(this.endpoint, this.#trust, limit.signal, (opened) => this.#keep(opened));
      const url = `${this.endpoint.url.replace(/^http/u, "ws")}${encode(request).path}`;
      return await upgrade({ socket, url, headers, context: hidden, signal: limit.signal });
    } catch (error) {
      throw failureToError(error, hidden, limit.signal);
    } finally {
      limit[Symbol.dispose]();
    }
  }

  /** Connections beside the pool's, which end with the client. */
  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#closing.abort(new TransportFailure("connecting", "CLOSED", "the connection was closed on our side"));
    this.#session[Symbol.dispose]();
    await Promise.all(this.#transports.map((transport) => transport[Symbol.asyncDispose]()));
  }

  /** With the session's headers; a read whose ticket was not accepted logs in once more. */
  async #authenticated(request: ClientRequest, signal: AbortSignal): Promise<ClientAnswer> {
    const write = request.method !== "GET";
    const headers = await abortable(this.#session.headers(write), signal);
    try {
      return await this.#exchange(request, headers, signal);
    } catch (error) {
      if (!(error instanceof ProxmoxError) || error.kind !== "not-authenticated") throw error;
      if (!this.#session.rejected() || write) throw error;
      return await this.#exchange(request, await abortable(this.#session.headers(write), signal), signal);
    }
  }

  async #logIn(fields: Readonly<Record<string, string>>): Promise<unknown> {
    // Shared by all who wait for it, so it ends with the client and not with the first that gives up.
    const limit = deadline(this.#timeoutSeconds, this.#closing.signal);
    const request: ClientRequest = {
      method: "POST",
      path: "/access/ticket",
      parameters: fields,
      attempted: `log in as ${fields["username"] ?? "?"}`,
    };
    try {
      return (await this.#exchange(request, {}, limit.signal)).data;
    } catch (error) {
      // A login changes nothing: one whose answer was lost has simply failed.
      const context = this.#context(request);
      throw failureToError(
        error,
        { ...context, write: false, secrets: [...(context.secrets ?? []), ...secretsOf(fields)] },
        limit.signal,
      );
    } finally {
      limit[Symbol.dispose]();
    }
  }

  /** Sends to the endpoint in use, and to the next as long as none can be connected to. */
  async #exchange(
    request: ClientRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ClientAnswer> {
    const failures: { readonly endpoint: Endpoint; readonly failure: Error }[] = [];
    const count = this.#transports.length;
    const first = this.#current;
    for (let step = 0; step < count; step += 1) {
      const index = (first + step) % count;
      const transport = this.#transport(index);
      try {
        const answer = await transport.send({ ...encode(request), headers: headersOf(request, headers), signal });
        this.#current = index;
        return this.#read(answer, this.#context(request, transport.endpoint));
      } catch (error) {
        if (error instanceof TransportFailure && error.phase === "sent") this.#current = index;
        if (signal.aborted || !isUnreachable(error)) {
          throw error instanceof TransportFailure && !isPassing(error)
            ? failureToError(error, this.#context(request, transport.endpoint), signal)
            : error;
        }
        failures.push({ endpoint: transport.endpoint, failure: error });
      }
    }
    throw this.#allFailed(failures, request);
  }

  /** A passing failure stays one, so that a read is tried again; else one error names each endpoint. */
  #allFailed(
    failures: readonly { readonly endpoint: Endpoint; readonly failure: Error }[],
    request: ClientRequest,
  ): Error {
    const [only, ...others] = failures;
    if (only === undefined) throw new Error("no endpoint");
    if (others.length === 0 || failures.every(({ failure }) => isPassing(failure))) {
      return isPassing(only.failure)
        ? only.failure
        : failureToError(only.failure, this.#context(request, only.endpoint));
    }
    const each = failures.map(({ endpoint, failure }) => {
      const error = failureToError(failure, this.#context(request, endpoint));
      return error.message.replace(/^Could not [^:]*: /u, "");
    });
    return new ProxmoxError("unreachable", `Could not ${request.attempted}. ${each.join(" ")}`, {
      attempted: request.attempted,
      endpoint: failures.map(({ endpoint }) => endpoint.name).join(", "),
    });
  }

  #read(answer: TransportAnswer, context: ErrorContext): ClientAnswer {
    if (answer.status < 200 || answer.status > 299) {
      const error = answerToError(answer, context);
      // The endpoint's own daemon could not be connected to, so nothing was carried out: as good as unreachable.
      if (answer.status === 595 && context.node === undefined) {
        throw new TransportFailure("connecting", "DAEMON_DOWN", error.message, null, error);
      }
      // A proxy's answer, not Proxmox's: for a read it may be another the next time.
      if (!context.write && [502, 503, 504].includes(answer.status)) {
        throw new TransportFailure("sent", "GATEWAY", error.message, null, error);
      }
      throw error;
    }
    let body: unknown;
    try {
      body = JSON.parse(answer.body);
    } catch {
      // What came tells whose it is: a page is not Proxmox's, a piece of JSON is its own cut short.
      if (/^\s*[[{]/u.test(answer.body) && !context.write) {
        throw new TransportFailure("sent", "TRUNCATED", "the answer ends in the middle");
      }
      throw notProxmox(context, "answered with something other than JSON");
    }
    const fields = recordOf(body);
    if (!("data" in fields)) throw notProxmox(context, "answered with JSON that is not Proxmox's");
    const date = textOf(answer.headers["date"]);
    const time = Date.parse(date ?? "");
    if (!Number.isNaN(time)) this.#answeredAt = time;
    return { data: fields["data"], date };
  }

  /**
   * What a pinned and authenticated endpoint lists as its cluster's certificates is trusted for the other endpoints.
   * Asked once, with the first read that was answered, and only where there are others.
   */
  async #learnOnce(signal: AbortSignal): Promise<void> {
    if (!this.#trust.pinned || this.#transports.length < 2 || this.#clock.now() < this.#learnAfter) return;
    this.#learned ??= this.#learn(signal);
    await this.#learned;
  }

  async #learn(signal: AbortSignal): Promise<void> {
    const attempted = "read the cluster's certificates";
    const limit = deadline(longestLearnSeconds, signal);
    try {
      const { data } = await this.#authenticated({ method: "GET", path: "/nodes", attempted }, limit.signal);
      this.#trust.learn(rowsOf(data).flatMap((row) => textOf(row["ssl_fingerprint"]) ?? []));
    } catch {
      // Not what was asked for, and the given fingerprints still hold: a later answer tries again.
      this.#learned = null;
      this.#learnAfter = this.#clock.now() + learnAgainAfter;
    } finally {
      limit[Symbol.dispose]();
    }
  }

  #transport(index: number): Transport {
    const transport = this.#transports[index];
    if (transport === undefined) throw new RangeError("no such endpoint");
    return transport;
  }

  #context(request: ClientRequest, endpoint: Endpoint = this.endpoint): ErrorContext {
    const node = /^\/nodes\/([^/]+)\//u.exec(request.path)?.[1];
    return {
      attempted: request.attempted,
      endpoint: endpoint.name,
      write: request.method !== "GET" && request.path !== "/access/ticket",
      identity: this.#session.identity,
      secrets: this.#session.secrets(),
      trusted: this.#trust.fingerprints(),
      ...(node !== undefined && { node: decodeURIComponent(node) }),
    };
  }
}

/** All of a login but the name. */
function secretsOf(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => (name === "username" ? [] : [value]));
}

/** Whether the next endpoint may be asked: nothing was sent to this one, and not because it is the wrong one. */
function isUnreachable(error: unknown): error is TransportFailure {
  return (
    error instanceof TransportFailure &&
    error.phase === "connecting" &&
    error.distrust === null &&
    error.code !== "CLOSED"
  );
}

function encode(request: ClientRequest): {
  readonly method: Method;
  readonly path: string;
  readonly body: string | null;
} {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(request.parameters ?? {})) {
    if (value === undefined || value === null) continue;
    // Perl has no false: 0 and 1.
    fields.append(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  const path = `/api2/json${request.path}`;
  const text = fields.toString();
  if (request.method === "POST" || request.method === "PUT") return { method: request.method, path, body: text };
  return { method: request.method, path: text === "" ? path : `${path}?${text}`, body: null };
}

function headersOf(
  request: ClientRequest,
  session: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const form = request.method === "POST" || request.method === "PUT";
  return {
    accept: "application/json",
    "user-agent": "lxc-autoscaler",
    ...(form && { "content-type": "application/x-www-form-urlencoded" }),
    ...session,
  };
}
