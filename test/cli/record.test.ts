import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../src/engine/index.js";
import { SampleStore } from "../../src/operate/index.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, file, folder, type CliOptions } from "./harness.js";
import { schema } from "./schemas.js";

const header = "time,vmid,node,name,cpu,cores,memory,memory_limit";

const simulated = (): Promise<Simulator> => startSimulator({ start: night, speed: 1, seed: 1 });

async function record(simulator: Simulator, argv: readonly string[], options: CliOptions = {}) {
  const state = await folder();
  const ended = await cli(["record", "--interval", "1s", "--state", state, ...argv], {
    ...options,
    env: connectionTo(simulator),
  });
  return { ...ended, state };
}

/** When the looks of a trace were, by its complete rows. */
function timesOf(trace: string): ReadonlySet<string | undefined> {
  const rows = trace.split("\n").slice(1, -1);
  return new Set(rows.map((row) => row.split(",")[0]));
}

describe("record", () => {
  it("writes a trace that replay reads, with empty cells for what does not run, and keeps the samples too", async () => {
    await using simulator = await simulated();
    const interruption = new AbortController();
    const { exitCode, stdout, stderr, state } = await record(simulator, [], {
      signal: interruption.signal,
      onStdout: (whole) => {
        if (timesOf(whole).size === 2) interruption.abort(new Error("SIGINT"));
      },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const rows = stdout.trimEnd().split("\n");
    expect(rows[0]).toBe(header);
    const trace = readTrace(stdout);
    expect(trace.length).toBe(rows.length - 1);
    expect(timesOf(stdout).size).toBe(2);
    const stopped = rows.slice(1).find((row) => !simulator.control.isRunning(Number(row.split(",")[1])));
    expect(stopped).toMatch(/,,\d+,,\d+$/u);
    const samples = new SampleStore({ directory: state, endpoint: simulator.url });
    const history = await samples.read("demo", { from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(history.get(101)?.samples).toHaveLength(2);
    expect(history.get(101)?.samples.at(0)).toHaveProperty("cpulimit");
  });

  it("goes on with a trace that is there, without its torn last line, and tells what it added", async () => {
    await using simulator = await simulated();
    const path = join(await folder(), "usage.csv");
    await record(simulator, ["--for", "1s", "-o", path]);
    const before = await readFile(path, "utf8");
    await appendFile(path, "2026-11-21T03:00:02Z,101,pve1,we");
    const { exitCode, stdout } = await record(simulator, ["--for", "1s", "-o", path, "--format", "json"]);
    expect(exitCode).toBe(0);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    expect(schema("record")(summary)).toEqual([]);
    const after = await readFile(path, "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length)).not.toContain(",we2026");
    expect(readTrace(after).length).toBe(after.trimEnd().split("\n").length - 1);
    expect(after.slice(before.length).trimEnd().split("\n")).toHaveLength(Number(summary["samples"]));
    expect(after.split(header)).toHaveLength(2);
  });

  it("leaves a file alone that is no trace", async () => {
    await using simulator = await simulated();
    const path = await file("notes.txt", "mine\n");
    const { exitCode, stderr } = await record(simulator, ["--for", "1s", "-o", path]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("is no trace");
    expect(await readFile(path, "utf8")).toBe("mine\n");
  });

  it("leaves a gap while the server fails, says so once, and goes on", async () => {
    await using simulator = await simulated();
    const interruption = new AbortController();
    let noted = 0;
    const { exitCode, stdout, stderr } = await record(simulator, [], {
      signal: interruption.signal,
      onStdout: (whole) => {
        const times = timesOf(whole).size;
        if (times === 1 && noted === 0) {
          noted = 1;
          simulator.control.addFault({ kind: "status", status: 500, reason: "broken" });
        }
        if (times === 2) interruption.abort(new Error("SIGINT"));
      },
      onStderr: (whole) => {
        if (noted === 1 && whole.includes("gap")) {
          noted = 2;
          simulator.control.clearFaults();
        }
      },
    });
    expect(exitCode).toBe(0);
    expect(stderr.match(/The trace has a gap/gu)).toHaveLength(1);
    expect(stderr).toContain("Readable again");
    const rows = stdout.trimEnd().split("\n").slice(1);
    expect(rows.every((row) => row.split(",").length === 8)).toBe(true);
    expect(timesOf(stdout).size).toBe(2);
  });

  it("ends with 3 where it can't read the first time, and with 2 for what it does not understand", async () => {
    const simulator = await simulated();
    await simulator.close();
    expect(await record(simulator, ["--for", "1s"])).toMatchObject({ exitCode: 3 });
    expect(await record(simulator, ["--for", "soon"])).toMatchObject({ exitCode: 2 });
    expect(await record(simulator, ["--format", "json"])).toMatchObject({ exitCode: 2 });
    const wrong = await file("autoscaler.yaml", "version: 1\ninterval: 60\n");
    expect(await record(simulator, [wrong])).toMatchObject({ exitCode: 1 });
    await writeFile(wrong, "");
  });
});
