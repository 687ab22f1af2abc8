import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { build } from "esbuild";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { common } from "../../scripts/lib/bundle.js";
import { connectionTo, file, writes } from "./harness.js";
import { night } from "../operate/harness.js";
import { schema } from "./schemas.js";

let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  await build({
    ...common,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
  });
  program = join(directory, "cli.mjs");
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Running {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

function start(argv: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [program, ...argv], {
    env: { PATH: process.env["PATH"], HOME: directory, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  return {
    child,
    output,
    ended: new Promise((resolve) => child.once("close", (code) => resolve(code))),
  };
}

async function finish(running: Running): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  running.child.stdout?.on("data", (chunk: Buffer) => (running.output.stdout += chunk.toString()));
  return { exitCode: await running.ended, ...running.output };
}

/** The first line of standard output. */
async function firstLine({ child, output }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString();
      if (output.stdout.includes("\n")) resolve(output.stdout.split("\n")[0] ?? "");
    });
    child.once("close", () => reject(new Error(`it ended: ${output.stderr}`)));
  });
}

describe("the program", () => {
  it("ends with the exit code, without a word on the other stream", async () => {
    const path = await file("autoscaler.yaml", "version: 1\npolicies: [{ match: { names: [a] }, cpu: { max: 2 } }]\n");
    expect(await finish(start(["validate", path]))).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await finish(start(["validate", `${path}.missing`]))).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("flushes a long document whole into a pipe that nobody reads for a while", async () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => `unknown${index}: 1`);
    const path = await file("autoscaler.yaml", `version: 1\n${entries.join("\n")}\n`);
    const running = start(["validate", path, "--format", "json"]);
    const { stdout } = running.child;
    // Reads nothing until far more than a pipe holds must be waiting.
    await new Promise<void>((resolve) => stdout?.once("readable", () => resolve()));
    let text = "";
    for await (const chunk of stdout!) {
      text += (chunk as Buffer).toString();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await running.ended).toBe(1);
    const document = JSON.parse(text) as { findings: unknown[] };
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(document.findings.length).toBeGreaterThanOrEqual(10_000);
  });

  it("is silent when its reader goes away", async () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => `unknown${index}: 1`);
    const path = await file("autoscaler.yaml", `version: 1\n${entries.join("\n")}\n`);
    const running = start(["validate", path, "--format", "json"]);
    running.child.stdout?.once("data", () => running.child.stdout?.destroy());
    await running.ended;
    expect(running.output.stderr).toBe("");
  });
});

describe.skipIf(process.platform !== "linux")("the program on a full disk", () => {
  /** Ends with its exit code and what it says on standard error; standard output goes to a device that is always full. */
  async function full(argv: readonly string[], env: Record<string, string> = {}): Promise<[number | null, string]> {
    const device = await open("/dev/full", "w");
    try {
      const child = spawn(process.execPath, [program, ...argv], {
        env: { PATH: process.env["PATH"], HOME: directory, ...env },
        stdio: ["ignore", device.fd, "pipe"],
      });
      children.push(child);
      let errors = "";
      child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      return [code, errors];
    } finally {
      await device.close();
    }
  }
  const told = /^lxc-autoscaler: The output can't be written: ENOSPC: no space left on device, write\.\n$/u;

  it("says so in one sentence, help and findings alike", async () => {
    const path = await file("autoscaler.yaml", "version: 1\nbogus: 1\n");
    for (const argv of [["--help"], ["--version"], ["explain", "--help"], ["validate", path, "--format", "json"]]) {
      const [code, errors] = await full(argv);
      expect([argv, code]).toEqual([argv, 1]);
      expect(errors).toMatch(told);
    }
  });

  it("says so where it goes on reading a cluster too, and ends", async () => {
    await using simulator = await startSimulator({ clock: "manual", start: night });
    const [code, errors] = await full(["record", "--interval", "1s"], connectionTo(simulator));
    expect(code).toBe(1);
    expect(errors).toMatch(told);
  });
});

describe("simulate and its clients", () => {
  it("prints one line, serves the other commands, and ends with 0 on SIGTERM", async () => {
    const server = start(["simulate", "--containers", "5", "--seed", "7"]);
    const line = await firstLine(server);
    const listening = JSON.parse(line) as { url: string; fingerprint: string; token: string };
    expect(schema("simulate")(listening)).toEqual([]);
    const env = {
      PROXMOX_URL: listening.url,
      PROXMOX_FINGERPRINT: listening.fingerprint,
      PROXMOX_TOKEN: listening.token,
      XDG_STATE_HOME: join(directory, "state"),
    };
    const status = await finish(start(["status", "--format", "json"], env));
    expect(status).toMatchObject({ exitCode: 0, stderr: "" });
    expect(schema("status")(JSON.parse(status.stdout))).toEqual([]);

    const path = await file(
      "autoscaler.yaml",
      'version: 1\npolicies: [{ match: { names: ["*"] }, cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m } } }]\n',
    );
    expect(await finish(start(["plan", path, "--format", "json"], env))).toMatchObject({ exitCode: 0 });
    const applied = await finish(start(["apply", path, "--yes", "--format", "json"], env));
    expect([0, 4]).toContain(applied.exitCode);
    expect(schema("apply")(JSON.parse(applied.stdout))).toEqual([]);
    expect(await finish(start(["doctor"], env))).toMatchObject({ exitCode: 0 });

    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    expect(server.output.stdout.trimEnd().split("\n")).toEqual([line]);
    expect(server.output.stderr).toBe("");
  }, 60_000);
});

describe("SIGINT", () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  it("lets the write in flight finish, reports it and ends with 130", async () => {
    simulator = await startSimulator({ start: night });
    const path = await file(
      "autoscaler.yaml",
      "version: 1\nsafety: { maxConcurrent: 1 }\npolicies: [{ match: { vmids: [101, 102] }, cpu: { fixed: 6 } }]\n",
    );
    simulator.control.addFault({ kind: "latency", milliseconds: 700, method: "PUT" });
    const running = start(["apply", path, "--yes", "--format", "json"], {
      ...connectionTo(simulator),
      XDG_STATE_HOME: join(directory, "interrupted"),
    });
    const ended = finish(running);
    while (writes(simulator).length === 0) await new Promise((resolve) => setImmediate(resolve));
    running.child.kill("SIGINT");
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(130);
    const document: unknown = JSON.parse(stdout);
    expect(schema("apply")(document)).toEqual([]);
    expect(document).toMatchObject({
      results: [
        { vmid: 101, outcome: "applied", verified: true },
        { vmid: 102, outcome: "skipped", verified: false },
      ],
    });
    expect(writes(simulator)).toHaveLength(1);
  });
});
