import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, contents, file, folder, writes } from "./harness.js";
import { schema } from "./schemas.js";

const lineErrors = schema("run");

async function simulated(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ clock: "manual", start: night, ...options });
}

const text = (cores: number, mode: string): string =>
  `version: 1\ninterval: 5s\ntimezone: UTC\nmode: ${mode}\npolicies: [{ match: { vmids: [101] }, cpu: { min: 1, max: 16, fixed: ${cores} } }]\n`;

function lines(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("run", () => {
  it("makes one cycle with --once, carries out what mode apply allows, and keeps what it saw", async () => {
    await using simulator = await simulated();
    const state = await folder();
    const path = await file("autoscaler.yaml", text(3, "apply"));
    const ended = await cli(["run", path, "--once", "--format", "json", "--state", state], {
      env: connectionTo(simulator),
    });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    const said = lines(ended.stdout);
    expect(said.map(({ event }) => event)).toEqual(["started", "decision", "lease", "outcome", "cycle", "stopped"]);
    expect(said.flatMap(lineErrors)).toEqual([]);
    expect(said.find(({ event }) => event === "outcome")).toMatchObject({
      vmid: 101,
      outcome: "applied",
      verified: true,
    });
    expect(writes(simulator).filter((write) => write.endsWith("/lxc/101/config")).length).toBeGreaterThanOrEqual(1);
    const kept = Object.keys(await contents(state)).map((name) => name.replace(/^[^/]*\//u, ""));
    expect(kept).toEqual(expect.arrayContaining(["audit.jsonl", "state.json", "samples/2026-11-21.samples"]));
    // A secret is in nothing that was printed or kept.
    const secret = simulator.token.split("=")[1] ?? "";
    expect(ended.stdout).not.toContain(secret);
    expect(Object.values(await contents(state)).join("")).not.toContain(secret);
  });

  it("gives the lease back at its end, so that the next need not wait", async () => {
    await using simulator = await simulated();
    const path = await file("autoscaler.yaml", text(3, "apply"));
    for (const cores of [3, 2]) {
      await writeFile(path, text(cores, "apply"));
      const { stdout } = await cli(["run", path, "--once", "--format", "json", "--state", await folder()], {
        env: connectionTo(simulator),
      });
      expect(lines(stdout).filter(({ event }) => event === "lease")).toMatchObject([{ held: true }]);
    }
    expect(simulator.control.configuration(101)).not.toContain("scales this cluster");
  });

  it("ends with 1 with --once where the records can't be read, because nothing could be decided", async () => {
    await using simulator = await simulated();
    const path = await file("autoscaler.yaml", text(3, "apply"));
    // The file stands where a folder would have to be.
    const { exitCode, stderr } = await cli(["run", path, "--once", "--state", join(path, "state")], {
      env: connectionTo(simulator),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("a part of the path is not a folder");
    expect(stderr).toContain("--state <folder>");
    expect(writes(simulator)).toEqual([]);
  });

  it("writes nothing in mode recommend, in words for people", async () => {
    await using simulator = await simulated();
    const path = await file("autoscaler.yaml", text(3, "recommend"));
    const { exitCode, stdout } = await cli(["run", path, "--once", "--state", await folder()], {
      env: connectionTo(simulator),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/mode recommend, every 5s/u);
    expect(stdout).toMatch(/▼ 101 web-1 cores 4 → 3|▲ 101 web-1 cores 2 → 3/u);
    expect(stdout).toMatch(/Stopped after 1 cycle: 0 applied/u);
    expect(writes(simulator)).toEqual([]);
  });

  it("ends with 3 where Proxmox can't be reached at all, and with 1 for a file that is wrong", async () => {
    const simulator = await simulated();
    const env = connectionTo(simulator);
    await simulator.close();
    const path = await file("autoscaler.yaml", text(3, "apply"));
    expect(await cli(["run", path, "--once", "--state", await folder()], { env })).toMatchObject({ exitCode: 3 });
    const wrong = await file("autoscaler.yaml", "version: 1\ninterval: 60\n");
    expect(await cli(["run", wrong, "--state", await folder()], { env })).toMatchObject({ exitCode: 1, stdout: "" });
    const unset = await file("autoscaler.yaml", text(3, "apply").replace("max: 16", 'max: "${env:NOT_SET}"'));
    expect(await cli(["run", unset, "--state", await folder()], { env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("${env:NOT_SET}") as string,
    });
    expect(await cli(["run", "-", "--state", await folder()], { env, stdin: text(3, "apply") })).toMatchObject({
      exitCode: 2,
    });
  });

  it("goes on until it is interrupted, reads a changed file and what it includes, and keeps a wrong one out, once", async () => {
    await using simulator = await simulated();
    const directory = await folder();
    const path = join(directory, "autoscaler.yaml");
    const included = join(directory, "common.yaml");
    await writeFile(included, "version: 1\nmode: recommend\n");
    const withInclude = text(3, "recommend").replace("mode: recommend\n", "include: [common.yaml]\n");
    await writeFile(path, withInclude);
    const interruption = new AbortController();
    const hangups = new Set<() => void>();
    const steps = [
      // The file is replaced as editors do it, with a mistake in it.
      async () => {
        await writeFile(`${path}.new`, withInclude.replace("fixed: 3", "fixed: three"));
        await rename(`${path}.new`, path);
      },
      async () => writeFile(path, withInclude),
      async () => writeFile(included, "version: 1\nmode: paused\n"),
      () => {
        interruption.abort(new Error("SIGTERM"));
        return Promise.resolve();
      },
    ];
    const waitingFor = ["cycle", "rejected", "reloaded|cycle", "reloaded"];
    let step = 0;
    let seen = 0;
    const ended = await cli(["run", path, "--format", "json", "--state", directory], {
      env: connectionTo(simulator),
      signal: interruption.signal,
      onHangup: (listener) => {
        hangups.add(listener);
        return () => hangups.delete(listener);
      },
      onStdout: (whole) => {
        const all = lines(whole.slice(0, whole.lastIndexOf("\n") + 1));
        for (; seen < all.length; seen += 1) {
          if (!new RegExp(`^(?:${waitingFor[step] ?? "-"})$`, "u").test(String(all[seen]?.["event"]))) continue;
          const next = steps[step];
          step += 1;
          // Nobody waits for the interval: a hangup makes it look at once.
          void next?.().then(() => setImmediate(() => hangups.forEach((listener) => listener())));
        }
      },
    });
    expect(ended.exitCode).toBe(0);
    const said = lines(ended.stdout);
    expect(said.flatMap(lineErrors)).toEqual([]);
    expect(said.filter(({ event }) => event === "rejected")).toMatchObject([
      { findings: [expect.objectContaining({ line: 5, severity: "error" })] },
    ]);
    expect(said.filter(({ event }) => event === "reloaded").at(-1)).toMatchObject({ mode: "paused" });
    expect(said.at(-1)).toMatchObject({ event: "stopped" });
  });
});
