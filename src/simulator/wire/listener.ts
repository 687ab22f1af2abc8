import { createServer as createPlainServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { NodeCertificate } from "./certificates.js";

/** First byte of a TLS record that opens a handshake. */
const tlsHandshake = 0x16;

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free one; the same is taken again after a pause. */
  readonly port: number;
  readonly certificate: NodeCertificate;
  readonly answer: RequestListener;
  /** A request to go on as a web socket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A connection that may not be: destroyed before a byte is exchanged. */
  readonly refuses: () => boolean;
}

/** One `pveproxy`: HTTPS, and on the same port plain HTTP that only points to HTTPS. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** `https://127.0.0.1:40123`. */
  readonly url: string;
  /** Connections accepted so far, whatever came of them. */
  connections(): number;
  /** Presents another certificate from now on and drops the connections made under the old one. */
  present(certificate: NodeCertificate): void;
  /** Stops listening and drops all connections; `resume` takes the same port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  dropConnections(): void;
}

/** Starts listening; resolves once it does. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const secure = createSecureServer(
    { cert: options.certificate.certificate, key: options.certificate.key, minVersion: "TLSv1.2" },
    options.answer,
  );
  secure.on("upgrade", options.upgrade);
  // A client that breaks off the handshake, for instance over a wrong fingerprint, is no event.
  secure.on("tlsClientError", (_error, socket) => socket.destroy());
  const plain = createPlainServer((request, response) => {
    const host = request.headers.host ?? `${options.host}:${port}`;
    response.writeHead(301, "Moved Permanently", { Location: `https://${host}${request.url ?? "/"}` });
    response.end();
  });

  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (options.refuses()) {
      socket.destroy();
      return;
    }
    socket.once("data", (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === tlsHandshake ? secure : plain).emit("connection", socket);
      // Only after the TLS side has taken over the socket, or the first bytes are lost.
      process.nextTick(() => socket.resume());
    });
  });

  const open = (wanted: number) =>
    new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, options.host, () => {
        server.off("error", reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };

  const port = await open(options.port);
  const shownHost = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    host: options.host,
    port,
    url: `https://${shownHost}:${port}`,
    connections: () => accepted,
    present(certificate) {
      secure.setSecureContext({ cert: certificate.certificate, key: certificate.key, minVersion: "TLSv1.2" });
      dropConnections();
    },
    async pause() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      dropConnections();
      await closed;
    },
    async resume() {
      if (!server.listening) await open(port);
    },
    dropConnections,
  };
}
