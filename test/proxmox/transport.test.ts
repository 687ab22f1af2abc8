import { createServer as createTlsServer } from "node:tls";
import { createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { describe, expect, test } from "vitest";
import { presentedCertificate, ProxmoxError, type Gateway } from "../../src/proxmox/index.js";
import { connectTo, listen, sharedAuthority, startServer, token, type Handler } from "./support/server.js";
import { loopbackNames, makeAuthority } from "./support/certificates.js";

const versionAnswer: Handler = () => ({ data: { version: "9.1.8", release: "9.1" } });

async function failureOf(promise: Promise<unknown>): Promise<ProxmoxError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProxmoxError)) throw new Error("expected a ProxmoxError", { cause: error });
  return error;
}

async function closing<T>(gateway: Gateway, use: (gateway: Gateway) => Promise<T>): Promise<T> {
  try {
    return await use(gateway);
  } finally {
    await gateway[Symbol.asyncDispose]();
  }
}

describe("trust", () => {
  test("a right leaf passes with its pin alone, without its authority", async () => {
    await using server = await startServer(versionAnswer);
    const version = await closing(connectTo(server), (gateway) => gateway.version());
    expect(version).toEqual({ version: "9.1.8", release: "9.1" });
  });

  test("with a wrong pin the server sees no byte of HTTP", async () => {
    const authority = await sharedAuthority();
    const leaf = await authority.issue(loopbackNames);
    let bytes = 0;
    let accepted = 0;
    const server = createTlsServer({ cert: leaf.cert, key: leaf.key }, (socket) => {
      socket.on("data", (chunk) => (bytes += chunk.length));
      socket.on("error", () => socket.destroy());
    });
    const closed = new Promise<void>((resolve) => {
      server.on("connection", (socket: Socket) => {
        accepted += 1;
        socket.on("close", () => resolve());
      });
    });
    const port = await listen(server as never);
    const wrong = "AA:".repeat(31) + "AA";
    const error = await closing(
      connectTo({ url: `https://127.0.0.1:${port}`, fingerprint: wrong } as never),
      (gateway) => failureOf(gateway.version()),
    );
    await closed;
    server.close();
    expect(accepted).toBe(1);
    expect(bytes).toBe(0);
    expect(error.kind).toBe("untrusted-certificate");
    expect(error.message).toContain(leaf.fingerprint);
    expect(error.message).toContain(wrong);
    expect(error.message).toContain("pvenode cert info");
    expect(error.details.fingerprint).toBe(leaf.fingerprint);
  });
});
