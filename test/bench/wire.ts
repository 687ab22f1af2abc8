import { webcrypto } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, get } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import "reflect-metadata";
import { PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { connect } from "../../src/proxmox/index.js";
import { compared, medians, rounded, type Measurement } from "./measurement.js";
import { cli, startServing } from "./programs.js";

interface Simulated {
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
}

/**
 * A cluster of 30 nodes and 5,000 containers from the simulator, in a process of its own: the bulk request beside the
 * same bytes from a bare HTTPS server, and an inventory read through the gateway beside the bare request and its parsing.
 */
export async function measureWire(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-bench-"));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const simulator = await startServing([cli, "simulate", "--nodes", "30", "--containers", "5000"]);
  try {
    const { url, fingerprint, token } = simulator.line as Simulated;
    const authorization = `PVEAPIToken=${token}`;
    const bulk = (): Promise<string> => read(`${url}/api2/json/cluster/resources`, agent, authorization);
    const body = await bulk();
    const plain = await startPlainServer(folder, body);
    try {
      await using gateway = connect({
        endpoints: [url],
        trust: { kind: "fingerprints", fingerprints: [fingerprint] },
        credentials: { kind: "token", token },
      });
      const resources = await medians(15, bulk, () => read(`https://127.0.0.1:${plain.port}/`, agent, ""));
      const inventory = await medians(
        15,
        () => gateway.inventory(),
        async () => JSON.parse(await bulk()) as unknown,
      );
      return [
        compared("simulator cluster/resources, 5,000 containers", "ms", resources, "the same bytes from node:https"),
        limit("simulator cluster/resources, 5,000 containers, beside its limit", resources.ours, 50),
        compared("gateway inventory, 5,000 containers", "ms", inventory, "GET and JSON.parse"),
      ];
    } finally {
      await plain.close();
    }
  } finally {
    agent.destroy();
    await simulator.close();
    await rm(folder, { recursive: true });
  }
}

function limit(name: string, value: number, most: number): Measurement {
  return {
    name,
    value: rounded(value),
    unit: "ms",
    comparedWith: `limit of ${most} ms`,
    ratio: rounded(value / most),
  };
}

/** The body of one request over a kept-alive connection. */
function read(url: string, agent: Agent, authorization: string): Promise<string> {
  return new Promise((done, reject) => {
    const request = get(url, { agent, headers: authorization === "" ? {} : { authorization } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) done(Buffer.concat(chunks).toString());
        else reject(new Error(`${url} answered ${response.statusCode ?? 0} ${response.statusMessage ?? ""}`));
      });
    });
    request.on("error", reject);
  });
}

async function startPlainServer(
  folder: string,
  body: string,
): Promise<{ readonly port: number; close: () => Promise<void> }> {
  const bodyFile = join(folder, "body.json");
  const certificateFile = join(folder, "certificate.pem");
  await writeFile(bodyFile, body);
  await writeFile(certificateFile, await selfSigned());
  const { line, close } = await startServing([resolve(".cache/bench/plain-server.js"), bodyFile, certificateFile]);
  return { port: (line as { readonly port: number }).port, close };
}

/** PEM text with key and certificate. */
async function selfSigned(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=127.0.0.1",
    keys,
    signingAlgorithm: algorithm,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return `${PemConverter.encode(key, "PRIVATE KEY")}\n${certificate.toString("pem")}\n`;
}
