import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Control } from "./control.js";
import type { TaskFault } from "./cluster/tasks.js";
import type { Outage } from "./cluster/node.js";
import type { FaultRule } from "./wire/faults.js";

/** The control of a simulator that runs as a child process. For tests alone. */
export interface ControlPath {
  /** `http://127.0.0.1:40124` */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly secret: string;
  close(): Promise<void>;
}

type Operation = (...values: never[]) => unknown;

/** What can be called, by name, with the arguments of {@link Control}. */
function operationsOf(control: Control): Readonly<Record<string, Operation>> {
  const held = new Map<number, () => void>();
  return {
    requests: () => control.requests(),
    forgetRequests: () => control.forgetRequests(),
    connections: () => control.connections(),
    addFault: (rule: FaultRule) => control.addFault(rule),
    removeFault: (id: number) => control.removeFault(id),
    clearFaults: () => control.clearFaults(),
    addTaskFault: (fault: TaskFault) => control.addTaskFault(fault),
    lock: (vmid: number, lock: string) => control.lock(vmid, lock),
    unlock: (vmid: number) => control.unlock(vmid),
    holdLockFile: async (vmid: number) => held.set(vmid, await control.holdLockFile(vmid)).size,
    releaseLockFile: (vmid: number) => held.get(vmid)?.(),
    setConfiguration: (vmid: number, values: Readonly<Record<string, string | number | null>>) =>
      control.setConfiguration(vmid, values),
    configuration: (vmid: number) => control.configuration(vmid),
    damageBackup: (node: string, volume: string) => control.damageBackup(node, volume),
    setVerification: (node: string, volume: string, state: "ok" | "failed") =>
      control.setVerification(node, volume, state),
    manage: (vmid: number, state: string) => control.manage(vmid, state),
    unmanage: (vmid: number) => control.unmanage(vmid),
    replicate: (vmid: number, target: string) => control.replicate(vmid, target),
    meters: (vmid: number) => control.meters(vmid),
    occupy: (name: string, by: { readonly memory?: number; readonly cores?: number } | null) =>
      control.occupy(name, by),
    isRunning: (vmid: number) => control.isRunning(vmid),
    setRunning: (vmid: number, running: boolean) => control.setRunning(vmid, running),
    ignoreShutdown: (vmid: number, ignores?: boolean) => control.ignoreShutdown(vmid, ignores),
    takeNodeDown: (name: string, how?: Outage) => control.takeNodeDown(name, how),
    bringNodeUp: (name: string) => control.bringNodeUp(name),
    setQuorum: (quorate: boolean | null) => control.setQuorum(quorate),
    closeEndpoint: (index?: number) => control.closeEndpoint(index),
    reopenEndpoint: (index?: number) => control.reopenEndpoint(index),
    dropConnections: () => control.dropConnections(),
    changeCertificate: (index?: number) => control.changeCertificate(index),
    advance: (milliseconds: number) => control.advance(milliseconds),
    now: () => control.now(),
  };
}

/**
 * Listens on loopback for `POST /` with `{"call": "takeNodeDown", "arguments": ["pve2"]}`;
 * answers `{"result": …}`, or 400 with `{"error": "…"}`.
 */
export async function openControlPath(
  control: Control,
  address: { readonly host: string; readonly port: number },
): Promise<ControlPath> {
  const secret = randomBytes(24).toString("hex");
  const operations = operationsOf(control);

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.headers.authorization !== `Bearer ${secret}`) return { status: 401, body: { error: "wrong secret" } };
    try {
      const { call, values } = readCall(await bodyOf(request));
      const operation = operations[call];
      if (operation === undefined) return { status: 400, body: { error: `there is no call '${call}'` } };
      const result = await operation(...(values as never[]));
      return { status: 200, body: { result: result ?? null } };
    } catch (error) {
      return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.host}:${port}`,
    secret,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readCall(text: string): { readonly call: string; readonly values: readonly unknown[] } {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || !("call" in parsed) || typeof parsed.call !== "string") {
    throw new Error('the body must be {"call": "…", "arguments": […]}');
  }
  const values: unknown = "arguments" in parsed ? parsed.arguments : [];
  if (!Array.isArray(values)) throw new Error("the arguments must be a list");
  return { call: parsed.call, values };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
