import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { WebSocket } from "ws";
import { answerToError } from "./error-table.js";
import type { ErrorContext } from "./error-context.js";
import { codeOf, TransportFailure } from "./failure.js";

export interface Upgrade {
  /** Connected, and its certificate accepted. */
  readonly socket: TLSSocket;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly context: ErrorContext;
  readonly signal: AbortSignal;
}

/** Goes on as a web socket on a connection that is trusted already. Rejects with what Proxmox answers instead. */
export async function upgrade({ socket, url, headers, context, signal }: Upgrade): Promise<WebSocket> {
  const { WebSocket: Client } = await import("ws");
  return new Promise((resolve, reject) => {
    const client = new Client(url, ["binary"], {
      createConnection: () => socket,
      headers,
      perMessageDeflate: false,
      maxPayload: 16 * 1024 * 1024,
    });
    const settle = (): void => {
      signal.removeEventListener("abort", onAbort);
      client.off("error", onError);
    };
    const onAbort = (): void => {
      settle();
      client.on("error", () => undefined);
      client.terminate();
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    const onError = (error: Error): void => {
      settle();
      reject(new TransportFailure("sent", codeOf(error), error.message));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    client.once("error", onError);
    client.once("open", () => {
      settle();
      resolve(client);
    });
    client.once("unexpected-response", (_request, response) => {
      settle();
      client.on("error", () => undefined);
      readAnswer(response).then(
        (body) =>
          reject(
            answerToError(
              {
                status: response.statusCode ?? 0,
                reason: response.statusMessage ?? "",
                headers: response.headers,
                body,
              },
              context,
            ),
          ),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
    if (signal.aborted) onAbort();
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  response.socket.destroy();
  return Buffer.concat(chunks).toString("utf8");
}
