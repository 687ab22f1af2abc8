import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { cli, connectionTo, contents, file, folder, writes } from "./harness.js";
import { schema } from "./schemas.js";

const text = `version: 1
timezone: Europe/Berlin
defaults:
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m } }
policies:
  - name: web
    match: { tags: [web] }
    cpu: { max: 12 }
    memory: { min: 512MiB, max: 2GiB, target: 70% }
  - match: { vmids: [105] }
    preset: postgresql
    rootfs: { scaleUp: { above: 85% }, max: 64GiB }
schedules:
  - name: nights
    match: { names: ["*"] }
    when: { days: [mon-fri], from: "22:00", to: "06:00" }
    cpu: { max: 2 }
ignore: { vmids: [190], tags: [no-scale] }
`;

const status = {
  nodes: [],
  containers: [
    ["101", "web-1", ["web"]],
    ["102", "kept", ["web", "no-scale"]],
    ["103", "held", ["web", "autoscaler-paused-down"]],
  ].map(([vmid, name, tags]) => ({ vmid: Number(vmid), name, node: "pve1", tags, pool: null, status: "running" })),
  problems: [],
};

interface Explained {
  readonly managed: boolean;
  readonly settings: readonly { path: string; value: unknown; origin: string; line: number | null }[];
}

async function explained(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Explained> {
  const path = await file("autoscaler.yaml", text);
  const { exitCode, stdout, stderr } = await cli(["explain", path, "--format", "json", ...argv], { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const document = JSON.parse(stdout) as Explained;
  expect(schema("explain")(document)).toEqual([]);
  return document;
}

function setting({ settings }: Explained, path: string): unknown {
  const found = settings.find((one) => one.path === path);
  return found === undefined ? undefined : [found.value, found.origin, found.line];
}

describe("explain", () => {
  it("says what holds for a container, normalised, and where each value comes from", async () => {
    const document = await explained(["--vmid", "105", "--at", "2026-11-20T12:00"]);
    expect(document).toMatchObject({
      vmid: 105,
      at: "2026-11-20T11:00:00.000Z",
      managed: true,
      policies: ["policies[1]"],
      schedules: [],
      preset: { name: "postgresql", noticesAfterRestart: [{ resource: "memory" }] },
      calendar: [{ name: "nights", inForce: false, until: "2026-11-20T21:00:00.000Z" }],
      notes: [expect.stringContaining("`ignore`"), expect.stringContaining("policy `web`")],
    });
    expect(setting(document, "cpu.scaleUp.for")).toBeUndefined();
    expect(setting(document, "rootfs.max")).toEqual([64, "policies[1]", 12]);
    expect(setting(document, "rootfs.scaleUp.above")).toEqual([0.85, "policies[1]", 12]);
    expect(setting(document, "priority")).toEqual([0, "built-in", null]);
  });

  it("counts the schedules of a time, in the file's time zone", async () => {
    // Friday's night goes on into Saturday.
    const document = await explained(["--vmid", "105", "--at", "2026-11-21T05:59"]);
    expect(document).toMatchObject({
      schedules: ["nights"],
      calendar: [{ name: "nights", inForce: true, until: "2026-11-21T05:00:00.000Z" }],
    });
    expect(setting(document, "cpu.max")).toEqual([2, "schedules[0]", 17]);
    expect(await explained(["--vmid", "105", "--at", "2026-11-21T05:00:00Z"])).toMatchObject({ schedules: [] });
  });

  it("knows names and tags from an inventory", async () => {
    const inventory = await file("status.json", JSON.stringify(status));
    const at = ["--at", "2026-11-20T12:00", "--inventory", inventory];
    const web = await explained(["--vmid", "101", ...at]);
    expect(web).toMatchObject({ managed: true, name: "web-1", node: "pve1", policies: ["web"], notes: [] });
    expect(setting(web, "memory.min")).toEqual([512, "policies[0]", 9]);
    expect(setting(web, "cpu.scaleUp.for")).toEqual([120, "defaults", 4]);
    expect(await explained(["--vmid", "102", ...at])).toMatchObject({ managed: false, ignoredBy: "tag no-scale" });
    expect(await explained(["--vmid", "103", ...at])).toMatchObject({ paused: [{ direction: "down", by: "tag" }] });
    expect(await explained(["--vmid", "190", ...at])).toMatchObject({
      managed: false,
      ignoredBy: "vmid 190",
      settings: [],
      notes: [expect.stringContaining("policy `web`"), expect.stringContaining("has no container 190")],
    });
  });

  it("says in words what it says as JSON", async () => {
    const path = await file("autoscaler.yaml", text);
    const { stdout } = await cli(["explain", path, "--vmid", "105", "--at", "2026-11-20T23:00"]);
    expect(stdout).toContain("CT 105 is managed by policy policies[1].\n");
    expect(stdout).toContain(
      "At Fri 20 Nov 2026 23:00 (Europe/Berlin).\nSchedule nights is in force until Sat 21 Nov 2026 06:00.\n",
    );
    expect(stdout).toMatch(/^cpu\.max {2,}2 {2,}schedule nights, line 17$/mu);
    expect(stdout).toMatch(/^memory\.scaleDown\.for {2,}2h {2,}policy policies\[1\], line 11 \(preset postgresql\)$/mu);
    expect(stdout).toMatch(/^rootfs\.max {2,}64GiB {2,}/mu);
    expect(stdout).toContain("A change of memory is only noticed after a restart");
  });

  it("names the included file that a setting stands in", async () => {
    const path = await folder();
    await writeFile(join(path, "common.yaml"), "defaults: { cpu: { max: 3 } }\n");
    await writeFile(
      join(path, "autoscaler.yaml"),
      "version: 1\ninclude: [common.yaml]\npolicies: [{ name: all, match: { vmids: [101] }, cpu: { min: 1 } }]\n",
    );
    const { stdout } = await cli(["explain", join(path, "autoscaler.yaml"), "--vmid", "101"]);
    expect(stdout).toMatch(/^cpu\.max {2,}3 {2,}defaults, .*common\.yaml:1$/mu);
  });

  it.each([
    [["--vmid", "99"], 2],
    [["--vmid", "x"], 2],
    [[], 2],
    [["--vmid", "101", "--at", "noon"], 2],
    [["--vmid", "101", "--inventory", "/nonexistent.json"], 2],
  ])("refuses %j", async (argv, exitCode) => {
    const path = await file("autoscaler.yaml", text);
    const ended = await cli(["explain", path, ...argv]);
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, ""]);
  });

  it("needs no connection, nor what a reference to one stands for", async () => {
    const path = await file(
      "autoscaler.yaml",
      `${text}connection: { url: "\${env:NOWHERE}", token: "\${env:TOKEN}" }\n`,
    );
    expect((await cli(["explain", path, "--vmid", "105", "--quiet"])).exitCode).toBe(0);
    const broken = await file("autoscaler.yaml", "version: 2\n");
    expect((await cli(["explain", broken, "--vmid", "105"])).exitCode).toBe(1);
    const inventory = await file("status.json", '{"nodes":[]}');
    expect((await cli(["explain", path, "--vmid", "105", "--inventory", inventory])).exitCode).toBe(2);
  });
});

describe("explain after a run", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ containers: 6, seed: 1 });
  });
  afterAll(() => simulator.close());

  it("says what it did to the container, from this machine's records alone", async () => {
    const state = await folder();
    const env = { ...connectionTo(simulator), XDG_STATE_HOME: state };
    const path = await file(
      "autoscaler.yaml",
      'version: 1\npolicies: [{ name: all, match: { names: ["*"] }, cpu: { fixed: 3 } }]\n',
    );
    const applied = await cli(["apply", path, "--yes", "--format", "json"], { env });
    const { run, results } = JSON.parse(applied.stdout) as {
      run: string;
      results: readonly { vmid: number; outcome: string; from: number; to: number }[];
    };
    const result = results.find(({ outcome }) => outcome === "applied")!;
    const before = await contents(state);
    const sent = writes(simulator).length;
    // Another machine's folder, and rubbish in this one, are no records.
    await mkdir(join(state, "lxc-autoscaler", "no records"), { recursive: true });
    const { exitCode, stdout } = await cli(["explain", path, "--vmid", String(result.vmid), "--format", "json"], {
      env: { XDG_STATE_HOME: state },
    });
    const document: unknown = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(schema("explain")(document)).toEqual([]);
    expect(document).toMatchObject({
      history: [{ run, resource: "cores", unit: "cores", from: result.from, to: 3, outcome: "applied" }],
    });
    expect(await contents(state)).toEqual({ ...before, "lxc-autoscaler/no records": "<folder>" });
    expect(writes(simulator)).toHaveLength(sent);
    const elsewhere = await cli(
      ["explain", path, "--vmid", String(result.vmid), "--url", "https://other.example", "--format", "json"],
      {
        env: { XDG_STATE_HOME: state },
      },
    );
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({ history: [] });
  });
});
