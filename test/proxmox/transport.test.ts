import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import {
  connect,
  presentedCertificate,
  ProxmoxError,
  type ConnectionOptions,
  type Gateway,
  type Trust,
} from "../../src/proxmox/index.js";
import { loopbackNames, makeAuthority } from "./support/certificates.js";
import { failureOf } from "./support/failure-of.js";
import {
  connectTo,
  listen,
  refusal,
  sharedAuthority,
  startServer,
  token,
  type Handler,
  type TestServer,
} from "./support/server.js";

const versionAnswer: Handler = () => ({ data: { version: "9.1.8", release: "9.1" } });
const wrongPin = `${"AA:".repeat(31)}AA`;
const cleanup: (() => PromiseLike<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function serve(...given: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...given);
  cleanup.push(() => server[Symbol.asyncDispose]());
  return server;
}

function reach(server: TestServer, options: Partial<ConnectionOptions> = {}): Gateway {
  const gateway = connectTo(server, options);
  cleanup.push(() => gateway[Symbol.asyncDispose]());
  return gateway;
}

/** A gateway to whatever listens on a port of this machine. */
function reachPort(port: number, trust: Trust, options: Partial<ConnectionOptions> = {}): Gateway {
  const gateway = connect({
    endpoints: [`127.0.0.1:${port}`],
    trust,
    credentials: { kind: "token", token },
    ...options,
  });
  cleanup.push(() => gateway[Symbol.asyncDispose]());
  return gateway;
}

interface RawServer {
  readonly port: number;
  readonly sockets: Set<Socket>;
}

/** Listens as one of Node's own servers does, until the test is over. */
async function raw(server: ReturnType<typeof createTcpServer>): Promise<RawServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  const port = await listen(server);
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port, sockets };
}

describe("trust", () => {
  test("a right leaf passes with its pin alone, without its authority", async () => {
    const server = await serve(versionAnswer);
    expect(await reach(server).version()).toEqual({ version: "9.1.8", release: "9.1" });
  });

  test("any of several pins may match, in any form", async () => {
    const server = await serve(versionAnswer);
    const bare = server.fingerprint.replaceAll(":", "").toLowerCase();
    const gateway = reach(server, { trust: { kind: "fingerprints", fingerprints: [wrongPin, bare] } });
    expect((await gateway.version()).release).toBe("9.1");
  });

  test("with a wrong pin the server sees no byte of HTTP", async () => {
    const leaf = await (await sharedAuthority()).issue(loopbackNames);
    let bytes = 0;
    const server = createTlsServer({ cert: leaf.cert, key: leaf.key }, (socket) => {
      socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
      socket.on("error", () => socket.destroy());
    });
    const closed = new Promise((resolve) => server.on("connection", (socket: Socket) => socket.on("close", resolve)));
    const { port, sockets } = await raw(server);
    const error = await failureOf(reachPort(port, { kind: "fingerprints", fingerprints: [wrongPin] }).version());
    await closed;
    expect(sockets.size).toBe(1);
    expect(bytes).toBe(0);
    expect(error.kind).toBe("untrusted-certificate");
    for (const part of [leaf.fingerprint, wrongPin, "pvenode cert info", "openssl x509", `127.0.0.1:${port}`]) {
      expect(error.message).toContain(part);
    }
    expect(error.details.fingerprint).toBe(leaf.fingerprint);
  });

  test("an authority's file verifies chain and address", async () => {
    const server = await serve(versionAnswer);
    const trust = { kind: "authority", pem: server.authority } as const;
    expect((await reach(server, { trust }).version()).release).toBe("9.1");
  });

  test.each<readonly [string, () => Promise<{ trust: Trust; leaf?: Awaited<ReturnType<typeof leafFor>> }>, RegExp]>([
    [
      "another authority",
      async () => ({ trust: { kind: "authority", pem: (await makeAuthority()).pem } }),
      /authority that is not|signature that is not/u,
    ],
    ["the system's authorities", () => Promise.resolve({ trust: { kind: "system" } }), /authority that is not/u],
    [
      "a leaf for another host",
      async () => ({ trust: await ownAuthority(), leaf: await leafFor([{ type: "dns", value: "pve9.example" }]) }),
      /not issued for this host name/u,
    ],
    [
      "a leaf past its time",
      async () => ({
        trust: await ownAuthority(),
        leaf: await leafFor(loopbackNames, new Date(Date.now() - 3_600_000)),
      }),
      /has expired/u,
    ],
  ])("%s is refused before a byte is sent", async (_what, prepare, words) => {
    const { trust, leaf } = await prepare();
    const server = await serve(versionAnswer, leaf);
    const error = await failureOf(reach(server, { trust }).version());
    expect(error.kind).toBe("untrusted-certificate");
    expect(error.message).toMatch(words);
    expect(error.message).toContain(server.fingerprint);
    expect(server.requests).toEqual([]);
  });

  test("what can't be compared with is refused at once", () => {
    const attempt = (trust: Trust) => () =>
      connect({ endpoints: ["pve1"], trust, credentials: { kind: "token", token } });
    expect(attempt({ kind: "fingerprints", fingerprints: [] })).toThrow(ProxmoxError);
    expect(attempt({ kind: "fingerprints", fingerprints: ["AA:BB"] })).toThrow(/not a SHA-256 fingerprint/u);
    expect(attempt({ kind: "authority", pem: "hello" })).toThrow(/holds no PEM certificate/u);
    const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    expect(attempt({ kind: "authority", pem: damaged })).toThrow(/damaged certificate/u);
  });

  test("a certificate is shown before it is trusted, without a request", async () => {
    const server = await serve(versionAnswer);
    const shown = await presentedCertificate(server.url);
    expect(shown).toMatchObject({
      fingerprint: server.fingerprint,
      subject: "CN=pve1, O=Proxmox Virtual Environment",
      issuer: "CN=Proxmox Virtual Environment, O=PVE Cluster Manager CA",
      names: ["127.0.0.1", "localhost"],
    });
    expect(new Date(shown.validTo).toISOString()).toBe(shown.validTo);
    expect(server.requests).toEqual([]);
  });
});

async function leafFor(...given: Parameters<Awaited<ReturnType<typeof sharedAuthority>>["issue"]>) {
  return await (await sharedAuthority()).issue(...given);
}

async function ownAuthority(): Promise<Trust> {
  return { kind: "authority", pem: (await sharedAuthority()).pem };
}

describe("what does not answer as Proxmox does", () => {
  const pinned: Trust = { kind: "fingerprints", fingerprints: [wrongPin] };

  test("nobody on the port", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(reachPort(port, pinned).version());
    expect(error.kind).toBe("unreachable");
    expect(error.message).toMatch(/refuses the connection\. Is it the right port \(usually 8006\)/u);
    expect((await failureOf(presentedCertificate(`127.0.0.1:${port}`))).kind).toBe("unreachable");
  });

  test("plain HTTP on the port", async () => {
    const { port } = await raw(createHttpServer((_request, response) => response.end("hello")));
    const error = await failureOf(reachPort(port, pinned).version());
    expect(error.kind).toBe("unreachable");
    expect(error.message).toContain("something other than TLS there, probably plain HTTP");
  });

  test("a name that nobody knows", async () => {
    const gateway = connect({ endpoints: ["nosuch.invalid"], trust: pinned, credentials: { kind: "token", token } });
    cleanup.push(() => gateway[Symbol.asyncDispose]());
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("unreachable");
    expect(error.message).toMatch(/nosuch\.invalid:8006 (?:is not known|could not be looked up)/u);
  });

  test("a connection that is taken and never speaks", async () => {
    const { port } = await raw(createTcpServer());
    const error = await failureOf(reachPort(port, pinned, { timeoutSeconds: 0.2 }).version());
    expect(["unreachable", "timed-out"]).toContain(error.kind);
    expect(error.message).toMatch(/does not answer|did not answer/u);
    expect((await failureOf(presentedCertificate(`127.0.0.1:${port}`, { timeoutSeconds: 0.1 }))).kind).toBe(
      "timed-out",
    );
  });

  test.each<readonly [string, Handler, RegExp]>([
    ["a web page", () => ({ body: "<html>hello</html>" }), /other than JSON.*not the API of Proxmox VE/u],
    ["JSON of something else", () => ({ body: '{"hello":1}' }), /JSON that is not Proxmox's/u],
    [
      "a redirect",
      () => ({ status: 301, headers: { location: "https://elsewhere.example/" } }),
      /redirects elsewhere/u,
    ],
    [
      "no HTTP",
      (_request, response) => {
        response.socket?.end("SMTP ready\r\n\r\n");
        return "handled";
      },
      /does not answer in HTTP/u,
    ],
  ])("%s", async (_what, handler, words) => {
    const server = await serve(handler);
    const error = await failureOf(reach(server).version());
    expect(error.kind).toBe("unreachable");
    expect(error.message).toMatch(words);
    expect(server.requests).toHaveLength(1);
  });

  test("a body without end is cut at the limit", async () => {
    const piece = "x".repeat(1024 * 1024);
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const pump = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", pump);
      pump();
      return "handled";
    });
    const error = await failureOf(reach(server).version());
    expect(error.message).toContain("larger than any of Proxmox VE's");
  });

  test.each<readonly [string, Handler]>([
    ["headers", () => new Promise(() => undefined)],
    [
      "a body",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"data":');
        return "handled";
      },
    ],
  ])("%s that never come end with the limit of time", async (_what, handler) => {
    const server = await serve(handler);
    const error = await failureOf(reach(server, { timeoutSeconds: 1.5 }).version());
    expect(error.kind).toBe("timed-out");
    expect(error.message).toContain("Could not read the version");
  });
});

describe("reads and writes", () => {
  const drop: Handler = (_request, response) => {
    response.socket?.destroy();
    return "handled";
  };
  const cut: Handler = (_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"data":{"version"');
    response.socket?.end();
    return "handled";
  };
  const container = { vmid: 101, node: "pve1" };

  test.each<readonly [string, Handler]>([
    ["a dropped connection", drop],
    ["half a body", cut],
    ["half a body that says it is whole", () => ({ body: '{"data":{"version"' })],
    ["a proxy's 502", () => ({ status: 502, reason: "Bad Gateway", body: "<html>" })],
  ])("a read is tried again after %s", async (_what, failing) => {
    let calls = 0;
    const server = await serve((request, response) =>
      (calls += 1) <= 2 ? failing(request, response) : versionAnswer(request, response),
    );
    expect((await reach(server).version()).release).toBe("9.1");
    expect(calls).toBe(3);
  });

  test("a read is not tried for ever", async () => {
    const server = await serve(drop);
    const error = await failureOf(reach(server).version());
    expect(error.kind).toBe("unreachable");
    expect(error.message).toContain("broke the connection");
    expect(server.requests).toHaveLength(3);
  });

  test("a refusal is not tried again", async () => {
    const server = await serve(() => refusal(500, "CT is locked (backup)"));
    expect((await failureOf(reach(server).version())).kind).toBe("locked");
    expect(server.requests).toHaveLength(1);
  });

  test.each<readonly [string, Handler]>([
    ["the connection is dropped", drop],
    ["the answer is cut", cut],
    ["the answer is a page", () => ({ body: "<html>" })],
    ["the answer does not come", () => new Promise(() => undefined)],
    ["a proxy gives up", () => ({ status: 504, reason: "Gateway Time-out", body: "" })],
    ["the other node falls silent", () => ({ status: 596, reason: "Connection timed out", body: "" })],
  ])("a write is sent once, and its outcome unknown, where %s", async (_what, handler) => {
    const server = await serve(handler);
    const error = await failureOf(reach(server, { timeoutSeconds: 1.5 }).resize(container, { cores: 2 }, "abc"));
    expect(error.kind).toBe("outcome-unknown");
    expect(error.message).toContain("set the size of 101 (cores 2)");
    expect(server.lines()).toEqual(["PUT /nodes/pve1/lxc/101/config"]);
  });

  test("a write on a kept connection that dies with it is not sent again", async () => {
    const server = await serve((request, response) =>
      request.method === "PUT" ? drop(request, response) : versionAnswer(request, response),
    );
    const gateway = reach(server);
    for (let count = 0; count < 4; count += 1) await gateway.version();
    const kept = server.connections();
    expect((await failureOf(gateway.resize(container, { memory: 1024 }, "abc"))).kind).toBe("outcome-unknown");
    expect(server.lines().slice(4)).toEqual(["PUT /nodes/pve1/lxc/101/config"]);
    expect(server.connections()).toBe(kept);
  });

  test("a write carries sizes and digest as a form", async () => {
    const server = await serve(() => ({ data: null }));
    await reach(server).resize(container, { cores: 2, memory: 2048, cpulimit: 1.5, swap: 0 }, "abc");
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      cores: "2",
      memory: "2048",
      cpulimit: "1.5",
      swap: "0",
      digest: "abc",
    });
    expect(server.requests[0]?.headers).toMatchObject({
      "content-type": "application/x-www-form-urlencoded",
      authorization: `PVEAPIToken=${token}`,
    });
  });

  test("a write without a digest or without a size is never sent", async () => {
    const server = await serve(() => ({ data: null }));
    const gateway = reach(server);
    expect((await failureOf(gateway.resize(container, { cores: 2 }, ""))).kind).toBe("invalid-parameter");
    expect((await failureOf(gateway.resize(container, {}, "abc"))).kind).toBe("invalid-parameter");
    expect(server.requests).toEqual([]);
  });

  test("connections are kept between requests", async () => {
    const server = await serve(versionAnswer);
    const gateway = reach(server);
    for (let count = 0; count < 10; count += 1) await gateway.version();
    // One, and another that is opened while the first is not yet known to be free again.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});

describe("cancelling", () => {
  test("before anything is sent", async () => {
    const server = await serve(versionAnswer);
    const error = await failureOf(reach(server).version({ signal: AbortSignal.abort() }));
    expect(error.kind).toBe("cancelled");
    expect(server.requests).toEqual([]);
  });

  test.each([
    ["a read is cancelled", (gateway: Gateway, signal: AbortSignal) => gateway.version({ signal }), "cancelled"],
    [
      "the outcome of a write is unknown",
      (gateway: Gateway, signal: AbortSignal) => gateway.power({ vmid: 101, node: "pve1" }, "start", { signal }),
      "outcome-unknown",
    ],
  ] as const)("while the answer is awaited %s", async (_what, call, kind) => {
    const controller = new AbortController();
    const server = await serve(() => {
      controller.abort();
      return new Promise(() => undefined);
    });
    expect((await failureOf(call(reach(server), controller.signal))).kind).toBe(kind);
  });

  test("while another try is being waited for", async () => {
    const controller = new AbortController();
    const server = await serve((_request, response) => {
      response.socket?.destroy();
      setImmediate(() => controller.abort());
      return "handled";
    });
    expect((await failureOf(reach(server).version({ signal: controller.signal }))).kind).toBe("cancelled");
  });

  test("disposing ends what is under way, and closes every connection", async () => {
    let arrive: (socket: Socket) => void;
    const arrived = new Promise<Socket>((resolve) => (arrive = resolve));
    const server = await serve((_request, response) => {
      if (response.socket !== null) arrive(response.socket);
      return new Promise(() => undefined);
    });
    const gateway = connectTo(server);
    const pending = failureOf(gateway.version());
    const socket = await arrived;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await gateway[Symbol.asyncDispose]();
    await closed;
    expect((await pending).kind).toBe("unreachable");
    expect((await failureOf(gateway.version())).message).toContain("has been closed here");
  });
});

test("disposing under a write leaves its outcome unknown", async () => {
  let arrive: () => void;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const server = await serve(() => {
    arrive();
    return new Promise(() => undefined);
  });
  const gateway = connectTo(server);
  const pending = failureOf(gateway.power({ vmid: 101, node: "pve1" }, "stop"));
  await arrived;
  await gateway[Symbol.asyncDispose]();
  expect((await pending).kind).toBe("outcome-unknown");
});

describe("secrets", () => {
  test("are in no error and in no view of the gateway", async () => {
    const secret = token.split("=")[1] ?? "";
    const server = await serve(({ headers }) => refusal(400, `what is ${headers.authorization ?? ""}?`));
    const gateway = reach(server);
    const error = await failureOf(gateway.version());
    expect(inspect([error, gateway], { depth: 10, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify([error, gateway])).not.toContain(secret);
    expect(error.message).toContain("PVEAPIToken=root@pam!test=…");
  });

  test("an incomplete token is refused without being repeated", () => {
    const attempt = () =>
      connect({
        endpoints: ["pve1"],
        trust: { kind: "fingerprints", fingerprints: [wrongPin] },
        credentials: { kind: "token", token: "12345678-aaaa-bbbb-cccc-1234567890ab" },
      });
    expect(attempt).toThrow(/^The API token is not complete/u);
    expect(attempt).not.toThrow(/12345678/u);
  });
});
