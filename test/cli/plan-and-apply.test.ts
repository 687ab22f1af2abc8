import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { cli, connectionTo, contents, file, folder, keyboard, writes, type CliOptions, type Ended } from "./harness.js";
import { night } from "../operate/harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

/** Two containers grow by a core, one of them in memory too, the others of the demo are not managed. */
const growing = `
version: 1
policies:
  - { name: first, match: { vmids: [101] }, cpu: { fixed: 5 }, memory: { fixed: 2GiB } }
  - { name: second, match: { vmids: [102] }, cpu: { fixed: 3 } }
`;

interface Setting {
  readonly env: Record<string, string>;
  readonly state: string;
  readonly path: string;
}

async function start(text = growing, options: SimulatorOptions = {}): Promise<Setting> {
  simulator = await startSimulator({ clock: "manual", start: night, ...options });
  const state = join(await folder(), "state");
  return {
    env: { ...connectionTo(simulator), XDG_STATE_HOME: state },
    state,
    path: await file("autoscaler.yaml", text),
  };
}

describe("plan", () => {
  it("prints a plan as its schema promises, and writes nothing anywhere", async () => {
    const { env, state, path } = await start();
    const { exitCode, stdout, stderr } = await cli(["plan", path, "--format", "json"], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const document: unknown = JSON.parse(stdout);
    expect(schema("plan")(document)).toEqual([]);
    expect(document).toMatchObject({
      version: 1,
      file: path,
      summary: { containers: 2, scaleUp: 3, scaleDown: 0, hold: 0, blocked: 0 },
    });
    expect(writes(simulator)).toEqual([]);
    expect(await contents(state)).toEqual({});
  });

  it("shows changes with their reasons, and sums up what holds", async () => {
    const { env, path } = await start(`${growing}defaults: { match: { vmids: [100-199] }, cpu: { min: 1, max: 8 } }\n`);
    const { stdout } = await cli(["plan", path], { env });
    expect(stdout).toContain("▲  101 web-1");
    expect(stdout).toMatch(/101 web-1 +pve1 +first +cores +4 → 5/u);
    expect(stdout).toMatch(/Held \(--verbose lists each\)/u);
    expect(stdout).not.toContain("112 wiki");
    expect((await cli(["plan", path, "--verbose"], { env })).stdout).toContain("112 wiki");
  });

  it("fits a narrow terminal", async () => {
    const { env, path } = await start();
    const { stdout } = await cli(["plan", path], { env: { ...env, NO_COLOR: "1" }, terminal: 72 });
    const table = stdout.split("\n").slice(2);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  it("says that groups are not looked at", async () => {
    const { env, path } = await start(
      `${growing}groups:\n  - { name: frontend, template: { vmid: 900 }, instances: { min: 1, max: 2 } }\n`,
    );
    expect((await cli(["plan", path], { env })).stdout).toContain("The group frontend is not evaluated yet");
    const json = await cli(["plan", path, "--format", "json"], { env });
    expect(json.stderr).toContain("The group frontend is not evaluated yet");
    expect(schema("plan")(JSON.parse(json.stdout))).toEqual([]);
  });

  it("prints Markdown that names can't break out of", async () => {
    const { env, path } = await start(growing.replace("name: first", 'name: "a|b <script> @team"'));
    const { stdout } = await cli(["plan", path, "--format", "markdown"], { env });
    expect(stdout).toContain("| ▲ | 101 web-1 | pve1 |");
    expect(stdout).toContain(String.raw`a\|b \<script\>`);
    expect(stdout).not.toContain("@team");
  });

  it("ends with 1 and the finding for a file with an error", async () => {
    const { env, path } = await start("version: 1\npolicies: 3\n");
    const { exitCode, stdout, stderr } = await cli(["plan", path, "--format", "json"], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`${path}:2:11: error:`);
    expect(simulator.control.requests()).toEqual([]);
  });

  it("takes the connection from the file where neither option nor environment has one", async () => {
    const { path, env } = await start();
    const { readFile, writeFile } = await import("node:fs/promises");
    const connection = `connection: { url: "${simulator.url}", token: "\${env:MY_TOKEN}", fingerprint: "${simulator.fingerprint}" }\n`;
    await writeFile(path, `${await readFile(path, "utf8")}${connection}`);
    const home = { XDG_STATE_HOME: env["XDG_STATE_HOME"] ?? "" };
    expect((await cli(["plan", path], { env: { ...home, MY_TOKEN: simulator.token } })).exitCode).toBe(0);
    const missing = await cli(["plan", path], { env: home });
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain("connection.token refers to ${env:MY_TOKEN}, which is not set.");
  });

  it("reads the file from standard input", async () => {
    const { env } = await start();
    expect((await cli(["plan", "-", "--format", "json"], { env, stdin: growing })).exitCode).toBe(0);
  });
});

describe("apply", () => {
  it("carries the plan out, and reports as its schema promises", async () => {
    const { env, state, path } = await start();
    const { exitCode, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(exitCode).toBe(0);
    const document: unknown = JSON.parse(stdout);
    expect(schema("apply")(document)).toEqual([]);
    expect(document).toMatchObject({
      results: [
        { vmid: 101, resource: "cores", outcome: "applied", verified: true },
        { vmid: 101, resource: "memory", outcome: "applied", verified: true },
        { vmid: 102, resource: "cores", outcome: "applied", verified: true },
      ],
    });
    expect(writes(simulator)).toHaveLength(2);
    expect(simulator.control.configuration(101)).toContain("memory: 2048\n");
    const records = await contents(state);
    expect(Object.keys(records).filter((name) => name.endsWith(".json") || name.endsWith(".jsonl"))).toHaveLength(2);
    expect(JSON.stringify(records)).not.toContain(simulator.token.split("=")[1]);
  });

  it("has nothing more to do the second time", async () => {
    const { env, path } = await start();
    await cli(["apply", path, "--yes"], { env });
    await simulator.control.advance(20_000);
    const { exitCode, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ results: [] });
  });

  it("ends with 2 before it connects, without --yes and without a terminal", async () => {
    const { env, state, path } = await start();
    const { exitCode, stdout, stderr } = await cli(["apply", path], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("give --yes");
    expect(simulator.control.requests()).toEqual([]);
    expect(await contents(state)).toEqual({});
  });

  /** Types an answer once the question is there. */
  async function answering(setting: Setting, answer: string, options: Partial<CliOptions> = {}): Promise<Ended> {
    const stdin = keyboard();
    return cli(["apply", setting.path], {
      env: setting.env,
      terminal: 100,
      stdin,
      onStderr: (text) => {
        if (text.includes("[y/N]") && stdin.writable) stdin.end(answer);
      },
      ...options,
    });
  }

  it("asks, naming the changes and the cluster, and goes on with yes", async () => {
    const setting = await start();
    const { exitCode, stderr } = await answering(setting, "y\n");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/Apply 3 changes to demo \(127\.0\.0\.1:\d+\)\? \[y\/N\]/u);
    expect(writes(simulator)).toHaveLength(2);
  });

  it.each([
    ["no", "n\n"],
    ["an empty answer", "\n"],
    ["the end of the input", ""],
  ])("changes nothing and ends with 1 after %s", async (_name, answer) => {
    const setting = await start();
    const { exitCode, stderr } = await answering(setting, answer);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Nothing was changed.");
    expect(writes(simulator)).toEqual([]);
    expect(await contents(setting.state)).toEqual({});
  });

  it("changes nothing and ends with 130 when it is interrupted at the question", async () => {
    const setting = await start();
    const interruption = new AbortController();
    const { exitCode } = await cli(["apply", setting.path], {
      env: setting.env,
      terminal: 100,
      stdin: keyboard(),
      signal: interruption.signal,
      onStderr: (text) => {
        if (text.includes("[y/N]")) interruption.abort();
      },
    });
    expect(exitCode).toBe(130);
    expect(writes(simulator)).toEqual([]);
  });

  it("ends with 4 where a part could not be carried out", async () => {
    const { env, path } = await start();
    simulator.control.addFault({ kind: "status", status: 500, reason: "no space", method: "PUT", path: "/lxc/102/" });
    const { exitCode, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(exitCode).toBe(4);
    const document: unknown = JSON.parse(stdout);
    expect(schema("apply")(document)).toEqual([]);
    expect(document).toMatchObject({ results: [{}, {}, { vmid: 102, outcome: "failed", verified: false }] });
  });

  it("ends with 1 where nothing could be carried out", async () => {
    const { env, path } = await start();
    simulator.control.addFault({ kind: "status", status: 500, reason: "no space", method: "PUT", path: "/lxc/" });
    const { exitCode, stdout } = await cli(["apply", path, "--yes"], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✘ failed[\s\S]*no space/u);
  });

  it("applies nothing in mode paused", async () => {
    const { env, path } = await start(`mode: paused${growing}`);
    const { exitCode, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ results: [] });
    expect(writes(simulator)).toEqual([]);
  });

  it("writes nothing while a reference outside the connection is not set", async () => {
    const { env, path } = await start(growing.replace("fixed: 2GiB", 'fixed: "${env:NOT_SET}"'));
    const { exitCode, stderr } = await cli(["apply", path, "--yes"], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("${env:NOT_SET}");
    expect(writes(simulator)).toEqual([]);
  });

  it("keeps its records where --state says", async () => {
    const { env, state, path } = await start();
    const elsewhere = join(await folder(), "elsewhere");
    await cli(["apply", path, "--yes", "--state", elsewhere], { env });
    expect(await contents(state)).toEqual({});
    const names = Object.keys(await contents(elsewhere));
    expect(names.some((name) => /^demo@127\.0\.0\.1%3A\d+\/audit\.jsonl$/u.test(name))).toBe(true);
  });
});
