import { describe, expect, it } from "vitest";
import { changedRows, overviewOf, storageRows, type OverviewRow } from "../../src/extension/overview/overview.js";
import type { Container, Inventory } from "../../src/model/index.js";
import { container, inventory, node } from "./builders.js";

const gibibyte = 1024 ** 3;

const busy = inventory({
  nodes: [node(), node({ name: "pve10", cpu: 0.5 }), node({ name: "pve2", status: "offline", cpu: null })],
  containers: [
    container({ cpu: 0.97 }),
    container({ vmid: 102, name: "db", cpu: 0.2, memory: 0.8 * gibibyte }),
    container({ vmid: 103, name: "idle", cpu: 0.01, memory: 0.1 * gibibyte }),
    container({ vmid: 104, name: "far", node: "pve2", stale: true, cpu: 0.99 }),
    container({ vmid: 105, name: "old", status: "stopped", cpu: null, memory: null }),
    container({ vmid: 106, name: "golden", status: "stopped", template: true }),
  ],
  problems: [{ node: "pve2", message: "no route to host" }],
});

const overview = (of: Inventory, changes: object = {}): readonly OverviewRow[] =>
  overviewOf({ cluster: "x", inventory: of, fault: null, plan: null, ...changes });

const lines = (rows: readonly OverviewRow[]): readonly string[] =>
  rows.map(({ label, description }) => (description === "" ? label : `${label}: ${description}`));

const below = (rows: readonly OverviewRow[], label: string): readonly string[] =>
  lines(rows.find((row) => row.label === label)?.below ?? []);

describe("the Overview of a cluster", () => {
  it("sums it up", () => {
    expect(lines(overview(busy))).toEqual([
      "Problems: 2",
      "Nodes: 2 of 3 online",
      "Containers: 3 running · 1 stopped · 1 otherwise · 1 template",
      // 12 % of 8 cores and 50 % of 8; what runs on a node that is away is not known to run.
      "CPU: 5 of 16 cores in use · 6 given to containers",
      "Memory: 18.0/64.0 GiB in use · 3.0 GiB given to containers",
      "Hottest containers",
      "Autoscaler: no plan yet: make a dry run",
      "Storages",
    ]);
  });

  it("names what is wrong, what is hottest, and each node", () => {
    const rows = overview(busy, { fault: "Nobody answers." });
    expect(below(rows, "Problems")).toEqual([
      "Nobody answers.",
      "no route to host: pve2",
      "web-1: 101 · CPU is at 97 %",
    ]);
    expect(below(rows, "Hottest containers")).toEqual([
      "web-1: 101 · CPU 97 %, memory 40 %",
      "db: 102 · CPU 20 %, memory 80 %",
    ]);
    expect(below(rows, "Nodes")).toEqual([
      "pve1: 12 % · 9.0/32.0 GiB · 5 LXC",
      "pve2: offline · 1 LXC",
      "pve10: 50 % · 9.0/32.0 GiB · 0 LXC",
    ]);
  });

  it("is calm about a cluster that is", () => {
    const calm = inventory({ containers: [container({ cpu: 0.02, memory: 0.1 * gibibyte })] });
    const rows = overview(calm);
    expect(lines(rows)).toContain("Problems: none");
    expect(lines(rows)).toContain("Hottest containers: none is busy");
    expect(rows.map(({ below: rowsBelow }) => rowsBelow === undefined)).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it("says that a lost quorum is a problem", () => {
    expect(below(overview(inventory({ quorate: false })), "Problems")).toEqual([
      "No quorum: the cluster refuses every change",
    ]);
  });

  it.each([
    [{ grow: 2, shrink: 1, blocked: 0, isPreview: false }, "2 to grow · 1 to shrink"],
    [{ grow: 0, shrink: 0, blocked: 3, isPreview: false }, "nothing to change · 3 blocked"],
    [{ grow: 0, shrink: 1, blocked: 0, isPreview: true }, "1 to shrink · preview"],
  ])("says of the plan %j: %s", (plan, words) => {
    expect(lines(overview(busy, { plan }))).toContain(`Autoscaler: ${words}`);
  });

  it("makes nothing of what is not known", () => {
    const unknown = node({ cpu: null, cores: null, memory: null, memoryLimit: null });
    const rows = overview(inventory({ nodes: [unknown], containers: [] }));
    expect(lines(rows)).toEqual(expect.arrayContaining(["CPU: use unknown", "Memory: use unknown"]));
  });
});

describe("the storages of the Overview", () => {
  const storage = (name: string, on: string, used: number | null, shared = false) => ({
    name,
    node: on,
    shared,
    total: 100 * gibibyte,
    used: used === null ? null : used * gibibyte,
    available: used === null ? null : (100 - used) * gibibyte,
  });

  it("are the fullest first, each where it is, a shared one once", () => {
    const rows = storageRows("x", [
      storage("local", "pve1", 20),
      storage("local", "pve2", 95),
      storage("nfs", "pve1", 50, true),
      storage("nfs", "pve2", 50, true),
      storage("away", "pve1", null),
    ]);
    expect(lines(rows)).toEqual([
      "local: pve2 · 5/100 GiB free, 95 % full",
      "nfs: shared · 50/100 GiB free, 50 % full",
      "local: pve1 · 80/100 GiB free, 20 % full",
      "away: pve1 · space unknown",
    ]);
    expect(rows.map(({ icon }) => icon)).toEqual(["problem", "storage", "storage", "storage"]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
  });
});

describe("what changed in the Overview", () => {
  const withCpu = (cpu: number): Inventory =>
    inventory({ containers: [container({ cpu }), container({ vmid: 102, cpu: 0.9 })] as readonly Container[] });

  it("is nothing where the rows look the same", () => {
    expect(changedRows(overview(withCpu(0.5)), overview(withCpu(0.501)))).toEqual([]);
  });

  it("is the one row that looks different", () => {
    expect(changedRows(overview(withCpu(0.5)), overview(withCpu(0.6)))).toEqual(["x/hot/101"]);
  });

  it("is what they stand below where rows come, go or change places", () => {
    expect(changedRows(overview(withCpu(0.5)), overview(withCpu(0.1)))).toEqual(["x/hot/101"]);
    expect(changedRows(overview(withCpu(0.5)), overview(withCpu(0.94)))).toEqual(["x/hot"]);
  });

  it("is everything where a cluster came", () => {
    expect(changedRows([], overview(busy))).toBeNull();
  });
});
