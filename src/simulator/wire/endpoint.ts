import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cluster } from "../cluster/cluster.js";
import type { SimulatedNode } from "../cluster/node.js";
import type { Resources } from "../cluster/resources.js";
import { answer } from "../http/exchange.js";
import type { NodeCertificate } from "./certificates.js";
import { answerUpgrade } from "./console.js";
import { answerUnder } from "./faults.js";
import type { Faults } from "./faults.js";
import { listen } from "./listener.js";
import type { Listener } from "./listener.js";

/** A request as it arrived, for tests that prove what was sent and how often. */
export interface RequestRecord {
  readonly endpoint: string;
  readonly method: string;
  /** Without `/api2/json`, with its query. */
  readonly path: string;
  /** Simulated time, milliseconds since the epoch. */
  readonly at: number;
  readonly body: string;
}

export interface EndpointOptions {
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly node: SimulatedNode;
  readonly host: string;
  readonly port: number;
  readonly certificate: NodeCertificate;
  readonly faults: Faults;
  readonly onRequest: (record: RequestRecord) => void;
}

/** Listens for one node, with faults between the wire and the API. */
export async function openEndpoint(options: EndpointOptions): Promise<Listener> {
  const { cluster, node, faults } = options;
  let requests = 0;
  let endpoint = "";

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = request;
    const path = url.replace(/^\/api2\/json/u, "");
    const body = await readBody(request);
    // Proxmox tells the time with each answer, and here time may pass otherwise than outside.
    response.setHeader("Date", new Date(cluster.clock.now()).toUTCString());
    options.onRequest({ endpoint, method, path, at: cluster.clock.now(), body });
    if (node.outage?.how === "hung") return;
    requests += 1;
    const worker = requests;
    await answerUnder(faults.strike(method, path), request.socket, response, () =>
      answer({ cluster, resources: options.resources, local: node }, { method, url, headers, body }, worker),
    );
  }

  const listener = await listen({
    host: options.host,
    port: options.port,
    certificate: options.certificate,
    answer: (request, response) => {
      // A client that goes away while it is being listened to is no event either.
      handle(request, response).catch(() => request.socket.destroy());
    },
    upgrade: (request, socket, head) => {
      const path = (request.url ?? "/").replace(/^\/api2\/json/u, "");
      options.onRequest({ endpoint, method: "GET", path, at: cluster.clock.now(), body: "" });
      if (node.outage?.how === "hung") return;
      answerUpgrade(cluster, request, socket, head).catch(() => socket.destroy());
    },
    refuses: () => node.outage?.how === "offline" || node.outage?.how === "refused",
  });
  endpoint = listener.url;
  return listener;
}

/** Bytes of a request's body; a longer one ends the connection. */
const longestBody = 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > longestBody) throw new Error("the body of the request is too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
