import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { startSimulator } from "../../src/simulator/index.js";
import type { Simulator } from "../../src/simulator/index.js";
import type { Client } from "./client.js";
import { start } from "./start.js";

/** What a server presents, and whether it verifies against an authority under a name. */
function presented(
  url: string,
  authority: string | null,
  servername = "localhost",
): Promise<{ certificate: X509Certificate | undefined; authorized: boolean }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: hostname,
        port: Number(port),
        servername,
        rejectUnauthorized: false,
        ...(authority === null ? {} : { ca: authority }),
      },
      () => {
        resolve({ certificate: socket.getPeerX509Certificate(), authorized: socket.authorized });
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "simulator-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("certificates", () => {
  it("are leaves of a private authority that is not sent, good for the node's names", async () => {
    const { simulator } = await start();
    for (const name of ["localhost", "pve1"]) {
      const { certificate, authorized } = await presented(simulator.url, simulator.certificateAuthority, name);
      expect(authorized).toBe(true);
      expect(certificate?.fingerprint256).toBe(simulator.fingerprint);
      expect(certificate?.subject).toContain("CN=pve1");
    }
    const other = await presented(simulator.url, simulator.certificateAuthority, "pve9");
    expect(other.authorized).toBe(false);
    expect(new X509Certificate(simulator.certificateAuthority).ca).toBe(true);
    const alone = await presented(simulator.url, null);
    expect([alone.authorized, alone.certificate?.issuerCertificate]).toEqual([false, undefined]);
  });

  it("are one for each listening node, and all in the list of nodes", async () => {
    const { simulator, client } = await start({ listeners: 3 });
    expect(new Set(simulator.endpoints.map((endpoint) => endpoint.url)).size).toBe(3);
    const nodes = await client.data<{ node: string; ssl_fingerprint: string }[]>("/nodes");
    for (const endpoint of simulator.endpoints) {
      const { certificate } = await presented(endpoint.url, simulator.certificateAuthority);
      expect(certificate?.fingerprint256).toBe(endpoint.fingerprint);
      expect(nodes.find((node) => node.node === endpoint.node)?.ssl_fingerprint).toBe(endpoint.fingerprint);
    }
  });

  it("can be changed while it runs", async () => {
    const { simulator } = await start();
    const fingerprint = await simulator.control.changeCertificate();
    expect(fingerprint).not.toBe(simulator.fingerprint);
    const { certificate, authorized } = await presented(simulator.url, simulator.certificateAuthority);
    expect([certificate?.fingerprint256, authorized]).toEqual([fingerprint, true]);
  });

  it("and the token stay the same over a restart with the same state, readable by their owner only", async () => {
    const stateDirectory = await temporaryDirectory();
    const first = await startSimulator({ containers: 3, stateDirectory });
    await first.close();
    const second = await startSimulator({ containers: 3, stateDirectory });
    onTestFinished(() => second.close());
    expect([second.fingerprint, second.token]).toEqual([first.fingerprint, first.token]);
    const files = await readdir(join(stateDirectory, "certificates"));
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(stateDirectory, "certificates", file))).mode & 0o077),
    );
    expect(modes.every((mode) => mode === 0)).toBe(true);
    const third = await startSimulator({ containers: 3 });
    onTestFinished(() => third.close());
    expect(third.fingerprint).not.toBe(first.fingerprint);
  });
});

describe("the port", () => {
  it("answers plain HTTP with the way to HTTPS", async () => {
    const { simulator } = await start();
    const { port } = new URL(simulator.url);
    const reply = await new Promise<{ status: number | undefined; location: string | undefined }>((resolve, reject) => {
      plainRequest({ host: "127.0.0.1", port, path: "/api2/json/version" }, (incoming) => {
        incoming.resume();
        resolve({ status: incoming.statusCode, location: incoming.headers.location });
      })
        .on("error", reject)
        .end();
    });
    expect(reply).toEqual({ status: 301, location: `https://127.0.0.1:${port}/api2/json/version` });
    expect(simulator.control.requests()).toEqual([]);
  });

  it("sees no byte of HTTP from a client that leaves during the handshake", async () => {
    const { simulator } = await start();
    await presented(simulator.url, simulator.certificateAuthority);
    expect(simulator.control.connections()).toBe(1);
    expect(simulator.control.requests()).toEqual([]);
  });

  it("records what was asked", async () => {
    const { simulator, client } = await start();
    await client.ask("/nodes/pve1/lxc/101/config", { method: "PUT", data: "cores=2" });
    expect(simulator.control.requests()).toMatchObject([
      { method: "PUT", path: "/nodes/pve1/lxc/101/config", body: "cores=2", endpoint: simulator.url },
    ]);
    simulator.control.forgetRequests();
    expect(simulator.control.requests()).toEqual([]);
  });
});

describe("faults", () => {
  let simulator: Simulator | null = null;
  let client: Client | null = null;
  const path = "/nodes/pve1/lxc/101/config";
  const put = () => client?.ask(path, { method: "PUT", data: "memory=1234" });

  async function prepare(): Promise<Simulator> {
    const started = await start();
    simulator = started.simulator;
    client = started.client;
    return simulator;
  }

  afterEach(() => {
    simulator = null;
    client = null;
  });

  it("drop a connection before or after the change took effect", async () => {
    const { control } = await prepare();
    control.addFault({ kind: "drop", method: "PUT", times: 1 });
    await expect(put()).rejects.toThrow();
    expect(control.configuration(101)).not.toContain("memory: 1234");
    control.addFault({ kind: "drop-after", method: "PUT", times: 1 });
    await expect(put()).rejects.toThrow();
    expect(control.configuration(101)).toContain("memory: 1234");
    expect((await put())?.status).toBe(200);
    expect(control.requests().filter((request) => request.method === "PUT")).toHaveLength(3);
  });

  it("truncate a body, answer something else, or nothing that can be read", async () => {
    const { control } = await prepare();
    control.addFault({ kind: "truncated-body", path: "/cluster/resources", times: 1 });
    await expect(client?.ask("/cluster/resources")).rejects.toThrow();
    control.addFault({ kind: "status", status: 503, reason: "Service Unavailable", times: 1 });
    expect(await client?.ask("/version")).toMatchObject({ status: 503, reason: "Service Unavailable", body: "" });
    control.addFault({ kind: "garbage", times: 1 });
    expect((await client?.ask("/version"))?.body).toMatch(/^<html>/u);
    expect((await client?.ask("/version"))?.status).toBe(200);
  });

  it("hang for ever, headers first or not at all, until the connection is dropped", async () => {
    const { control } = await prepare();
    for (const kind of ["hang", "hang-after", "hanging-body"] as const) {
      const id = control.addFault({ kind });
      const waiting = client?.ask("/version") ?? Promise.resolve();
      const outcome = await Promise.race([
        waiting.then(
          () => "answered",
          () => "dropped",
        ),
        (async () => {
          while (control.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
          return "waiting";
        })(),
      ]);
      expect(outcome).toBe("waiting");
      control.dropConnections();
      await expect(waiting).rejects.toThrow();
      control.removeFault(id);
      control.forgetRequests();
    }
  });

  it("delay an answer and let it come all the same", async () => {
    const { control } = await prepare();
    control.addFault({ kind: "latency", milliseconds: 20, times: 1 });
    expect((await client?.ask("/version"))?.status).toBe(200);
    control.clearFaults();
  });

  it("close an endpoint and open it again at the same address", async () => {
    const { control } = await prepare();
    await control.closeEndpoint();
    await expect(client?.ask("/version")).rejects.toThrow(/ECONNREFUSED|socket hang up/u);
    await control.reopenEndpoint();
    expect((await client?.ask("/version"))?.status).toBe(200);
  });
});

describe("the scenario flaky", () => {
  it("goes wrong at the same requests each time", async () => {
    const run = async () => {
      const { client } = await start({ faults: [{ kind: "status", status: 502, reason: "Bad Gateway", every: 3 }] });
      const statuses: number[] = [];
      for (let index = 0; index < 7; index += 1) statuses.push((await client.ask("/version")).status);
      return statuses;
    };
    expect(await run()).toEqual([200, 200, 502, 200, 200, 502, 200]);
    const { simulator, client } = await start({ scenario: "flaky" });
    const outcomes: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      outcomes.push(
        await client.ask("/version").then(
          ({ status }) => String(status),
          () => "broken",
        ),
      );
    }
    expect(outcomes.filter((outcome) => outcome === "broken").length).toBe(1);
    expect(simulator.control.requests()).toHaveLength(12);
  });
});
