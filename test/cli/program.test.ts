import { describe, expect, it } from "vitest";
import { cli } from "./harness.js";

describe("the command line", () => {
  it("prints its help on standard output, with the commands there are and no others", async () => {
    const { exitCode, stdout, stderr } = await cli(["--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gmu)].map(([, name]) => name);
    expect(commands).toEqual([
      "validate",
      "migrate",
      "explain",
      "status",
      "doctor",
      "plan",
      "apply",
      "init",
      "rightsize",
      "run",
      "rollback",
      "replay",
      "pause",
      "resume",
      "record",
      "simulate",
      "lsp",
    ]);
  });

  it("prints its version", async () => {
    expect((await cli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });

  it.each([
    [[], ""],
    [["frobnicate"], "Unknown command 'frobnicate'."],
    [["statsu"], "status"],
    [["validate"], "Missing required argument 'file'."],
    [["plan", "a.yaml", "b.yaml"], "Too many arguments"],
    [["status", "--fromat", "json"], "--format"],
    [["status", "--format", "xml"], "xml"],
    [["status", "--format", "markdown"], "can't be printed as Markdown"],
    [["simulate", "--nodes", "many"], "--nodes: “many” is not a whole number"],
    [["simulate", "--scenario", "doom"], "--scenario: “doom” is none of demo, "],
    [["simulate", "--listen", "nowhere"], "--listen: “nowhere” is not an address with a port"],
    [["simulate", "--ssh-listen", "127.0.0.1:0"], "SSH is not available yet"],
    [["simulate", "--pve", "7"], "7"],
  ])("ends with 2 for %j", async (argv, sentence) => {
    const { exitCode, stdout, stderr } = await cli(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });

  it.each(["groups", "deploy", "service"])("says honestly that %s is not there yet", async (command) => {
    const { exitCode, stdout, stderr } = await cli([command, "autoscaler.yaml", "--vmid", "101"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`${command} is not part of this version yet.`);
  });
});
