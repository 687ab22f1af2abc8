import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "../../scripts/lib/commands.js";
import { ensureSystemPackages } from "../../scripts/lib/system-packages.js";

/** Installing takes half a minute. */
export const installSeconds = 300;

/** Installs Debian's Prometheus where it is missing, or says in one line how to. */
export async function ensurePrometheus(): Promise<void> {
  await ensureSystemPackages(["prometheus"], "read usage back from a Prometheus server");
  if (findOnPath("prometheus") === null || findOnPath("promtool") === null) {
    throw new Error("No prometheus and promtool found. Install Prometheus 2.42 or later.");
  }
}

export interface RunningPrometheus extends AsyncDisposable {
  readonly url: string;
}

/** PEM texts. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A real Prometheus that holds what an exporter would have told it: `openMetrics` is a text with a time in each line. */
export async function startPrometheus(openMetrics: string, tls?: ServerCertificate): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-prometheus-"));
  try {
    const data = join(folder, "data");
    await mkdir(data);
    await writeFile(join(folder, "prometheus.yml"), "global: { scrape_interval: 1h }\n");
    await writeFile(join(folder, "recorded.txt"), openMetrics);
    await promisify(execFile)("promtool", [
      ...["tsdb", "create-blocks-from", "openmetrics"],
      join(folder, "recorded.txt"),
      data,
    ]);
    const web: string[] = [];
    if (tls !== undefined) {
      await writeFile(join(folder, "server.pem"), tls.certificate);
      await writeFile(join(folder, "server.key"), tls.key, { mode: 0o600 });
      await writeFile(join(folder, "web.yml"), "tls_server_config: { cert_file: server.pem, key_file: server.key }\n");
      web.push(`--web.config.file=${join(folder, "web.yml")}`);
    }
    const port = await freePort();
    const child = spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${data}`,
        "--storage.tsdb.retention.time=100y",
        `--web.listen-address=127.0.0.1:${port}`,
        ...web,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    await ready(child);
    return {
      url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
      [Symbol.asyncDispose]: async () => {
        const ended = new Promise((resolve) => child.once("close", resolve));
        child.kill("SIGTERM");
        await ended;
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`Prometheus ended instead of starting:\n${said}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (said.includes("Server is ready to receive web requests")) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
