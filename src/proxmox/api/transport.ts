import type { Socket } from "node:net";
import type { Dispatcher, Pool } from "undici";
import type { Endpoint } from "../endpoint.js";
import { deadline, reasonOf } from "./deadline.js";
import { codeOf, TransportFailure } from "./failure.js";
import { secureConnection } from "./secure-connection.js";
import type { TrustStore } from "./trust.js";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface TransportRequest {
  readonly method: Method;
  /** With query, as it goes on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Form-encoded; `null` where there is none. */
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/** An answer as it came, whatever its status. */
export interface TransportAnswer {
  readonly status: number;
  /** The reason phrase: Proxmox puts its message there. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface TransportLimits {
  /** Seconds for TCP and TLS together. */
  readonly connectSeconds: number;
  /** Seconds for the headers, and between two pieces of a body. */
  readonly silenceSeconds: number;
  readonly bodyBytes: number;
}

/** Carries requests to one endpoint over kept-alive connections that `trust` accepted. */
export interface Transport extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Sends once. Rejects with {@link TransportFailure}, or with the signal's reason if nothing was sent yet. */
  send(request: TransportRequest): Promise<TransportAnswer>;
}

/** pveproxy has three workers; more than two requests for each only wait there instead of here. */
const connections = 6;

/**
 * Nothing is opened before the first request. An endpoint of `http:` is not encrypted and `trust` not asked: there are none
 * among those of Proxmox VE, see {@link parseEndpoint}. Undici is loaded with it: half a megabyte that `--help` needn't read.
 */
export function openTransport(endpoint: Endpoint, trust: TrustStore, limits: TransportLimits): Transport {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  let pool: Promise<Pool> | null = null;

  const open = async (): Promise<Pool> => {
    const { Pool } = await import("./http-pool.js");
    return new Pool(endpoint.url, {
      connections,
      pipelining: 1,
      // pveproxy closes an idle connection after five seconds: never write on one that is about to go.
      keepAliveTimeout: 3000,
      keepAliveMaxTimeout: 3000,
      headersTimeout: limits.silenceSeconds * 1000,
      bodyTimeout: limits.silenceSeconds * 1000,
      maxResponseSize: limits.bodyBytes,
      connect: endpoint.url.startsWith("http:")
        ? { timeout: limits.connectSeconds * 1000 }
        : (_options, callback) => {
            const limit = deadline(limits.connectSeconds, closing.signal);
            secureConnection(endpoint, trust, limit.signal, (socket) => {
              sockets.add(socket);
              socket.once("close", () => sockets.delete(socket));
            })
              .then(
                (socket) => callback(null, socket),
                (error: unknown) => callback(error instanceof Error ? error : new Error("connection failed"), null),
              )
              .finally(() => limit[Symbol.dispose]());
          },
    });
  };

  return {
    endpoint,
    async send(request) {
      if (closing.signal.aborted) throw reasonOf(closing.signal);
      pool ??= open();
      return await exchange(await pool, request);
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new TransportFailure("connecting", "CLOSED", "the connection was closed on our side"));
      if (pool !== null) await (await pool).destroy(reasonOf(closing.signal));
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One request and its whole answer on a dispatcher. */
function exchange(pool: Dispatcher, request: TransportRequest): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | null = null;
    let head: Omit<TransportAnswer, "body"> | null = null;

    const onAbort = (): void => {
      // Before it starts nothing has been written, and it will not be: onRequestStart sees the signal.
      if (controller === null) finish(() => reject(reasonOf(signal)));
      else controller.abort(reasonOf(signal));
    };
    const finish = (settle: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    if (signal.aborted) {
      reject(reasonOf(signal));
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });

    pool.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: { ...request.headers },
        body: request.body,
      },
      {
        onRequestStart(started) {
          if (signal.aborted) started.abort(reasonOf(signal));
          // Undici starts a request again where it thinks the first start did not count. A write is sent once.
          else if (controller !== null && request.method !== "GET") started.abort(new Error("sent once already"));
          else controller = started;
        },
        onResponseStart(_controller, status, headers, reason) {
          head = { status, reason: reason ?? "", headers };
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const answer = head;
          if (answer === null) return;
          finish(() => resolve({ ...answer, body: Buffer.concat(chunks).toString("utf8") }));
        },
        onResponseError(_controller, error) {
          finish(() => reject(describe(error, controller !== null)));
        },
      },
    );
  });
}

function describe(error: Error, sent: boolean): Error {
  const phase = sent ? "sent" : "connecting";
  if (error instanceof TransportFailure && error.phase === phase) return error;
  // Headers and bodies never stand in these messages; the code says what happened.
  return new TransportFailure(phase, codeOf(error), error.message);
}
