import { describe, expect, it, onTestFinished } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, contents, file, folder, writes } from "./harness.js";
import { schema } from "./schemas.js";

interface World {
  readonly simulator: Simulator;
  readonly env: Record<string, string>;
}

async function world(): Promise<World> {
  const simulator = await startSimulator({ clock: "manual", start: night });
  onTestFinished(() => simulator.close());
  return { simulator, env: { ...connectionTo(simulator), XDG_STATE_HOME: await folder() } };
}

async function pauses({ env }: World, ...words: string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { exitCode, stdout } = await cli([...words, "--format", "json"], { env });
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout) as { pauses: Readonly<Record<string, unknown>>[] };
  expect(schema("pause")(document)).toEqual([]);
  return document.pauses;
}

const growing = "version: 1\npolicies: [{ match: { vmids: [101, 102] }, cpu: { fixed: 6 } }]\n";

async function actions({ env }: World): Promise<readonly string[]> {
  const path = await file("autoscaler.yaml", growing);
  const { stdout } = await cli(["plan", path, "--format", "json"], { env });
  const { decisions } = JSON.parse(stdout) as {
    decisions: { vmid: number; action: string; reasons: { rule: string }[] }[];
  };
  return decisions.map(
    ({ vmid, action, reasons }) => `${vmid} ${action}${reasons.some(({ rule }) => rule === "paused") ? " paused" : ""}`,
  );
}

describe("pause and resume", () => {
  it("stop a container's scaling and let it go on, and write nothing to the cluster", async () => {
    const on = await world();
    expect(await actions(on)).toEqual(["101 scale-up", "102 scale-up"]);
    expect(await pauses(on, "pause", "--vmid", "101", "--for", "2h", "--note", "the big import")).toEqual([
      {
        scope: "container",
        vmid: 101,
        direction: "both",
        since: expect.stringMatching(/^2026-11-21T03:00:0/u) as string,
        until: expect.stringMatching(/^2026-11-21T05:00:0/u) as string,
        note: "the big import",
      },
    ]);
    expect(await actions(on)).toEqual(["101 hold paused", "102 scale-up"]);
    expect(await pauses(on, "resume", "--vmid", "101")).toEqual([]);
    expect(await actions(on)).toEqual(["101 scale-up", "102 scale-up"]);
    expect(writes(on.simulator)).toEqual([]);
  });

  it("stop one direction of everything, and list it in words", async () => {
    const on = await world();
    await pauses(on, "pause", "--direction", "up");
    expect(await actions(on)).toEqual(["101 blocked paused", "102 blocked paused"]);
    const { stdout } = await cli(["pause", "--list"], { env: on.env });
    expect(stdout).toBe("Paused:\n  growth of everything, until it is resumed\n");
    await pauses(on, "pause", "--direction", "down", "--vmid", "102", "--for", "90m");
    const status = await cli(["status"], { env: on.env });
    expect(status.stderr).toContain("Paused: growth of everything, until it is resumed");
    expect((await cli(["plan", await file("autoscaler.yaml", growing)], { env: on.env })).stderr).toContain(
      "Paused: growth of everything",
    );
    const listed = await cli(["pause", "--list"], { env: on.env });
    expect(listed.stdout).toContain("  shrinking of 102 web-2, for 1h30m more (until 2026-11-21 04:30 UTC)\n");
    expect(await pauses(on, "resume")).toHaveLength(1);
  });

  it("of a group say that they hold no container yet, and are refused where the file has no such group", async () => {
    const on = await world();
    const path = await file(
      "autoscaler.yaml",
      `${growing}groups: [{ name: frontend, template: { vmid: 101 }, instances: { min: 1, max: 2 } }]\n`,
    );
    const begun = await cli(["pause", path, "--group", "frontend"], { env: on.env });
    expect(begun).toMatchObject({
      exitCode: 0,
      stdout: "Paused:\n  scaling of the group frontend, until it is resumed\n",
    });
    expect(begun.stderr).toContain("this holds no container now");
    expect(await actions(on)).toEqual(["101 scale-up", "102 scale-up"]);
    const unknown = await cli(["pause", path, "--group", "backend"], { env: on.env });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("has no group “backend”; there is frontend.");
  });

  it("end by themselves when their time is over", async () => {
    const on = await world();
    await pauses(on, "pause", "--group", "frontend", "--for", "10m");
    await on.simulator.control.advance(605_000);
    expect(await pauses(on, "pause", "--list")).toEqual([]);
    expect((await cli(["pause", "--list"], { env: on.env })).stdout).toBe("Nothing is paused.\n");
  });

  it("say what was not paused", async () => {
    const on = await world();
    const { exitCode, stderr, stdout } = await cli(["resume", "--vmid", "103"], { env: on.env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Nothing is paused.\n" });
    expect(stderr).toContain("was not paused");
    expect(Object.keys(await contents(on.env["XDG_STATE_HOME"]!))).toEqual([]);
  });

  it.each([
    [["pause", "--vmid", "abc"], "--vmid: “abc” is not the number of a container"],
    [["pause", "--vmid", "101", "--group", "a"], "exclude each other"],
    [["pause", "--direction", "sideways"], "none of up, down, both"],
    [["pause", "--for", "soon"], "is not a time such as 2h"],
    [["pause", "--list", "--for", "2h"], "--list only lists"],
    [["resume", "--vmid", "7"], "is not the number of a container"],
  ])("refuse %j as wrong usage", async (words, why) => {
    const { exitCode, stderr } = await cli(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });

  it("refuse a container that is not there", async () => {
    const on = await world();
    const { exitCode, stderr } = await cli(["pause", "--vmid", "999"], { env: on.env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("demo has no container 999 that can be seen.");
  });
});
