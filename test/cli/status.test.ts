import { afterEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { cli, connectionTo, writes } from "./harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: SimulatorOptions = {}): Promise<Record<string, string>> {
  simulator = await startSimulator({ clock: "manual", ...options });
  return connectionTo(simulator);
}

interface StatusJson {
  readonly nodes: readonly { readonly node: string; readonly status: string }[];
  readonly containers: readonly Readonly<Record<string, unknown>>[];
  readonly problems: readonly { readonly node: string | null; readonly message: string }[];
}

describe("status", () => {
  it("prints every node and container as its schema promises", async () => {
    const { exitCode, stdout, stderr } = await cli(["status", "--format", "json"], { env: await start() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const document = JSON.parse(stdout) as StatusJson;
    expect(schema("status")(document)).toEqual([]);
    expect(document.nodes.map(({ node }) => node)).toEqual(["pve1", "pve2", "pve3"]);
    expect(document.containers).toHaveLength(20);
    expect(document.problems).toEqual([]);
    expect(writes(simulator)).toEqual([]);
  });

  it("has no figures for containers of a node that does not answer, and says so as a problem", async () => {
    const { exitCode, stdout } = await cli(["status", "--format", "json"], {
      env: await start({ scenario: "node-offline" }),
    });
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout) as StatusJson;
    expect(schema("status")(document)).toEqual([]);
    expect(document.nodes.filter(({ status }) => status !== "online")).toMatchObject([{ node: "pve3" }]);
    expect(document.problems.filter(({ node }) => node === "pve3")).toHaveLength(1);
    const silent = document.containers.filter(({ node }) => node === "pve3");
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.every(({ cpu, memory, status }) => cpu === null && memory === null && status === "unknown")).toBe(
      true,
    );
  });

  it("fits a narrow terminal, and is whole without one", async () => {
    const env = await start();
    const narrow = await cli(["status"], { env: { ...env, NO_COLOR: "1" }, terminal: 60 });
    const lines = narrow.stdout.trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    const whole = await cli(["status"], { env });
    expect(whole.stdout).toContain("TAGS");
    expect(whole.stdout).not.toContain("\u001B");
    expect(whole.stderr).toBe("");
  });

  it("takes its progress away before it says on a terminal what failed", async () => {
    const env = await start();
    await simulator.close();
    const { exitCode, stderr } = await cli(["status"], { env, terminal: 80 });
    expect(exitCode).toBe(3);
    const [, shown, told] = stderr.split("\r\u001B[2K");
    expect(shown).toMatch(/^Reading /u);
    expect(told).toMatch(/^lxc-autoscaler: Could not read/u);
  });

  it("has colours on a terminal unless told otherwise", async () => {
    const env = await start();
    expect((await cli(["status"], { env, terminal: 100 })).stdout).toContain("\u001B[32m");
    expect((await cli(["status", "--no-color"], { env, terminal: 100 })).stdout).not.toContain("\u001B[");
    expect((await cli(["status"], { env: { ...env, NO_COLOR: "1" }, terminal: 100 })).stdout).not.toContain("\u001B[");
  });
});
