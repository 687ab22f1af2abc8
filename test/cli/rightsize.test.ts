import { afterEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { cli, connectionTo, writes } from "./harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: SimulatorOptions = {}): Promise<Record<string, string>> {
  simulator = await startSimulator({ clock: "manual", start: Date.parse("2026-11-18T10:00:00Z"), ...options });
  return connectionTo(simulator);
}

interface Report {
  readonly containers: readonly {
    readonly vmid: number;
    readonly resource: string;
    readonly verdict: string;
    readonly reasons: readonly string[];
  }[];
  readonly nodes: readonly { readonly node: string; readonly gibToFree: number }[];
  readonly total: { readonly gibToFree: number };
}

describe("rightsize", () => {
  it("prints its report as its schema promises, and writes nothing", async () => {
    const { exitCode, stdout, stderr } = await cli(["rightsize", "--format", "json"], { env: await start() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const document = JSON.parse(stdout) as Report;
    expect(schema("rightsize")(document)).toEqual([]);
    expect(writes(simulator)).toEqual([]);
    // Mail is busy but never short, leak-1 fills what it has.
    const verdict = (vmid: number, resource: string): string | undefined =>
      document.containers.find((one) => one.vmid === vmid && one.resource === resource)?.verdict;
    expect(verdict(111, "memory")).toBe("too-small");
    expect(verdict(109, "memory")).toBe("too-big");
    expect(document.total.gibToFree).toBeCloseTo(
      document.nodes.reduce((sum, node) => sum + node.gibToFree, 0),
      1,
    );
  });

  it("says the same for people, for a pull request and for a spreadsheet", async () => {
    const env = await start();
    const text = await cli(["rightsize"], { env });
    expect(text.stdout).toMatch(/^▲ +111 +leak-1 .*memory/mu);
    expect(text.stdout).toMatch(/^total +\d+/mu);
    const narrow = await cli(["rightsize"], { env: { ...env, NO_COLOR: "1" }, terminal: 70 });
    expect(
      Math.max(
        ...narrow.stdout
          .split("\n")

          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(70);
    const markdown = await cli(["rightsize", "--format", "markdown"], { env });
    expect(markdown.stdout).toContain("| ▲ too small | 111 leak-1 |");
    const csv = await cli(["rightsize", "--csv"], { env });
    const [head, ...rows] = csv.stdout.trimEnd().split("\n");
    expect(head).toBe(
      "vmid,name,node,resource,unit,verdict,confidence,from,to,usual,peak,at_limit,covered_seconds,why",
    );
    expect(rows.find((row) => row.startsWith("111,leak-1,") && row.includes(",memory,"))).toContain(",too-small,");
  });

  it("refuses a time it can't look back over", async () => {
    const env = await start();
    for (const last of ["soon", "10m", "2000d"]) {
      const { exitCode, stderr } = await cli(["rightsize", "--last", last], { env });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(last);
    }
    expect((await cli(["rightsize", "--csv", "--format", "json"], { env })).exitCode).toBe(2);
  });
});
