import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readAutoscalerFile } from "../../src/config/index.js";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { cli, connectionTo, folder, writes } from "./harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: SimulatorOptions = {}): Promise<Record<string, string>> {
  simulator = await startSimulator({ clock: "manual", start: Date.parse("2026-11-18T10:00:00Z"), ...options });
  return connectionTo(simulator);
}

interface Proposed {
  readonly text: string;
  readonly policies: readonly { readonly name: string; readonly vmids: readonly number[] }[];
  readonly left: readonly { readonly vmid: number; readonly reason: string }[];
}

describe("init", () => {
  it("proposes a file that validates clean and can be planned with at once", async () => {
    const env = await start({ containers: 40 });
    const path = join(await folder(), "autoscaler.yaml");
    const { exitCode, stdout, stderr } = await cli(["init", "-o", path], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain(`${path} is written`);
    const { findings, config } = readAutoscalerFile(await readFile(path, "utf8"), {
      file: path,
      environment: env,
    });
    expect(findings).toEqual([]);
    expect(config?.mode).toBe("recommend");
    expect(config?.connection.fingerprints).toEqual([simulator.fingerprint]);
    const plan = await cli(["plan", path, "--format", "json"], { env: { PROXMOX_TOKEN: simulator.token } });
    expect(plan.exitCode).toBe(0);
    const managed = (JSON.parse(plan.stdout) as { summary: { containers: number } }).summary.containers;
    const proposed = JSON.parse((await cli(["init", "--format", "json"], { env })).stdout) as Proposed;
    expect(managed).toBe(proposed.policies.flatMap(({ vmids }) => vmids).length);
    expect(managed + proposed.left.length).toBe(40);
    expect(new Set(proposed.left.map(({ reason }) => reason.split(",")[0]))).toEqual(
      new Set(["a template", "not running", "it carries the tag no-scale", "it has neither cores nor a cpulimit"]),
    );
    expect(writes(simulator)).toEqual([]);
  });

  it("keeps every container inside the bounds it proposes, and the token out of it", async () => {
    const env = await start();
    const { stdout } = await cli(["init", "--format", "json"], { env });
    const document = JSON.parse(stdout) as Proposed;
    expect(schema("init")(document)).toEqual([]);
    expect(document.text).not.toContain(simulator.token.split("=")[1]);
    const vmids = document.policies.flatMap((policy) => policy.vmids);
    expect(new Set(vmids).size).toBe(vmids.length);
    expect(document.left.some(({ reason }) => reason === "a template")).toBe(true);
    const path = join(await folder(), "autoscaler.yaml");
    await writeFile(path, document.text);
    const plan = await cli(["plan", path, "--format", "json"], { env });
    const { decisions } = JSON.parse(plan.stdout) as {
      decisions: { reasons: { rule: string }[]; action: string }[];
    };
    const forced = decisions.filter(({ reasons }) => reasons[0]?.rule === "min" || reasons[0]?.rule === "max");
    expect(forced).toEqual([]);
  });

  it("never writes over a file", async () => {
    const env = await start();
    const path = join(await folder(), "autoscaler.yaml");
    await writeFile(path, "mine\n");
    const { exitCode, stderr } = await cli(["init", "-o", path], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("is there already");
    expect(await readFile(path, "utf8")).toBe("mine\n");
  });

  it("proposes an empty list of policies for an empty cluster", async () => {
    const env = await start({ containers: 0 });
    const { exitCode, stdout } = await cli(["init"], { env });
    expect(exitCode).toBe(0);
    const { findings } = readAutoscalerFile(stdout, { file: "a.yaml", environment: env });
    expect(findings).toEqual([]);
  });
});
