import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { traceHeader, traceLine } from "../../src/engine/index.js";
import { startSimulator } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, folder } from "./harness.js";
import { schema } from "./schemas.js";

const minute = 60_000;
const start = Date.UTC(2026, 10, 20);
const gibibyte = 2 ** 30;

const file = `version: 1
interval: 60s
timezone: UTC
defaults:
  match: { names: ["*"] }
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 25%, for: 5m, step: 1 } }
`;

/** Ten minutes of two containers: one is busy, one is not. */
const trace =
  traceHeader +
  Array.from({ length: 10 }, (_, index) =>
    [
      { vmid: 101, name: "web-1", cpu: 0.9 },
      { vmid: 102, name: "web,2", cpu: 0.4 },
    ]
      .map((one) =>
        traceLine({
          ...one,
          time: start + index * minute,
          node: "pve1",
          cores: 2,
          memory: gibibyte / 2,
          memoryLimit: gibibyte,
        }),
      )
      .join(""),
  ).join("");

interface Files {
  readonly at: (name: string) => string;
  readonly file: string;
  readonly trace: string;
}

async function files(more: Readonly<Record<string, string>> = {}): Promise<Files> {
  const path = await folder();
  const at = (name: string): string => join(path, name);
  for (const [name, text] of Object.entries({ "new.yaml": file, "trace.csv": trace, ...more })) {
    await writeFile(at(name), text);
  }
  return { at, file: at("new.yaml"), trace: at("trace.csv") };
}

interface Document {
  readonly samples: number;
  readonly from: string;
  readonly to: string;
  readonly configurations: readonly {
    readonly file: string;
    readonly changes: number;
    readonly notes: readonly string[];
    readonly containers: readonly { readonly vmid: number; readonly changes: number; readonly managed: boolean }[];
    readonly log?: readonly {
      readonly time: string;
      readonly vmid: number;
      readonly from: number;
      readonly to: number;
    }[];
  }[];
}

describe("replay", () => {
  it("prints as JSON what its schema promises, without a connection", async () => {
    const given = await files();
    const { exitCode, stdout, stderr } = await cli(["replay", given.file, "--trace", given.trace, "--format", "json"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const document = JSON.parse(stdout) as Document;
    expect(schema("replay")(document)).toEqual([]);
    expect(document).toMatchObject({
      samples: 20,
      from: "2026-11-20T00:00:00.000Z",
      to: "2026-11-20T00:09:00.000Z",
      configurations: [{ file: given.file, changes: 1, slack: { coreHours: 0.366667, gibHours: 0.166667 } }],
    });
    expect(document.configurations[0]?.log).toBeUndefined();
  });

  it("lists every change with its reasons where that is asked for", async () => {
    const given = await files();
    const asked = ["replay", given.file, "--trace", given.trace, "--changes"];
    const { stdout } = await cli([...asked, "--format", "json"]);
    const document = JSON.parse(stdout) as Document;
    expect(schema("replay")(document)).toEqual([]);
    expect(document.configurations[0]?.log).toMatchObject([
      { time: "2026-11-20T00:01:00.000Z", vmid: 101, resource: "cores", unit: "cores", from: 2, to: 3 },
    ]);
    const text = await cli(asked);
    expect(text.stdout).toContain("2026-11-20 00:01  101 web-1  cores     2 → 3");
    expect(text.stdout).toContain("90 % of 2 cores is 1.8 in use, at or above 80 % for 2m; 3 brings it below");
  });

  it("compares two files: the one that was asked about first in a document, what is before what would be for people", async () => {
    const given = await files({ "old.yaml": file.replace("80%", "95%") });
    const asked = ["replay", given.file, "--trace", given.trace, "--against", given.at("old.yaml")];
    const document = JSON.parse((await cli([...asked, "--format", "json"])).stdout) as Document;
    expect(schema("replay")(document)).toEqual([]);
    expect(document.configurations.map((one) => [one.file, one.changes])).toEqual([
      [given.file, 1],
      [given.at("old.yaml"), 0],
    ]);
    const { stdout } = await cli(asked);
    expect(stdout).toContain(`Replay of ${given.at("old.yaml")} → ${given.file}`);
    expect(stdout).toMatch(/101 web-1 +0 → 1/u);
    const markdown = await cli([...asked, "--format", "markdown"]);
    expect(markdown.stdout).toContain("| 101 web-1 | 0 → 1 |");
    const listed = await cli([...asked, "--format", "markdown", "--changes"]);
    expect(listed.stdout).toContain("<summary>1 change of ");
    expect(listed.stdout).not.toContain("<summary>0 changes");
    expect(listed.stdout).toContain("| slack GiB h |");
  });

  it("fits the width of a terminal", async () => {
    const given = await files();
    const { stdout } = await cli(["replay", given.file, "--trace", given.trace], { terminal: 80 });
    for (const line of stdout.split("\n")) {
      // The path of the test's folder is longer than that by itself.
      if (!line.includes(given.file)) expect(line.length).toBeLessThanOrEqual(120);
    }
    expect(stdout).toContain("101 web-1");
  });

  it("takes tags and pools from the inventory it is given, and the sizes of nodes", async () => {
    const status = {
      nodes: [{ node: "pve1", status: "online", cpu: 0.1, cores: 2, memory: 1, memoryLimit: 64 * gibibyte, uptime: 1 }],
      containers: [{ vmid: 101, tags: ["web"], pool: null }],
      problems: [],
    };
    const tagged = file.replace('names: ["*"]', "tags: [web]");
    const given = await files({ "tagged.yaml": tagged, "status.json": JSON.stringify(status) });
    const asked = ["replay", given.at("tagged.yaml"), "--trace", given.trace, "--format", "json"];
    const run = async (...more: readonly string[]): Promise<Document["configurations"][number]> =>
      (JSON.parse((await cli([...asked, ...more])).stdout) as Document).configurations[0]!;
    const without = await run();
    expect(without.notes.join(" ")).toContain("defaults.match matches nothing: --inventory gives them");
    expect(without.containers.map(({ managed }) => managed)).toEqual([false, false]);
    const known = await run("--inventory", given.at("status.json"));
    expect(known.containers.map(({ managed, changes }) => [managed, changes])).toEqual([
      [true, 1],
      [false, 0],
    ]);
    // Both cores of the node are in use: there is no room for a third.
    const held = await run("--inventory", given.at("status.json"), "--nodes", given.at("status.json"));
    expect(held.changes).toBe(0);
  });

  it("says of a trace without a reading that there is nothing in it, instead of a table of zeros", async () => {
    const { file: path, at } = await files({ "empty.csv": traceHeader });
    const { exitCode, stdout } = await cli(["replay", path, "--trace", at("empty.csv")]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "What was recorded has no readings: there is nothing to replay.\n",
    });
    const markdown = await cli(["replay", path, "--trace", at("empty.csv"), "--format", "markdown"]);
    expect(markdown.stdout).toBe(stdout);
    const json = await cli(["replay", path, "--trace", at("empty.csv"), "--format", "json"]);
    expect(schema("replay")(JSON.parse(json.stdout))).toEqual([]);
    expect(JSON.parse(json.stdout)).toMatchObject({ samples: 0, from: null, to: null });
  });

  it("says once that it knows no nodes, and not of each growth again", async () => {
    const { file: path, trace: csv } = await files();
    for (const format of ["text", "markdown"]) {
      const { stdout } = await cli(["replay", path, "--trace", csv, "--changes", "--format", format]);
      expect(stdout).toContain("2 → 3");
      expect(stdout).toContain("A trace has no figures of nodes");
      expect(stdout).not.toContain("nothing is known of node");
    }
  });

  it("runs over the days that the server itself has recorded", async () => {
    const simulator = await startSimulator({ clock: "manual", start: night });
    onTestFinished(() => simulator.close());
    const { file: path } = await files();
    const replayed = async (...words: string[]) => {
      const { exitCode, stdout, stderr } = await cli(["replay", path, ...words, "--format", "json"], {
        env: { ...connectionTo(simulator), XDG_STATE_HOME: await folder() },
      });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      const document = JSON.parse(stdout) as Document;
      expect(schema("replay")(document)).toEqual([]);
      return document;
    };
    const hours = await replayed("--last", "6h");
    const days = await replayed("--last", "3d");
    const span = ({ from, to }: Document): number => (Date.parse(to) - Date.parse(from)) / 3600_000;
    expect(span(hours)).toBeGreaterThan(5.9);
    expect(span(hours)).toBeLessThanOrEqual(6);
    expect(span(days)).toBeGreaterThanOrEqual(71);
    expect(span(days)).toBeLessThanOrEqual(72);
    // A point a minute of hours, one in half an hour of days.
    const running = hours.configurations[0]?.containers.length ?? 0;
    expect(running).toBeGreaterThan(10);
    expect(hours.samples).toBeGreaterThan(running * 300);
    expect(days.samples).toBeLessThan(running * 160);
    expect(days.samples).toBeGreaterThan(running * 100);
    expect(hours.configurations[0]?.changes).toBeGreaterThan(0);
    expect(simulator.control.requests().every(({ method }) => method === "GET")).toBe(true);
  });

  it("prints every reading with its simulated sizes for charts", async () => {
    const given = await files();
    const { exitCode, stdout } = await cli(["replay", given.file, "--trace", given.trace, "--csv"]);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(21);
    expect(lines[0]).toBe("file,time,vmid,node,name,cores,cores_wanted,memory_limit,memory_wanted");
    expect(lines.at(-2)).toBe(`${given.file},2026-11-20T00:09:00.000Z,101,pve1,web-1,3,1.8,1073741824,536870912`);
    expect(lines.at(-1)).toBe(`${given.file},2026-11-20T00:09:00.000Z,102,pve1,"web,2",2,0.8,1073741824,536870912`);
  });

  it("draws one container", async () => {
    const given = await files();
    const { stdout } = await cli(["replay", given.file, "--trace", given.trace, "--plot", "101"]);
    expect(stdout).toContain("101 web-1: ─ size, ▇ demand");
    expect(stdout).toContain("CPU (cores)");
    // Two readings at 2 cores, eight at 3, and 1.8 of them wanted all the time.
    expect(stdout).toContain("3 │  ────────");
    expect(stdout).toContain("  │──");
  });

  it("reads the trace from standard input", async () => {
    const given = await files();
    const { exitCode, stdout } = await cli(["replay", given.file, "--trace", "-", "--format", "json"], {
      stdin: trace,
    });
    expect([exitCode, (JSON.parse(stdout) as Document).samples]).toEqual([0, 20]);
  });

  it.each([
    ["neither a trace nor a time", [], 2, "replay takes recorded usage: either --trace <file.csv> or --last 24h."],
    ["both", ["--trace", "TRACE", "--last", "1h"], 2, "either --trace <file.csv> or --last 24h."],
    ["a time that is none", ["--last", "soon"], 2, "--last takes a time from 1m to 365d, such as 24h; not “soon”."],
    ["a trace that is missing", ["--trace", "/nonexistent.csv"], 2, "/nonexistent.csv does not exist."],
    ["a trace that is a folder", ["--trace", "/tmp"], 2, "/tmp is a folder, not a file."],
    ["a trace that is none", ["--trace", "BROKEN"], 1, "line 2: there are 2 cells, not 8."],
    ["a trace that is binary", ["--trace", "BINARY"], 2, "is a binary file: a trace is CSV text."],
    ["an inventory that is no JSON", ["--trace", "TRACE", "--inventory", "BROKEN"], 2, "is not JSON"],
    ["an inventory without containers", ["--trace", "TRACE", "--inventory", "EMPTY"], 2, "lists no containers"],
    ["nodes without sizes", ["--trace", "TRACE", "--nodes", "EMPTY"], 2, "has no node with its size"],
    ["a container that is not there", ["--trace", "TRACE", "--plot", "999"], 2, "has no container 999"],
    ["a picture in a document", ["--trace", "TRACE", "--plot", "101", "--format", "json"], 2, "--plot draws text"],
    ["charts and a report", ["--trace", "TRACE", "--csv", "--changes"], 2, "--csv prints nothing but the sizes"],
  ])("refuses %s", async (_, words, code, message) => {
    const given = await files({ "broken.csv": `${traceHeader}1,2\n`, "binary.csv": "\0\0\0", "empty.json": "{}" });
    const paths: Readonly<Record<string, string>> = {
      TRACE: given.trace,
      BROKEN: given.at("broken.csv"),
      BINARY: given.at("binary.csv"),
      EMPTY: given.at("empty.json"),
    };
    const { exitCode, stdout, stderr } = await cli(["replay", given.file, ...words.map((word) => paths[word] ?? word)]);
    expect([exitCode, stdout]).toEqual([code, ""]);
    expect(stderr).toContain(message);
  });

  it("never ends with 3 where it has a trace, whatever the connection of the file", async () => {
    const given = await files({
      "connected.yaml": `${file}connection: { url: "https://127.0.0.1:1", token: "\${env:NOT_SET}" }\n`,
    });
    const { exitCode } = await cli(["replay", given.at("connected.yaml"), "--trace", given.trace]);
    expect(exitCode).toBe(0);
  });

  it("stops when it is interrupted", async () => {
    const given = await files();
    const abort = new AbortController();
    const endless = new PassThrough();
    endless.write(trace);
    setImmediate(() => abort.abort());
    const { exitCode, stderr } = await cli(["replay", given.file, "--trace", "-"], {
      stdin: endless,
      signal: abort.signal,
    });
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining("Interrupted") as unknown]);
  });

  it("is documented with each of its options", async () => {
    const { stdout } = await cli(["replay", "--help"]);
    const commands = await readFile(new URL("../../docs/commands.md", import.meta.url), "utf8");
    const own = ["--trace", "--last", "--against", "--changes", "--inventory", "--nodes", "--plot", "--csv"];
    for (const option of own) {
      expect(stdout).toContain(option);
      expect(commands).toContain(option);
    }
  });
});
