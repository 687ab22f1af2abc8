import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { common } from "../../scripts/lib/bundle.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { connectionTo, file } from "./harness.js";

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
  /** Standard output so far. */
  readonly text: () => string;
  /** Resolves as soon as the text matches. */
  readonly said: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

function start(argv: readonly string[], simulator: Simulator): Running {
  const child = spawn(process.execPath, [program, ...argv], {
    env: { PATH: process.env["PATH"], HOME: directory, ...connectionTo(simulator) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let text = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  return {
    child,
    text: () => text,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(text)) resolve();
        };
        child.stdout.on("data", look);
        look();
        void ended.then(() => reject(new Error(`ended without saying ${String(pattern)}:\n${text}\n${errors}`)));
      }),
    ended,
  };
}

const text = (mode: string): string =>
  `version: 1\ninterval: 5s\ntimezone: UTC\nmode: ${mode}\npolicies: [{ match: { vmids: [101] }, cpu: { min: 1, max: 16, fixed: 3 } }]\n`;

describe("the loop as a process", () => {
  it("ends with 0 on SIGTERM, in the middle of a write too, which it finishes and reports", async () => {
    await using simulator = await startSimulator({ clock: "manual", start: night });
    const path = await file("autoscaler.yaml", text("apply"));
    simulator.control.addFault({ kind: "latency", milliseconds: 300, method: "PUT", path: "/lxc/101/config" });
    const running = start(["run", path, "--format", "json", "--state", join(directory, "a")], simulator);
    await running.said(/"event":"decision"/u);
    running.child.kill("SIGTERM");
    expect(await running.ended).toEqual({ code: 0, signal: null });
    const lines = running
      .text()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly event: string; readonly outcome?: string });
    expect(lines.slice(-2).map(({ event }) => event)).toEqual(["stopping", "stopped"]);
    const outcome = lines.find(({ event }) => event === "outcome")?.outcome;
    // Whether the signal came before the write or during it: what is said is what is there.
    const written = /^cores: 3$/mu.test(simulator.control.configuration(101));
    expect(outcome === "applied").toBe(written);
    expect(["applied", "skipped", undefined]).toContain(outcome);
    expect(simulator.control.configuration(101)).not.toContain("scales this cluster");
  });

  it("reads its file anew on SIGHUP, which does not end it", async () => {
    await using simulator = await startSimulator({ clock: "manual", start: night });
    const path = await file("autoscaler.yaml", text("recommend").replace("5s", "1h"));
    const running = start(["run", path, "--format", "json", "--state", join(directory, "b")], simulator);
    await running.said(/"event":"cycle"/u);
    await writeFile(path, text("paused"));
    running.child.kill("SIGHUP");
    await running.said(/"event":"reloaded".*"mode":"paused"/u);
    running.child.kill("SIGINT");
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  it("leaves quietly when nobody reads the trace any more", async () => {
    await using simulator = await startSimulator({ start: night });
    const running = start(["record", "--interval", "1s", "--state", join(directory, "c")], simulator);
    await running.said(/,101,/u);
    running.child.stdout?.destroy();
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });
});
