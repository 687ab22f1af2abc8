import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AuditLog, pastRuns, StateStore } from "../../src/operate/index.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { common } from "../../scripts/lib/bundle.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, contents, file, folder, writes } from "./harness.js";
import { schema } from "./schemas.js";

/**
 * Loaded before the program: counts everything that it changes on the disk, and kills it right before number
 * `DIE_AT`, as a power cut or `kill -9` would. At its end it says how many there were.
 */
const assassin = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const dieAt = Number(process.env.DIE_AT ?? "0");
let count = 0;
const step = () => {
  count += 1;
  if (count === dieAt) process.kill(process.pid, "SIGKILL");
};
const count_ = (owner, name, when = () => true) => {
  const original = owner[name];
  owner[name] = function (...given) {
    if (when(...given)) step();
    return original.apply(this, given);
  };
};
for (const name of ["mkdir", "rmdir", "rename", "unlink", "write", "fsync"]) count_(fs, name);
for (const name of ["mkdir", "rmdir", "rename", "unlink", "rm", "writeFile"]) count_(fs.promises, name);
const handle = await fs.promises.open(process.execPath);
for (const name of ["write", "datasync", "sync"]) count_(Object.getPrototypeOf(handle), name);
await handle.close();
syncBuiltinESMExports();
process.on("exit", () => fs.writeSync(2, "changes on the disk: " + count + "\\n"));
`;

let directory: string;
let program: string;
let preload: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  await build({
    ...common,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
  });
  program = join(directory, "cli.mjs");
  preload = join(directory, "assassin.mjs");
  await writeFile(preload, assassin);
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in a process of its own. */
function run(argv: readonly string[], env: Readonly<Record<string, string>>, node: readonly string[] = []) {
  const child = spawn(process.execPath, [...node, program, ...argv], {
    env: { PATH: process.env["PATH"], HOME: directory, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal, ...output })),
  );
  return { child, ended };
}

const policies = [101, 103].map((vmid) => `{ match: { vmids: [${vmid}] }, cpu: { fixed: 6 } }`).join(", ");
const text = `version: 1\nsafety: { maxConcurrent: 1 }\ndefaults: { cooldown: { up: 1h, down: 1h } }\npolicies: [${policies}]\n`;

interface World extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly env: Record<string, string>;
  readonly path: string;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  readonly cores: (vmid: number) => number;
}

async function world(): Promise<World> {
  const simulator = await startSimulator({ clock: "manual", start: night });
  const home = await folder();
  const location = { directory: join(home, "lxc-autoscaler"), endpoint: simulator.url };
  return {
    simulator,
    env: { ...connectionTo(simulator), XDG_STATE_HOME: home },
    path: await file("autoscaler.yaml", text),
    stateStore: new StateStore(location),
    audit: new AuditLog(location),
    cores: (vmid) => Number(/^cores: (\d+)$/mu.exec(simulator.control.configuration(vmid))?.[1]),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** The run that was killed and the one after it together did everything once, and know it. */
async function expectWhole(on: World, before: ReadonlyMap<number, number>): Promise<void> {
  const { state, openWrites } = await on.stateStore.records("demo");
  expect(openWrites).toEqual([]);
  const lines = await on.audit.read("demo");
  for (const [vmid, cores] of before) {
    expect(on.cores(vmid)).toBe(6);
    expect(writes(on.simulator).filter((write) => write.includes(`/lxc/${vmid}/`))).toHaveLength(1);
    // The cooldown runs.
    expect(state.containers[vmid]?.cores).toMatchObject({ expected: 6, up: { from: cores, to: 6 } });
    expect(state.containers[vmid]?.cores).not.toHaveProperty("byHand");
    const applied = lines.filter(
      (line) => line.event === "outcome" && line.outcome.vmid === vmid && line.outcome.outcome === "applied",
    );
    expect(applied).toHaveLength(1);
    // What was there before can be restored.
    const changes = pastRuns(lines).flatMap((past) => past.changes);
    expect(changes.filter((change) => change.vmid === vmid)).toMatchObject([{ from: cores, to: 6 }]);
    // Each write that was begun has an outcome.
    for (const write of lines.filter((line) => line.event === "write" && line.vmid === vmid)) {
      expect(lines).toContainEqual(
        expect.objectContaining({
          event: "outcome",
          run: write.run,
          outcome: expect.objectContaining({ vmid }) as object,
        }),
      );
    }
  }
  // A lock that the dead one left is nobody's, and goes with the next thing that is written down.
  await on.stateStore.update("demo", (same) => same);
  const left = await readdir(dirname(on.stateStore.file("demo")));
  expect(left.filter((name) => name !== "state.json" && name !== "audit.jsonl")).toEqual([]);
}

describe("kill -9", () => {
  it("at any change on the disk loses nothing and does nothing twice", async () => {
    await using first = await world();
    const whole = await run(["apply", first.path, "--yes"], first.env, ["--import", preload]).ended;
    expect(whole.code).toBe(0);
    const changes = Number(/changes on the disk: (\d+)/u.exec(whole.stderr)?.[1]);
    expect(changes).toBeGreaterThan(30);

    const points = Array.from({ length: changes }, (_, index) => index + 1);
    const lanes = 3;
    const inLane = async (lane: number): Promise<void> => {
      for (const point of points.filter((one) => one % lanes === lane)) await killedAt(point);
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => inLane(lane)));
  }, 300_000);

  /** A run that is killed before one change on the disk, and the next run. */
  async function killedAt(point: number): Promise<void> {
    await using on = await world();
    const before = new Map([101, 103].map((vmid) => [vmid, on.cores(vmid)]));
    const dying = run(["apply", on.path, "--yes"], { ...on.env, DIE_AT: String(point) }, ["--import", preload]);
    expect((await dying.ended).signal).toBe("SIGKILL");
    // Long enough for what might still be under way in Proxmox.
    await on.simulator.control.advance(20_000);
    const begun = performance.now();
    const next = await cli(["apply", on.path, "--yes", "--format", "json"], { env: on.env });
    // Not held up by the lock that the dead one left until it is stale by its age: that would take ten seconds.
    const quick = performance.now() - begun < 9000;
    expect({ point, quick, exitCode: next.exitCode, stderr: next.stderr }).toMatchObject({
      point,
      quick: true,
      exitCode: 0,
    });
    expect(schema("apply")(JSON.parse(next.stdout))).toEqual([]);
    try {
      await expectWhole(on, before);
    } catch (error) {
      throw new Error(`killed before change ${point} on the disk`, { cause: error });
    }
  }

  it("while Proxmox carries the write out is found out by the next run, even by a plan that writes nothing", async () => {
    await using on = await world();
    const before = new Map([101, 103].map((vmid) => [vmid, on.cores(vmid)]));
    on.simulator.control.addFault({ kind: "hang-after", method: "PUT", times: 1 });
    const { child, ended } = run(["apply", on.path, "--yes"], on.env);
    while (on.cores(101) !== 6) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
    await on.simulator.control.advance(60_000);
    const recorded = await contents(on.env["XDG_STATE_HOME"]!);
    // The cooldown of an hour is known, though the run never learnt that it had succeeded.
    const eager = await file("autoscaler.yaml", text.replace("fixed: 6", "fixed: 7"));
    const plan = await cli(["plan", eager, "--format", "json"], { env: on.env });
    const { decisions } = JSON.parse(plan.stdout) as {
      decisions: { vmid: number; action: string; reasons: { rule: string }[] }[];
    };
    const [decision] = decisions;
    expect(decision).toMatchObject({ vmid: 101, action: "blocked" });
    expect(decision?.reasons.map(({ rule }) => rule)).toContain("cooldown");
    expect(await contents(on.env["XDG_STATE_HOME"]!)).toEqual(recorded);
    const next = await cli(["apply", on.path, "--yes"], { env: on.env });
    expect(next.exitCode).toBe(0);
    await expectWhole(on, before);
    expect((await on.audit.read("demo")).filter((line) => line.event === "outcome" && line.recovered)).toHaveLength(1);
  });
});

describe("SIGTERM", () => {
  it("in the middle of a write lets it finish, reports it and ends with 130", async () => {
    await using on = await world();
    on.simulator.control.addFault({ kind: "latency", milliseconds: 500, method: "PUT" });
    const { child, ended } = run(["apply", on.path, "--yes", "--format", "json"], on.env);
    while (writes(on.simulator).length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGTERM");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      results: [
        { vmid: 101, outcome: "applied", verified: true },
        { vmid: 103, outcome: "skipped", error: "Interrupted before it began; nothing was sent." },
      ],
    });
    expect(stderr).toContain("Interrupted. 1 applied, 1 skipped.");
    expect((await on.stateStore.records("demo")).openWrites).toEqual([]);
  });
});

describe("records that can't be kept", () => {
  it("on a full disk nothing is sent, and the sentence says so", async ({ skip }) => {
    await using on = await world();
    const records = dirname(on.stateStore.file("demo"));
    await mkdir(records, { recursive: true });
    using disk = mounted(records, "rw");
    skip(disk === null, "mounting is not allowed here");
    spawnSync("dd", ["if=/dev/zero", `of=${join(records, "filler")}`, "bs=1k", "count=64"]);
    await expectRefused(on, /The state in \S+ could not be written: the disk is full\./u);
  });

  it("where the audit log can't be written, nothing is sent", async () => {
    await using on = await world();
    const records = dirname(on.stateStore.file("demo"));
    await mkdir(records, { recursive: true });
    await symlink("/dev/full", join(records, "audit.jsonl"));
    await expectRefused(on, /The audit log \S+ could not be written: the disk is full\./u);
  });

  it("in a read-only folder nothing is sent", async ({ skip }) => {
    await using on = await world();
    const home = on.env["XDG_STATE_HOME"]!;
    using disk = mounted(home, "ro");
    skip(disk === null, "mounting is not allowed here");
    await expectRefused(on, /The state in \S+ could not be written: the file system is read-only\./u);
  });

  async function expectRefused(on: World, why: RegExp): Promise<void> {
    const { exitCode, stderr, stdout } = await cli(["apply", on.path, "--yes"], { env: on.env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(why);
    expect(stderr).toContain("--state <folder>");
    expect(writes(on.simulator)).toEqual([]);
  }

  it("where the disk fills up during the run, nothing more is begun and what was done is told", async () => {
    await using on = await world();
    const records = dirname(on.stateStore.file("demo"));
    on.simulator.control.addFault({ kind: "latency", milliseconds: 300, method: "PUT" });
    const running = cli(["apply", on.path, "--yes", "--format", "json"], { env: on.env });
    while (writes(on.simulator).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const audit = join(records, "audit.jsonl");
    const written = await readFile(audit, "utf8");
    await rm(audit);
    await symlink("/dev/full", audit);
    const { exitCode, stderr, stdout } = await running;
    expect(exitCode).toBe(4);
    expect(stderr).toContain("could not be written: the disk is full.");
    expect(JSON.parse(stdout)).toMatchObject({
      results: [
        { vmid: 101, outcome: "applied" },
        { vmid: 103, outcome: "skipped", error: "Not begun, because the records can't be written any more." },
      ],
    });
    // With room again the next run completes what is missing.
    await rm(audit);
    await writeFile(audit, written);
    await on.simulator.control.advance(3_600_000);
    on.simulator.control.setConfiguration(103, { cores: 6 });
    expect((await cli(["apply", on.path, "--yes"], { env: on.env })).exitCode).toBe(0);
    const lines = await on.audit.read("demo");
    expect(lines.filter((line) => line.event === "outcome" && line.outcome.vmid === 101)).toHaveLength(1);
  });

  it("a damaged state is refused and left as it is, with what to do", async () => {
    await using on = await world();
    const path = on.stateStore.file("demo");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{"version":1,"state":{"containers"');
    for (const words of [
      ["plan", on.path],
      ["apply", on.path, "--yes"],
      ["pause", "--list"],
    ]) {
      const { exitCode, stderr } = await cli(words, { env: on.env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("is damaged. Without it cooldowns, pauses and earlier sizes would be forgotten");
      expect(stderr).toContain("restore the file, or move it away to start afresh");
    }
    expect(await readFile(path, "utf8")).toBe('{"version":1,"state":{"containers"');
    expect(writes(on.simulator)).toEqual([]);
  });
});

/** Mounts a small file system over a folder; `null` where that is not allowed here. */
function mounted(path: string, options: string): Disposable | null {
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=8k,${options}`, "tmpfs", path]).status !== 0) return null;
  return { [Symbol.dispose]: () => void spawnSync("umount", [path]) };
}
