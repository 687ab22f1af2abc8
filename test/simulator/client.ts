import { Agent, request as secureRequest } from "node:https";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Form body. */
  readonly data?: string;
}

/** A bare client: what a test needs to see of an answer, reason phrase included. The certificate is looked at elsewhere. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

  constructor(
    private readonly url: string,
    private readonly token: string | null = null,
  ) {}

  ask(path: string, { method = "GET", token, headers = {}, data }: Asking = {}): Promise<Reply> {
    const used = token ?? this.token;
    return new Promise((resolve, reject) => {
      // Not through URL, which would tidy the path up.
      const { hostname, port } = new URL(this.url);
      const outgoing = secureRequest(
        {
          hostname,
          port,
          path: `/api2/json${path}`,
          method,
          agent: this.agent,
          headers: {
            ...(used === null || used === "-" ? {} : { Authorization: `PVEAPIToken=${used}` }),
            ...(data === undefined
              ? {}
              : { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": Buffer.byteLength(data) }),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              reason: incoming.statusMessage ?? "",
              headers: incoming.headers,
              body: Buffer.concat(chunks).toString("utf8"),
            }),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(data);
    });
  }

  /** `data` of an answer that must be 200. */
  async data<T>(path: string, asking: Asking = {}): Promise<T> {
    const reply = await this.ask(path, asking);
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.reason}`);
    return (JSON.parse(reply.body) as { data: T }).data;
  }

  close(): void {
    this.agent.destroy();
  }
}
