import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { authenticate } from "../access/authentication.js";
import { nameOf } from "../access/permissions.js";
import type { Identity } from "../access/permissions.js";
import type { Cluster } from "../cluster/cluster.js";
import type { WaitingConsole } from "../cluster/consoles.js";
import type { SimulatedNode } from "../cluster/node.js";
import { headersOf } from "../http/exchange.js";
import { badParameters, forbidden, Problem } from "../http/problem.js";
import { ScriptedShell } from "./shell.js";
import { TerminalFrames } from "./terminal-frames.js";

const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
/** Simulated milliseconds after which a client that proved nothing is let go. */
const refusalDelay = 3_000;

/** `GET …/vncwebsocket` as a web socket: checked as any request is, then a terminal. */
export async function answerUpgrade(
  cluster: Cluster,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  let console: WaitingConsole | null;
  let identity: Identity;
  try {
    ({ console, identity } = await cluster.clock.whileRequestWaits(() => admit(cluster, request)));
  } catch (error) {
    refuse(socket, error instanceof Problem ? error : new Problem(500, String(error)));
    return;
  }
  if (console === null) {
    // Nobody listens at that port.
    socket.destroy();
    return;
  }
  const waiting = console;
  sockets.handleUpgrade(request, socket, head, (client) =>
    converse(cluster, waiting, identity, client, request.socket),
  );
}

async function admit(
  cluster: Cluster,
  request: IncomingMessage,
): Promise<{ readonly console: WaitingConsole | null; readonly identity: Identity }> {
  const url = new URL(request.url ?? "/", "https://localhost");
  const [, node = "", vmid] = /^\/api2\/json\/nodes\/([^/]+)(?:\/lxc\/(\d+))?\/vncwebsocket$/u.exec(url.pathname) ?? [];
  if (node === "") throw new Problem(501, `Method 'GET ${url.pathname}' not implemented`, { lineBreak: false });
  try {
    const identity = authenticate(request.headers, "GET", cluster.accounts, cluster.tickets, cluster.clock.seconds());
    const path = vmid === undefined ? `/nodes/${node}` : `/vms/${vmid}`;
    const privilege = vmid === undefined ? "Sys.Console" : "VM.Console";
    if (!cluster.permissions.may(identity, path, privilege)) throw forbidden(`${path}, ${privilege}`);
    const port = Number(url.searchParams.get("port"));
    if (!(port >= 5900 && port <= 5999)) {
      const bound = port < 5900 ? "minimum value of 5900" : "maximum value of 5999";
      throw badParameters({ port: `value must have a ${bound}` });
    }
    if (!cluster.consoles.isTicket(url.searchParams.get("vncticket") ?? "", identity, path)) {
      throw new Problem(401, "permission denied - invalid PVEVNC ticket");
    }
    return { console: cluster.consoles.take(node, port), identity };
  } catch (error) {
    if (error instanceof Problem && error.status === 401) await cluster.clock.wait(refusalDelay);
    throw error;
  }
}

function refuse(socket: Duplex, problem: Problem): void {
  const { status, message, details } = problem;
  const body =
    details.body === "empty"
      ? null
      : JSON.stringify({ data: null, message: `${message}\n`, ...(details.errors && { errors: details.errors }) });
  const headers = { ...headersOf(body === null ? null : "application/json;charset=UTF-8", body), Connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${message.trim()}\r\n${lines.join("")}\r\n${body ?? ""}`);
}

/** First `user:ticket` and `OK`, then frames one way and bytes the other. */
function converse(
  cluster: Cluster,
  waiting: WaitingConsole,
  identity: Identity,
  client: WebSocket,
  { remoteAddress, remotePort }: Socket,
): void {
  const finish = waiting.connect(`${remoteAddress ?? "127.0.0.1"}:${remotePort ?? 0}`);
  let failure: string | null = null;
  let shell: ScriptedShell | null = null;
  let opening = Buffer.alloc(0);
  const frames = new TerminalFrames();
  client.on("close", () => finish(failure));
  client.on("error", () => client.terminate());

  const refuseLogin = () => {
    failure = "authentication request failed";
    cluster.clock.after(refusalDelay, () => client.terminate());
  };
  const open = (line: string): void => {
    // The older proxy asks for a login by ticket, which a token can't give; the node's shell is not asked.
    const refused = identity.token !== null && waiting.guest !== null && !cluster.tokenConsoles;
    if (refused || line !== `${nameOf(waiting.by)}:${waiting.ticket}`) {
      refuseLogin();
      return;
    }
    client.send(Buffer.from("OK"));
    shell = shellFor(cluster, waiting, client);
    shell.begin();
  };
  client.on("message", (data: Buffer) => {
    if (failure !== null) return;
    let bytes = Buffer.from(data);
    if (shell === null) {
      opening = Buffer.concat([opening, bytes]);
      const end = opening.indexOf("\n");
      if (end === -1) return;
      open(opening.subarray(0, end).toString("utf8"));
      bytes = opening.subarray(end + 1);
    }
    const running: ScriptedShell | null = shell;
    if (running === null) return;
    try {
      for (const frame of frames.push(bytes)) {
        if (frame.kind === "input") running.input(frame.text);
        else if (frame.kind === "resize") running.resize(frame.columns, frame.rows);
      }
    } catch {
      client.terminate();
    }
  });
}

function shellFor(cluster: Cluster, { guest, node, by }: WaitingConsole, client: WebSocket): ScriptedShell {
  const host =
    guest === null
      ? {
          name: node,
          loggedIn: by.user === "root@pam" && by.token === null,
          stays: false,
          memory: megabytesOf(cluster.nodes.get(node)),
        }
      : {
          name: guest.configuration.get("hostname") ?? `CT${guest.vmid}`,
          loggedIn: false,
          stays: true,
          memory: guest.configuration.number("memory") ?? 512,
        };
  return new ScriptedShell(
    host,
    (text) => client.send(Buffer.from(text)),
    () => client.close(),
  );
}

function megabytesOf(node: SimulatedNode | undefined): number {
  return Math.round((node?.specification.memory ?? 0) / 1024 ** 2);
}
