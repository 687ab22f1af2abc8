import { readFile, stat } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, contents, file, folder } from "./harness.js";
import { schema } from "./schemas.js";

const sample = (name: string): string => readFileSync(new URL(`../fixtures/older/${name}`, import.meta.url), "utf8");
const small = "DEFAULT:\n  poll_interval: 120\n  backend: api\n  cpu_pinning: all\n";

interface Printed {
  readonly text: string;
  readonly output: string | null;
  readonly product: string;
  readonly notes: readonly {
    readonly severity: string;
    readonly code: string;
    readonly key: string | null;
    readonly line: number;
  }[];
}

describe("migrate", () => {
  it("prints the new file alone, and what to know about it beside", async () => {
    const path = await file("lxc_autoscale.yaml", small);
    const { exitCode, stdout, stderr } = await cli(["migrate", path]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# Made by `lxc-autoscaler migrate`/u);
    expect(stdout).toContain("interval: 2m");
    expect(stderr).toContain(
      `${path}:4:16: warning: DEFAULT.cpu_pinning: This program does not pin containers to cores.`,
    );
    expect(stderr).toContain("[not-carried]");
    expect(stderr).toMatch(/1 carried over, 1 without effect, 1 left out\.\n$/u);
    // Its own output is a valid file.
    const again = await file("autoscaler.yaml", stdout);
    expect((await cli(["validate", again])).exitCode).toBe(0);
  });

  it("says only what is left out with --quiet", async () => {
    const { stderr } = await cli(["migrate", await file("old.yaml", small), "--quiet"]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("not-carried");
  });

  it("reads standard input", async () => {
    const { exitCode, stdout } = await cli(["migrate", "-", "--format", "json"], { stdin: small });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, file: "-", format: { id: "lxc-autoscale" } });
  });

  it.each([
    "lxc-autoscale.yaml",
    "lxc-autoscale-v1.yaml",
    "lxc-autoscale-autoconf.yaml",
    "lxc-autoscale.env",
    "lxc-autoscale.conf",
    "lxc-autoscale-groups.yaml",
    "lxc-autoscaler.yaml",
    "service-autoscaler.yaml",
    "lxc-autoscale-ml.yaml",
    "nexcage.json",
    "proxmox-lxcri.json",
    "deployment.env",
    "Taskfile.yml",
    "101_backup.json",
    "boost_state.json",
    "lxc_autoscale.json",
    "lxc_metrics.json",
    "mapping.json",
  ])("prints a document as its schema promises for %s, and validate knows the format", async (name) => {
    const path = await file(name, sample(name));
    const { exitCode, stdout, stderr } = await cli(["migrate", path, "--format", "json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const document = JSON.parse(stdout) as Printed;
    expect(schema("migrate")(document)).toEqual([]);
    expect(document.output).toBeNull();
    const validated = await cli(["validate", path, "--format", "json"]);
    expect(validated.exitCode).toBe(0);
    expect((JSON.parse(validated.stdout) as { findings: unknown[] }).findings[0]).toMatchObject({
      code: "older-format",
    });
  });

  it("writes a new file with -o, and prints nothing", async () => {
    const path = await file("old.yaml", small);
    const target = join(await folder(), "autoscaler.yaml");
    const { exitCode, stdout, stderr } = await cli(["migrate", path, "-o", target]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain(`Written to ${target}.`);
    expect(await readFile(target, "utf8")).toBe((await cli(["migrate", path])).stdout);
  });

  it("overwrites nothing, neither another file nor its own", async () => {
    const path = await file("old.yaml", small);
    const other = await file("there.yaml", "mine\n");
    for (const target of [path, other]) {
      const before = await readFile(target, "utf8");
      const { exitCode, stdout, stderr } = await cli(["migrate", path, "-o", target]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toContain(`${target} is there already, and nothing is overwritten.`);
      expect(await readFile(target, "utf8")).toBe(before);
    }
  });

  it("says where it could not write", async () => {
    const path = await file("old.yaml", small);
    const { exitCode, stderr } = await cli(["migrate", path, "-o", join(await folder(), "no", "such", "folder.yaml")]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/could not be written/u);
  });

  it("writes nothing anywhere without -o", async () => {
    const path = await file("old.yaml", small);
    const before = (await stat(path)).mtimeMs;
    const home = await folder();
    await cli(["migrate", path], { env: { HOME: home, XDG_STATE_HOME: home } });
    expect(await contents(home)).toEqual({});
    expect((await stat(path)).mtimeMs).toBe(before);
  });

  it.each([
    ["version: 1\n", 1, /is no older file: it has a `version` already/u],
    ["hello: world\n", 1, /is of no format that is known here/u],
    ["DEFAULT:\n\tpoll_interval: 3\n", 1, /2:1: error: .*\[syntax\]\n.*can't be read, so it can't be migrated/su],
  ])("refuses what is none: %j", async (text, code, message) => {
    const { exitCode, stdout, stderr } = await cli(["migrate", await file("x.yaml", text)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("ends with 2 where the file is missing or none is named", async () => {
    expect((await cli(["migrate", "/nonexistent/x.yaml"])).exitCode).toBe(2);
    expect((await cli(["migrate"])).exitCode).toBe(2);
    expect((await cli(["migrate", "a", "b"])).exitCode).toBe(2);
  });

  it("shows no secret on a terminal either", async () => {
    const path = await file("lxc-autoscale.env", sample("lxc-autoscale.env"));
    const shown = await cli(["migrate", path], { terminal: 100 });
    const checked = await cli(["validate", path], { terminal: 100 });
    for (const secret of ["AbCdEfGh123", "let me in"]) {
      expect(shown.stdout + shown.stderr + checked.stdout + checked.stderr).not.toContain(secret);
    }
    expect(shown.stderr).toContain("LXC_AUTOSCALE_GOTIFY_TOKEN");
  });

  it("says what is the same of several keys once, with the keys", async () => {
    const path = await file(
      "lxc_autoscale.yaml",
      "DEFAULT: {}\nTIER_a: { lxc_containers: [101], max_memory: 4096 }\nTIER_b: { lxc_containers: [102], max_memory: 2048 }\n",
    );
    const { stderr } = await cli(["migrate", path]);
    expect(stderr.match(/never read it/gu)).toHaveLength(1);
    expect(stderr).toContain("TIER_a.max_memory, TIER_b.max_memory: The older program documented");
  });
});
