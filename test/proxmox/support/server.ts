import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { TLSSocket } from "node:tls";
import { connect, type ConnectionOptions, type Gateway } from "../../../src/proxmox/index.js";
import { loopbackNames, makeAuthority, type Identity, type TestAuthority } from "./certificates.js";

export interface SeenRequest {
  readonly method: string;
  /** Path and query, without `/api2/json`. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  /** The reason phrase. */
  readonly reason?: string;
  /** Sent as `{"data": …}`. */
  readonly data?: unknown;
  /** Sent as it stands. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a test's server does with a request: a reply, or whatever it does with the socket itself. */
export type Handler = (request: SeenRequest, raw: ServerResponse) => Reply | "handled" | Promise<Reply | "handled">;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly authority: string;
  readonly requests: readonly SeenRequest[];
  /** Paths asked for so far, with their method. */
  readonly lines: () => readonly string[];
  /** TLS connections accepted so far. */
  readonly connections: () => number;
}

export const token = "root@pam!test=12345678-aaaa-bbbb-cccc-1234567890ab";

let shared: Promise<TestAuthority> | undefined;

/** One authority for all: keys take time. */
export function sharedAuthority(): Promise<TestAuthority> {
  return (shared ??= makeAuthority());
}

/** Starts an HTTPS server of its own on the loopback, with a leaf whose authority it does not send. */
export async function startServer(handler: Handler, identity?: Identity): Promise<TestServer> {
  const authority = await sharedAuthority();
  const leaf = identity ?? (await authority.issue(loopbackNames));
  const requests: SeenRequest[] = [];
  const sockets = new Set<TLSSocket>();
  let connections = 0;
  const server = createServer({ cert: leaf.cert, key: leaf.key }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const request: SeenRequest = {
        method: incoming.method ?? "",
        path: (incoming.url ?? "").replace("/api2/json", ""),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      Promise.resolve(handler(request, response)).then(
        (reply) => (reply === "handled" ? undefined : answer(response, reply)),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    });
  });
  server.on("secureConnection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `https://127.0.0.1:${port}`,
    name: `127.0.0.1:${port}`,
    fingerprint: leaf.fingerprint,
    authority: authority.pem,
    requests,
    lines: () => requests.map(({ method, path }) => `${method} ${path}`),
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, reply: Reply): void {
  const status = reply.status ?? 200;
  const body = reply.body ?? JSON.stringify({ data: reply.data ?? null });
  response.writeHead(status, reply.reason ?? (status === 200 ? "OK" : ""), {
    "content-type": "application/json;charset=UTF-8",
    ...reply.headers,
  });
  response.end(body);
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** A gateway to a test's server, pinned, with a token. */
export function connectTo(server: TestServer, options: Partial<ConnectionOptions> = {}): Gateway {
  return connect({
    endpoints: [server.url],
    trust: { kind: "fingerprints", fingerprints: [server.fingerprint] },
    credentials: { kind: "token", token },
    ...options,
  });
}

/** A Proxmox error as its answers look: reason phrase and body say the same. */
export function refusal(status: number, message: string, errors?: Readonly<Record<string, string>>): Reply {
  return { status, reason: message, body: JSON.stringify({ data: null, message: `${message}\n`, errors }) };
}
