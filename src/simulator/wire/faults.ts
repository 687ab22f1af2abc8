import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { headersOf, send } from "../http/exchange.js";
import type { Answer } from "../http/exchange.js";

/** What can go wrong between a client and a server. */
export type Fault =
  /** Real milliseconds before the request is looked at. */
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** The connection breaks before the request is looked at: nothing happens. */
  | { readonly kind: "drop" }
  /** The connection breaks after the request was carried out: its outcome stays unknown to the client. */
  | { readonly kind: "drop-after" }
  /** Nothing happens and no answer comes. */
  | { readonly kind: "hang" }
  /** Carried out, but no answer comes. */
  | { readonly kind: "hang-after" }
  /** Headers and half of the body, then nothing more. */
  | { readonly kind: "hanging-body" }
  /** Headers and half of the body, then the connection breaks. */
  | { readonly kind: "truncated-body" }
  /** Another status instead of the answer; the request is not carried out. */
  | { readonly kind: "status"; readonly status: number; readonly reason: string; readonly body?: string }
  /** 200 with a body that is not JSON; the request is not carried out. */
  | { readonly kind: "garbage" };

export type FaultRule = Fault & {
  /** Only requests with this method. */
  readonly method?: string;
  /** Only requests whose path (without `/api2/json`) contains this. */
  readonly path?: string;
  /** Only the first so many matching requests; default: all. */
  readonly times?: number;
  /** Only each so many-th matching request. */
  readonly every?: number;
};

/** Faults in force, by the id under which each can be taken back. */
export class Faults {
  private readonly rules = new Map<number, { readonly rule: FaultRule; left: number; seen: number }>();
  private nextId = 1;

  add(rule: FaultRule): number {
    const id = this.nextId;
    this.nextId += 1;
    this.rules.set(id, { rule, left: rule.times ?? Infinity, seen: 0 });
    return id;
  }

  remove(id: number): void {
    this.rules.delete(id);
  }

  clear(): void {
    this.rules.clear();
  }

  /** The faults that strike this request, each counted. */
  strike(method: string, path: string): Fault[] {
    const found: Fault[] = [];
    for (const entry of this.rules.values()) {
      const { rule } = entry;
      if (entry.left <= 0) continue;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (rule.path !== undefined && !path.includes(rule.path)) continue;
      entry.seen += 1;
      if (entry.seen % (rule.every ?? 1) !== 0) continue;
      entry.left -= 1;
      found.push(rule);
    }
    return found;
  }
}

/** Carries out a request under the faults that strike it. */
export async function answerUnder(
  faults: readonly Fault[],
  socket: Socket,
  response: ServerResponse,
  carryOut: () => Promise<Answer>,
): Promise<void> {
  const has = (kind: Fault["kind"]) => faults.some((fault) => fault.kind === kind);
  for (const fault of faults) {
    if (fault.kind === "latency") await realDelay(fault.milliseconds, socket);
  }
  if (has("drop")) {
    socket.destroy();
    return;
  }
  if (has("hang")) return;
  const instead = faults.find((fault) => fault.kind === "status");
  if (instead?.kind === "status") {
    send(response, { ...instead, contentType: null, body: instead.body ?? null });
    return;
  }
  if (has("garbage")) {
    send(response, { status: 200, reason: "OK", contentType: "text/html", body: "<html>Welcome to the portal" });
    return;
  }
  const answer = await carryOut();
  if (has("hang-after")) return;
  if (has("drop-after")) {
    socket.destroy();
    return;
  }
  if (has("hanging-body") || has("truncated-body")) {
    const body = Buffer.from(answer.body ?? "");
    response.writeHead(answer.status, answer.reason, headersOf(answer.contentType, answer.body));
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
      if (has("truncated-body")) socket.destroy();
    });
    return;
  }
  send(response, answer);
}

/** Waits in real time: what a client measures is real, whatever the simulated clock says. */
function realDelay(milliseconds: number, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    socket.once("close", done);
    function done() {
      clearTimeout(timer);
      socket.off("close", done);
      resolve();
    }
  });
}
