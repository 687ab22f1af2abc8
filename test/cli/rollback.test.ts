import { describe, expect, it, onTestFinished } from "vitest";
import { connect } from "../../src/proxmox/index.js";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, contents, file, folder, keyboard, writes } from "./harness.js";
import { schema } from "./schemas.js";

interface World {
  readonly simulator: Simulator;
  readonly env: Record<string, string>;
}

async function world(options: SimulatorOptions = {}): Promise<World> {
  const simulator = await startSimulator({ clock: "manual", start: night, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, env: { ...connectionTo(simulator), XDG_STATE_HOME: await folder() } };
}

async function applied({ env }: World, policies: string): Promise<string> {
  const path = await file("autoscaler.yaml", `version: 1\npolicies: [${policies}]\n`);
  const { exitCode, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
  expect(exitCode).toBe(0);
  return (JSON.parse(stdout) as { run: string }).run;
}

const cores = (vmid: number, count: number) =>
  `{ match: { vmids: [${vmid}] }, cpu: { fixed: ${count}, shrink: immediate }, cooldown: { up: 0s, down: 0s } }`;

interface Listed {
  readonly runs: readonly {
    readonly run: string;
    readonly kind: string;
    readonly undoes: string | null;
    readonly changes: readonly Readonly<Record<string, unknown>>[];
  }[];
}

async function listed({ env }: World): Promise<Listed> {
  const { exitCode, stdout } = await cli(["rollback", "--format", "json"], { env });
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout) as Listed;
  expect(schema("rollback")(document)).toEqual([]);
  return document;
}

async function rolledBack(
  { env }: World,
  ...words: string[]
): Promise<{ exitCode: number; stderr: string; results: readonly Readonly<Record<string, unknown>>[] }> {
  const { exitCode, stdout, stderr } = await cli(["rollback", ...words, "--yes", "--format", "json"], { env });
  const document = JSON.parse(stdout) as { results: Readonly<Record<string, unknown>>[] };
  expect(schema("rollback")(document)).toEqual([]);
  return { exitCode, stderr, results: document.results };
}

async function inventoryOf({ simulator }: World) {
  await using gateway = connect({
    endpoints: [simulator.url],
    trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
    credentials: { kind: "token", token: simulator.token },
  });
  return await gateway.inventory({ nodeMemory: true });
}

const has = ({ simulator }: World, vmid: number, line: string) =>
  simulator.control.configuration(vmid).includes(`${line}\n`);

describe("rollback", () => {
  it("lists what earlier runs changed, newest first, and writes nothing", async () => {
    const on = await world();
    expect((await listed(on)).runs).toEqual([]);
    const first = await applied(on, cores(101, 5));
    await on.simulator.control.advance(60_000);
    const second = await applied(on, `${cores(101, 6)}, ${cores(102, 5)}`);
    const before = writes(on.simulator).length;
    const { runs } = await listed(on);
    expect(runs.map(({ run }) => run)).toEqual([second, first]);
    expect(runs[0]?.changes).toMatchObject([
      { vmid: 101, resource: "cores", from: 5, to: 6, outcome: "applied", undoneBy: null },
      { vmid: 102, resource: "cores", to: 5 },
    ]);
    const { stdout } = await cli(["rollback"], { env: on.env });
    expect(stdout).toMatch(/2026-11-21 03:01 UTC {2}2026\S+ {2}101 web-1 +cores +5 → 6\n/u);
    expect(writes(on.simulator)).toHaveLength(before);
  });

  it("takes the last change of a container back, and then the one before", async () => {
    const on = await world();
    const original = /cores: (\d+)/u.exec(on.simulator.control.configuration(101))?.[1];
    await applied(on, cores(101, 5));
    await on.simulator.control.advance(1000);
    const second = await applied(on, cores(101, 6));
    await on.simulator.control.advance(1000);
    const { exitCode, results } = await rolledBack(on, "--vmid", "101");
    expect(exitCode).toBe(0);
    expect(results).toMatchObject([
      { vmid: 101, from: 6, to: 5, outcome: "applied", verified: true, reasons: [{ rule: "rollback" }] },
    ]);
    expect(has(on, 101, "cores: 5")).toBe(true);
    expect((await listed(on)).runs[0]).toMatchObject({ kind: "rollback", undoes: second });
    await on.simulator.control.advance(1000);
    await rolledBack(on, "--vmid", "101");
    expect(has(on, 101, `cores: ${original}`)).toBe(true);
    const nothing = await cli(["rollback", "--vmid", "101", "--yes"], { env: on.env });
    expect(nothing.exitCode).toBe(1);
    expect(nothing.stderr).toContain("No run has changed container 101 that was not taken back already.");
  });

  it("takes a whole run back, but nothing that was changed again since", async () => {
    const on = await world();
    await applied(on, `${cores(101, 5)}, ${cores(102, 5)}`);
    on.simulator.control.setConfiguration(102, { cores: 7 });
    const { exitCode, results } = await rolledBack(on, "--run", "last");
    expect(exitCode).toBe(4);
    expect(results).toMatchObject([
      { vmid: 101, outcome: "applied" },
      { vmid: 102, outcome: "skipped", from: 7 },
    ]);
    expect(results[1]?.["error"]).toContain("changed again since, to 7; with --vmid 102 it is restored nonetheless");
    expect(has(on, 102, "cores: 7")).toBe(true);
    const { runs } = await listed(on);
    const again = await rolledBack(on, "--run", runs[1]?.run ?? "", "--vmid", "102");
    expect(again).toMatchObject({ exitCode: 0, results: [{ vmid: 102, from: 7, outcome: "applied" }] });
  });

  it("is for the engine a change by hand, which it leaves alone for a while", async () => {
    const on = await world();
    await applied(on, cores(101, 6));
    await on.simulator.control.advance(1000);
    const { stderr } = await rolledBack(on, "--vmid", "101");
    expect(stderr).toContain("lxc-autoscaler pause --vmid 101 keeps it so");
    const path = await file(
      "autoscaler.yaml",
      "version: 1\npolicies: [{ match: { vmids: [101] }, cpu: { fixed: 6 }, cooldown: { up: 5m, down: 10m } }]\n",
    );
    const plan = async (): Promise<{ action: string; reasons: { rule: string; text: string }[] }[]> => {
      const { stdout } = await cli(["plan", path, "--format", "json"], { env: on.env });
      return (JSON.parse(stdout) as { decisions: { action: string; reasons: { rule: string; text: string }[] }[] })
        .decisions;
    };
    const [decision] = await plan();
    expect(decision).toMatchObject({ action: "hold" });
    expect(decision?.reasons.map(({ rule }) => rule)).toContain("changed-by-hand");
    await on.simulator.control.advance(620_000);
    expect(await plan()).toMatchObject([{ action: "scale-up" }]);
  });

  it("keeps it so where it is told to pause as well", async () => {
    const on = await world();
    await applied(on, cores(101, 6));
    await rolledBack(on, "--vmid", "101", "--pause", "1d");
    const { stdout } = await cli(["pause", "--list"], { env: on.env });
    expect(stdout).toMatch(/scaling of 101 web-1, for 1d more .*“rolled back run /u);
  });

  it("does not take memory away that is in use, and says the numbers", async () => {
    const on = await world();
    on.simulator.control.setConfiguration(101, { memory: 1024 });
    await applied(on, "{ match: { vmids: [101] }, memory: { fixed: 4GiB } }");
    on.simulator.control.pretend(101, { memory: 2048 * 2 ** 20 });
    await on.simulator.control.advance(20_000);
    const before = writes(on.simulator).length;
    const { exitCode, results } = await rolledBack(on, "--vmid", "101");
    expect(exitCode).toBe(1);
    expect(results).toMatchObject([{ outcome: "skipped", from: 4096, to: 1024 }]);
    expect(results[0]?.["error"]).toBe(
      "Left alone: it uses 2 GiB, which with 20 % headroom takes 2458MiB: more than the 1GiB it had.",
    );
    expect(writes(on.simulator)).toHaveLength(before);
  });

  it("grows nothing back on a node that has no room for it, unless it is told to", async () => {
    const on = await world({ nodes: 1 });
    on.simulator.control.setConfiguration(101, { memory: 16384, cores: 4 });
    on.simulator.control.setConfiguration(102, { memory: 16384 });
    await on.simulator.control.advance(20_000);
    await applied(
      on,
      "{ match: { vmids: [101] }, cpu: { fixed: 3, shrink: immediate }, memory: { fixed: 14784MiB }, cooldown: { up: 0s, down: 0s } }, { match: { vmids: [102] }, memory: { fixed: 14784MiB }, cooldown: { up: 0s, down: 0s } }",
    );
    const { nodes } = await inventoryOf(on);
    const [node] = nodes;
    // The reserve of 2 GiB and room for one of the two growths, of 1600 MiB each.
    const spare = (2048 + 2400) * 2 ** 20;
    on.simulator.control.occupy(node!.name, { memory: node!.memoryAvailable! - spare });
    await on.simulator.control.advance(20_000);
    const before = writes(on.simulator).length;
    const loose = await file(
      "loose.yaml",
      "version: 1\nsafety: { reserve: { memory: 2GiB }, nodeLimits: { memory: 100% } }\n",
    );
    const { exitCode, results } = await rolledBack(on, "--run", "last", loose);
    expect(exitCode).toBe(4);
    expect(results).toMatchObject([
      { vmid: 101, resource: "cores", outcome: "applied" },
      { vmid: 101, resource: "memory", outcome: "applied" },
      { vmid: 102, resource: "memory", outcome: "skipped", from: 14784, to: 16384 },
    ]);
    expect(results[2]?.["error"]).toMatch(
      /^Left alone: node pve\d has [\d.]+ MiB to give beside the reserve of 2048 MiB; --despite-full-node restores it nonetheless\.$/u,
    );
    expect(writes(on.simulator).slice(before)).toHaveLength(1);
    const full = await rolledBack(on, "--vmid", "102");
    expect(full).toMatchObject({ exitCode: 1, results: [{ vmid: 102, outcome: "skipped" }] });
    expect(full.results[0]?.["error"]).toContain(`node ${node!.name} has 9`);
    expect(has(on, 102, "memory: 14784")).toBe(true);
    const forced = await rolledBack(on, "--vmid", "102", "--despite-full-node");
    expect(forced).toMatchObject({ exitCode: 0, results: [{ vmid: 102, outcome: "applied" }] });
    expect(has(on, 102, "memory: 16384")).toBe(true);
  });

  it("restores that there was no limit", async () => {
    const on = await world();
    on.simulator.control.setConfiguration(101, { cores: null });
    await applied(on, "{ match: { vmids: [101] }, cpu: { fixed: 3, manageUnlimited: true, shrink: immediate } }");
    expect(has(on, 101, "cores: 3")).toBe(true);
    const { results } = await rolledBack(on, "--vmid", "101");
    expect(results).toMatchObject([{ from: 3, to: null, outcome: "applied", verified: true }]);
    expect(on.simulator.control.configuration(101)).not.toContain("cores:");
  });

  it("asks, with the plan before it, and takes no for an answer", async () => {
    const on = await world();
    await applied(on, cores(101, 6));
    const stdin = keyboard();
    const { exitCode, stderr } = await cli(["rollback", "--run", "last"], {
      env: on.env,
      terminal: 120,
      stdin,
      onStderr: (text) => {
        if (text.includes("[y/N]") && !stdin.writableEnded) stdin.end("n\n");
      },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/101 web-1 +cores +6 → 4/u);
    expect(stderr).toContain("Restore 1 change on demo");
    expect(has(on, 101, "cores: 6")).toBe(true);
  });

  it.each([
    [["rollback", "--yes"], "What is to be taken back?"],
    [["rollback", "--run", "last"], "there is no terminal to ask on"],
    [["rollback", "--run", "last", "--yes", "--pause", "soon"], "is not a time such as 2h"],
    [["rollback", "--vmid", "x", "--yes"], "is not the number of a container"],
  ])("refuses %j as wrong usage", async (words, why) => {
    const { exitCode, stderr } = await cli(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });

  it("says that there is no such run", async () => {
    const on = await world();
    const { exitCode, stderr } = await cli(["rollback", "--run", "20260101T000000Z-abcdef", "--yes"], { env: on.env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("There is no run 20260101T000000Z-abcdef that changed anything");
    expect(await contents(on.env["XDG_STATE_HOME"]!)).toEqual({});
  });
});
