import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Client } from "./client.js";

interface Line {
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
  readonly ssh: null;
  readonly nodes: number;
  readonly containers: number;
  readonly control?: { readonly url: string; readonly secret: string };
}

let directory = "";
let program = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "simulator-"));
  program = join(directory, "simulator.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "../../src/simulator/main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Child {
  readonly process: ChildProcess;
  readonly line: Promise<Line>;
  readonly ended: Promise<{ readonly code: number | null; readonly complaint: string }>;
}

function run(...parameters: string[]): Child {
  const child = fork(program, parameters, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let output = "";
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString("utf8")));
  const line = new Promise<Line>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("\n")) resolve(JSON.parse(output) as Line);
    });
  });
  const said = child.stderr === null ? Promise.resolve() : once(child.stderr, "end");
  const ended = Promise.all([once(child, "exit"), said]).then(([[code]]) => ({
    code: code as number | null,
    complaint,
  }));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return { process: child, line, ended };
}

describe("the simulator as a process", () => {
  it("prints one line of JSON, answers, and ends well at SIGTERM", async () => {
    const child = run("--nodes", "2", "--containers", "7", "--seed", "3");
    const line = await child.line;
    expect(Object.keys(line)).toEqual(["url", "fingerprint", "token", "ssh", "nodes", "containers"]);
    expect([line.nodes, line.containers, line.ssh]).toEqual([2, 7, null]);
    const client = new Client(line.url, line.token);
    expect(await client.data<unknown[]>("/cluster/resources?type=vm")).toHaveLength(7);
    child.process.kill("SIGTERM");
    expect(await child.ended).toEqual({ code: 0, complaint: "" });
    client.close();
  });

  it("ends when the process that started it is gone", async () => {
    const child = run("--containers", "3");
    await child.line;
    child.process.disconnect();
    expect((await child.ended).code).toBe(0);
  });

  it("can be broken and looked into by who knows the secret", async () => {
    const child = run("--containers", "6", "--control", "127.0.0.1:0");
    const { url, token, control } = await child.line;
    if (control === undefined) throw new Error("no control path");
    const call = async (name: string, values: readonly unknown[] = [], secret = control.secret) => {
      const reply = await fetch(control.url, {
        method: "POST",
        headers: { Authorization: `Bearer ${secret}` },
        body: JSON.stringify({ call: name, arguments: values }),
      });
      return { status: reply.status, ...((await reply.json()) as { result?: unknown; error?: string }) };
    };
    const client = new Client(url, token);
    expect((await call("now", [], "guess")).status).toBe(401);
    expect(await call("explode")).toEqual({ status: 400, error: "there is no call 'explode'" });
    expect((await call("lock", [999, "backup"])).error).toBe("the simulator has no container 999");
    await call("lock", [101, "backup"]);
    expect((await client.ask("/nodes/pve1/lxc/101/config", { method: "PUT", data: "cores=1" })).reason).toBe(
      "CT is locked (backup)",
    );
    await call("addFault", [{ kind: "drop", times: 1 }]);
    await expect(client.ask("/version")).rejects.toThrow();
    expect((await call("requests")).result).toMatchObject([{ method: "PUT" }, { path: "/version" }]);
    client.close();
    child.process.kill("SIGINT");
    expect((await child.ended).code).toBe(0);
  });

  it.each([
    [["--nodes", "many"], "--nodes takes a whole number from 1 to 99, not 'many'."],
    [["--speed", "0"], "--speed takes a number above 0 and up to 100000, not '0'."],
    [["--pve", "7"], "--pve takes one of 8, 9, not '7'."],
    [["--listen", "here"], "--listen takes host:port, not 'here'."],
    [["--scenario", "paradise"], "--scenario takes one of demo, "],
    [["--frobnicate"], "Unknown option '--frobnicate'"],
  ])("says what is wrong with %j", async (parameters, sentence) => {
    const { code, complaint } = await run(...parameters).ended;
    expect(code).toBe(2);
    expect(complaint).toContain(sentence);
  });

  it("says that it can't listen where somebody else does", async () => {
    const first = run("--containers", "3");
    const { port } = new URL((await first.line).url);
    const { code, complaint } = await run("--containers", "3", "--listen", `127.0.0.1:${port}`).ended;
    expect(code).toBe(1);
    expect(complaint).toMatch(/^The simulator could not start: .*EADDRINUSE/u);
  });
});
