import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyState, type State } from "../../src/engine/index.js";
import { AuditLog, defaultRecordsDirectory, RecordsError, StateStore } from "../../src/operate/index.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function store(endpoint = "https://pve1.example:8006"): StateStore {
  return new StateStore({ directory, endpoint });
}

function counted(state: State, vmid: number): State {
  const before = state.containers[vmid]?.cores?.expected ?? 0;
  return { ...state, containers: { ...state.containers, [vmid]: { cores: { expected: before + 1 } } } };
}

describe("StateStore", () => {
  it("is empty at first, and creates nothing by being read", async () => {
    expect(await store().read("demo")).toEqual(emptyState());
    expect(await readdir(directory)).toEqual([]);
  });

  it("keeps the state in files that only their owner may read", async () => {
    await store().update("demo", (state) => counted(state, 101));
    expect((await store().read("demo")).containers[101]).toEqual({ cores: { expected: 1 } });
    const path = store().file("demo");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(path))).toEqual(["state.json"]);
  });

  it("keeps clusters and endpoints apart", async () => {
    await store().update("demo", (state) => counted(state, 101));
    expect(await store().read("other")).toEqual(emptyState());
    expect(await store("https://pve2.example:8006").read("demo")).toEqual(emptyState());
    expect((await store("PVE1.example:8006/").read("demo")).containers[101]).toBeDefined();
  });

  it("is never led out of its folder by a name", () => {
    for (const cluster of ["..", "../..", "a/b", ".", "", "x".repeat(5000)]) {
      const path = store("https://../../etc").file(cluster);
      expect(dirname(dirname(path))).toBe(directory);
      expect(dirname(path).slice(directory.length + 1).length).toBeLessThan(250);
    }
  });

  it("loses no change of several writers", async () => {
    const writers = [store(), store(), store()];
    await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        writers[index % writers.length]!.update("demo", (state) => counted(state, 101)),
      ),
    );
    expect((await store().read("demo")).containers[101]?.cores?.expected).toBe(24);
  });

  it.each(["", "{", "null", "[]", '{"version":9,"state":{}}', '{"version":1}'])(
    "refuses a damaged file rather than forgetting what it held: %j",
    async (text) => {
      await store().update("demo", (state) => counted(state, 101));
      await writeFile(store().file("demo"), text);
      await expect(store().read("demo")).rejects.toThrow(RecordsError);
      await expect(store().update("demo", (state) => state)).rejects.toThrow(/is damaged/u);
    },
  );

  it("says at once why its folder can't be made, also where no folder ever can", async () => {
    const store = new StateStore({ directory: "/proc/nowhere/records", endpoint: "https://pve1:8006" });
    await expect(store.update("demo", (state) => state)).rejects.toThrow(RecordsError);
  });

  it("leaves the old state where the change fails", async () => {
    await store().update("demo", (state) => counted(state, 101));
    const broken = store().update("demo", () => {
      throw new RecordsError("no");
    });
    await expect(broken).rejects.toThrow("no");
    expect((await store().read("demo")).containers[101]?.cores?.expected).toBe(1);
    await store().update("demo", (state) => counted(state, 101));
  });
});

describe("AuditLog", () => {
  it("only ever appends whole lines", async () => {
    const logs = [0, 1].map(() => new AuditLog({ directory, endpoint: "pve1" }));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        logs[index % 2]!.append("demo", `run-${index}`, 0, {
          event: "run-ended",
          applied: index,
          unchanged: 0,
          failed: 0,
          skipped: 0,
          unknown: 0,
          interrupted: false,
        }),
      ),
    );
    const { readFile } = await import("node:fs/promises");
    const lines = (await readFile(logs[0]!.file("demo"), "utf8")).trimEnd().split("\n");
    const runs = lines.map((line) => (JSON.parse(line) as { run: string }).run);
    expect(new Set(runs).size).toBe(20);
    expect((await stat(logs[0]!.file("demo"))).mode & 0o777).toBe(0o600);
  });
});

describe("defaultRecordsDirectory", () => {
  it("follows the XDG specification", () => {
    expect(defaultRecordsDirectory({ XDG_STATE_HOME: "/srv/state", HOME: "/home/me" })).toBe(
      "/srv/state/lxc-autoscaler",
    );
    expect(defaultRecordsDirectory({ HOME: "/home/me" })).toBe("/home/me/.local/state/lxc-autoscaler");
    expect(defaultRecordsDirectory({ XDG_STATE_HOME: "relative", HOME: "/home/me" })).toBe(
      "/home/me/.local/state/lxc-autoscaler",
    );
  });
});
