import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { leaseIn } from "../../src/operate/index.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { common } from "../../scripts/lib/bundle.js";
import { night } from "../operate/harness.js";
import { connectionTo, file, folder, writes } from "./harness.js";

let directory: string;
let program: string;
let skewed: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  await build({
    ...common,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
  });
  program = join(directory, "cli.mjs");
  // A machine whose clock is two hours ahead.
  skewed = join(directory, "skewed.mjs");
  await writeFile(skewed, "const now = Date.now; Date.now = () => now() + 7_200_000;\n");
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

type Line = Readonly<Record<string, unknown>>;

interface Loop {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  /** The first line, now or later, that holds it. */
  readonly line: (holds: (line: Line) => boolean) => Promise<Line>;
  readonly ended: Promise<number | null>;
}

/** `run` in a process of its own, with records of its own: as on another machine. */
async function loop(simulator: Simulator, path: string, node: readonly string[] = []): Promise<Loop> {
  const child = spawn(process.execPath, [...node, program, "run", path, "--format", "json"], {
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      ...connectionTo(simulator),
      XDG_STATE_HOME: await folder(),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((part) => JSON.parse(part) as Line));
    for (const look of waiting) look();
  });
  return {
    child,
    lines,
    line: (holds) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(holds);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        child.once("close", () => reject(new Error(`it ended: ${complaints}`)));
        look();
      }),
    ended: new Promise((resolve) => child.once("close", (code) => resolve(code))),
  };
}

const holds = ({ event, held }: Line): boolean => event === "lease" && held === true;
const recommends = ({ event, held }: Line): boolean => event === "lease" && held === false;

/** Of container 101: who scales the cluster by its notes. */
function holder(simulator: Simulator): string | null {
  const notes = /^#(> LXC.*)$/mu.exec(simulator.control.configuration(101))?.[1];
  return leaseIn(notes === undefined ? null : decodeURIComponent(notes))?.id ?? null;
}

const sizeWrites = (simulator: Simulator) =>
  simulator.control.requests().filter(({ method, body }) => method === "PUT" && body.includes("cores="));

const text = [
  "version: 1",
  "mode: apply",
  "interval: 10s",
  "safety: { lease: { duration: 30s } }",
  "policies: [{ match: { vmids: [101, 103] }, cpu: { fixed: 6 } }]",
  "",
].join("\n");

describe("two loops on one cluster", () => {
  it("scale it once: the second recommends, takes over when the first is killed, and gives the lease back", async () => {
    const simulator = await startSimulator({ start: night });
    try {
      const path = await file("autoscaler.yaml", text);
      const first = await loop(simulator, path);
      await first.line(holds);
      const id = holder(simulator);
      expect(id).toMatch(/^[0-9a-f]{8}$/u);
      await first.line(({ event }) => event === "cycle");
      expect(sizeWrites(simulator)).toHaveLength(2);

      // There is something to do again, and both see it. The machine of the second has another time.
      const other = await file("autoscaler.yaml", text.replace("fixed: 6", "fixed: 5, shrink: immediate"));
      const second = await loop(simulator, other, ["--import", skewed]);
      const { error } = await second.line(recommends);
      expect(error).toContain(`(${id}) scales this cluster`);
      expect(error).toContain("This program only recommends.");
      await second.line(({ event }) => event === "cycle");
      expect(sizeWrites(simulator)).toHaveLength(2);
      expect(holder(simulator)).toBe(id);

      first.child.kill("SIGKILL");
      await first.ended;
      await second.line(holds);
      expect(holder(simulator)).not.toBe(id);

      second.child.kill("SIGTERM");
      expect(await second.ended).toBe(0);
      expect(holder(simulator)).toBeNull();
      expect(simulator.control.configuration(101)).not.toContain("LXC%20Autoscaler");
      // No write was ever made without the lease: everything before the take-over is the first one's.
      expect(writes(simulator).every((write) => /\/lxc\/10[13]\/config$/u.test(write))).toBe(true);
    } finally {
      await simulator.close();
    }
  }, 120_000);
});
