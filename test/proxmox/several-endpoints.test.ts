import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { connect, type ConnectionOptions, type Gateway } from "../../src/proxmox/index.js";
import { loopbackNames } from "./support/certificates.js";
import { failureOf } from "./support/failure-of.js";
import {
  listen,
  refusal,
  sharedAuthority,
  startServer,
  token,
  type Handler,
  type TestServer,
} from "./support/server.js";

const cleanup: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of cleanup.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** A node of a cluster that lists these certificates. */
async function node(release: string, listed: () => readonly string[] = () => []): Promise<TestServer> {
  const handler: Handler = ({ path, method }) => {
    if (path === "/nodes")
      return { data: listed().map((ssl_fingerprint, index) => ({ node: `pve${index + 1}`, ssl_fingerprint })) };
    return method === "GET" ? { data: { version: release, release } } : { data: null };
  };
  const server = await startServer(handler, await (await sharedAuthority()).issue(loopbackNames));
  cleanup.push(server);
  return server;
}

function reach(
  endpoints: readonly string[],
  fingerprints: readonly string[],
  more: Partial<ConnectionOptions> = {},
): Gateway {
  const gateway = connect({
    endpoints,
    trust: { kind: "fingerprints", fingerprints },
    credentials: { kind: "token", token },
    ...more,
  });
  cleanup.push(gateway);
  return gateway;
}

/** A port on which nobody listens. */
async function deadEndpoint(): Promise<string> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `https://127.0.0.1:${port}`;
}

const container = { vmid: 101, node: "pve1" };

describe("several endpoints of one cluster", () => {
  test("the next is asked when the first can't be reached, and stays in use", async () => {
    const second = await node("two");
    const dead = await deadEndpoint();
    const gateway = reach([dead, second.url], [second.fingerprint]);
    expect((await gateway.version()).release).toBe("two");
    expect(gateway.endpoint).toBe(second.name);
    expect((await gateway.version()).release).toBe("two");
  });

  test("a write goes to the next too, as nothing was sent to the first", async () => {
    const second = await node("two");
    const gateway = reach([await deadEndpoint(), second.url], [second.fingerprint]);
    await gateway.resize(container, { cores: 2 }, "abc");
    expect(second.lines().filter((line) => line.startsWith("PUT"))).toHaveLength(1);
  });

  test("a write that the first may have got never goes to the next", async () => {
    const first = await startServer((_request, response) => {
      response.socket?.destroy();
      return "handled";
    });
    cleanup.push(first);
    const second = await node("two");
    const gateway = reach([first.url, second.url], [first.fingerprint, second.fingerprint]);
    expect((await failureOf(gateway.resize(container, { cores: 2 }, "abc"))).kind).toBe("outcome-unknown");
    expect(first.requests).toHaveLength(1);
    expect(second.requests).toEqual([]);
  });

  test("the next is asked when the first one's own daemon is down", async () => {
    const first = await startServer(() => ({ status: 595, reason: "Connection refused", body: "" }));
    cleanup.push(first);
    const second = await node("two");
    const gateway = reach([first.url, second.url], [first.fingerprint, second.fingerprint]);
    expect((await gateway.version()).release).toBe("two");
  });

  test("a refusal is an answer: the next is not asked", async () => {
    const first = await startServer(() => refusal(403, "Permission check failed (/, Sys.Audit)"));
    cleanup.push(first);
    const second = await node("two");
    const gateway = reach([first.url, second.url], [first.fingerprint, second.fingerprint]);
    expect((await failureOf(gateway.version())).kind).toBe("forbidden");
    expect(second.connections()).toBe(0);
  });

  test("a wrong certificate is not silently passed by", async () => {
    const first = await node("one");
    const second = await node("two");
    const gateway = reach([first.url, second.url], [second.fingerprint]);
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("untrusted-certificate");
    expect(error.message).toContain(first.name);
    expect(second.connections()).toBe(0);
  });

  test("none that can be reached: each is named with its reason", async () => {
    const endpoints = [await deadEndpoint(), await deadEndpoint()];
    const error = await failureOf(reach(endpoints, [`${"AA:".repeat(31)}AA`]).version());
    expect(error.kind).toBe("unreachable");
    for (const endpoint of endpoints) expect(error.message).toContain(`${endpoint.slice(8)} refuses the connection`);
  });
});

describe("fingerprints of the cluster", () => {
  test("what a trusted endpoint lists is trusted for the other endpoints", async () => {
    const second = await node("two");
    const first: TestServer = await node("one", () => [first.fingerprint, second.fingerprint]);
    const gateway = reach([first.url, second.url], [first.fingerprint]);
    expect((await gateway.version()).release).toBe("one");
    expect(first.lines()).toEqual(["GET /version", "GET /nodes"]);
    await first[Symbol.asyncDispose]();
    expect((await gateway.version()).release).toBe("two");
  });

  test("what it does not list is not", async () => {
    const second = await node("two");
    const first: TestServer = await node("one", () => [first.fingerprint]);
    const gateway = reach([first.url, second.url], [first.fingerprint]);
    await gateway.version();
    await first[Symbol.asyncDispose]();
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("untrusted-certificate");
    expect(error.message).toContain(second.fingerprint);
    expect(second.requests).toEqual([]);
  });

  test("an endpoint that does not take the credentials teaches nothing", async () => {
    const second = await node("two");
    const first: TestServer = await startServer(({ path }) =>
      path === "/nodes"
        ? { data: [{ node: "pve2", ssl_fingerprint: second.fingerprint }] }
        : { status: 401, reason: "Authentication failed!", body: "" },
    );
    cleanup.push(first);
    const gateway = reach([first.url, second.url], [first.fingerprint]);
    await failureOf(gateway.version());
    await first[Symbol.asyncDispose]();
    expect((await failureOf(gateway.version())).kind).toBe("untrusted-certificate");
  });

  test("with one endpoint nothing is asked that was not asked for", async () => {
    const first = await node("one");
    await reach([first.url], [first.fingerprint]).version();
    expect(first.lines()).toEqual(["GET /version"]);
  });
});
