import { isIP, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { Endpoint } from "../endpoint.js";
import { codeOf, TransportFailure } from "./failure.js";
import type { TrustStore } from "./trust.js";

/**
 * Opens a TLS connection and hands it over only when `trust` accepts its certificate; otherwise it is destroyed
 * before a byte of HTTP is written. Without `trust` whatever is presented is handed over, to be looked at.
 * Rejects with {@link TransportFailure} or the signal's reason.
 */
export function secureConnection(
  endpoint: Endpoint,
  trust: TrustStore | null,
  signal: AbortSignal,
  register?: (socket: Socket) => void,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      return;
    }
    const socket = connect({
      host: endpoint.host,
      port: endpoint.port,
      // Names only: an address is no server name in TLS.
      ...(isIP(endpoint.host) === 0 && { servername: endpoint.host }),
      ...(trust?.authorities !== undefined && { ca: trust.authorities }),
      ALPNProtocols: ["http/1.1"],
      minVersion: "TLSv1.2",
      // Node would end the connection for a leaf without its authority. The verdict is `judge`'s, a few lines
      // below, and no byte is written before it: for pins it compares the leaf, otherwise it asks for Node's own.
      rejectUnauthorized: false,
    });
    register?.(socket);
    const settle = (): void => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("secureConnect", onSecure);
      socket.removeListener("close", onClose);
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    const onClose = (): void =>
      fail(new TransportFailure("connecting", "ECONNRESET", "the connection was closed while it was being set up"));
    // Stays in place, also after the socket is handed over: without a listener an error ends the process.
    const onError = (error: Error): void => fail(new TransportFailure("connecting", codeOf(error), error.message));
    const onSecure = (): void => {
      const distrust = trust?.judge(socket) ?? null;
      if (distrust !== null) {
        fail(new TransportFailure("connecting", distrust.code, "the certificate is not trusted", distrust));
        return;
      }
      settle();
      resolve(socket);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", onError);
    socket.once("secureConnect", onSecure);
    socket.once("close", onClose);
  });
}
