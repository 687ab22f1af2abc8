import { describe, expect, it } from "vitest";
import { containerRow, needsSomebody } from "../../src/extension/containers/container-row.js";
import { bar, percent, share, speed, uptimeOf, usageOf } from "../../src/extension/containers/figures.js";
import { groupRow } from "../../src/extension/containers/group-row.js";
import type { Group } from "../../src/extension/containers/group.js";
import { nodeRow } from "../../src/extension/containers/node-row.js";
import { container, inventory, node } from "./builders.js";

const gibibyte = 1024 ** 3;

describe("the row of a container", () => {
  it("shows id, CPU and memory of a running one", () => {
    expect(containerRow(container())).toEqual({
      label: "web-1",
      description: "101 · 42 % · 0.4/1.0 GiB",
      mood: "running",
      contextValue: "container.running",
      trouble: "",
      spoken: "web-1, container 101, running, CPU 42 %, memory 0.4/1.0 GiB",
    });
  });

  it.each([
    [{ status: "stopped" }, "101 · stopped", "stopped", "container.stopped"],
    [{ status: "paused" }, "101 · paused", "paused", "container.paused"],
    [{ status: "unknown" }, "101 · unknown", "unknown", "container.unknown"],
    [{ status: "stopped", template: true }, "101 · template", "template", "container.template"],
    [{ lock: "backup" }, "101 · 42 % · 0.4/1.0 GiB · backup", "locked", "container.running.locked"],
    [{ stale: true }, "101 · last known: running", "unknown", "container.unknown"],
    [{ memory: 0.97 * gibibyte }, "101 · 42 % · 1.0/1.0 GiB", "trouble", "container.running"],
    [{ cpu: 1 }, "101 · 100 % · 0.4/1.0 GiB", "trouble", "container.running"],
    [{ haState: "error" }, "101 · 42 % · 0.4/1.0 GiB", "trouble", "container.running"],
    [{ cpu: null, memory: null }, "101 · – · –/1.0 GiB", "running", "container.running"],
  ] as const)("of one with %j reads “%s”", (changes, description, mood, contextValue) => {
    expect(containerRow(container(changes))).toMatchObject({ description, mood, contextValue });
  });

  it("says what is being done with it, and offers no verb meanwhile", () => {
    expect(containerRow(container({ status: "stopped" }), "starting…")).toMatchObject({
      description: "101 · starting…",
      contextValue: "container.busy",
      spoken: "web-1, container 101, starting…",
    });
  });

  it("calls a container without a name by its id", () => {
    expect(containerRow(container({ name: "" })).label).toBe("101");
  });

  it("tells a screen reader what is wrong", () => {
    expect(containerRow(container({ disk: 8 * gibibyte })).spoken).toContain("the root file system is at 100 %");
  });
});

describe("what somebody should look at", () => {
  it.each([
    [{ memory: 0.97 * gibibyte }, true],
    [{ disk: 8 * gibibyte }, true],
    [{ haState: "error" }, true],
    [{ haState: "fence", status: "unknown" }, true],
    // Busy for a moment, or only the last that is known.
    [{ cpu: 1 }, false],
    [{ memory: gibibyte, stale: true }, false],
    [{ memory: null, disk: null }, false],
  ] as const)("%j: %s", (changes, expected) => {
    expect(needsSomebody(container(changes))).toBe(expected);
  });
});

describe("the row of a node", () => {
  const all = (total: number) => ({ shown: total, total });

  it("shows its containers and usage", () => {
    expect(nodeRow(node(), all(7))).toMatchObject({
      label: "pve1",
      description: "7 LXC · 12 % · 9/32 GiB",
      contextValue: "node.online",
    });
  });

  it("says since when it is offline, and shows no usage then", () => {
    expect(nodeRow(node({ status: "offline", cpu: null }), all(7), "14:02").description).toBe(
      "offline since 14:02 · 7 LXC",
    );
    expect(nodeRow(node({ status: "offline" }), all(7)).description).toBe("offline · 7 LXC");
  });
});

describe("the row of a group", () => {
  const group = (kind: Group["kind"], name: string | null, changes: Partial<Group> = {}): Group => ({
    key: "x",
    kind,
    name,
    containers: [container()],
    total: 1,
    ...changes,
  });

  it.each([
    ["favourites", null, "Favourites", "Favourites, 1 container"],
    ["pool", "office", "office", "Pool office, 1 container"],
    ["pool", null, "In no pool", "In no pool, 1 container"],
    ["tag", "web", "web", "Tag web, 1 container"],
    ["tag", null, "Without tags", "Without tags, 1 container"],
    ["policy", "nights", "nights", "Policy nights, 1 container"],
    ["policy", null, "Under no policy", "Under no policy, 1 container"],
    ["policy", "", "No autoscaler file is open", "No autoscaler file is open, 1 container"],
    ["status", "stopped", "Stopped", "Stopped, 1 container"],
    ["node", "gone", "gone", "Node gone, 1 container"],
  ] as const)("of %s %s reads “%s”", (kind, name, label, spoken) => {
    expect(groupRow(inventory(), group(kind, name))).toMatchObject({ label, spoken, description: "1 LXC" });
  });

  it("says how many the filter holds back", () => {
    const row = groupRow(inventory(), group("tag", "web", { total: 7 }));
    expect(row).toMatchObject({ description: "1 of 7 LXC", spoken: "Tag web, 1 of 7 containers" });
    expect(groupRow(inventory(), group("node", "pve1", { total: 7 })).description).toBe("1 of 7 LXC · 12 % · 9/32 GiB");
  });
});

describe("figures", () => {
  it("never turn what is unknown into 0", () => {
    expect(percent(null)).toBe("–");
    expect(usageOf(null, null)).toBe("–");
    expect(share(null, 1)).toBeNull();
    expect(share(1, 0)).toBeNull();
  });

  it("keep both sizes in the unit of the larger", () => {
    expect(usageOf(210 * 1024 ** 2, 512 * 1024 ** 2)).toBe("210/512 MiB");
    expect(usageOf(210 * 1024 ** 2, 2 * gibibyte)).toBe("0.2/2.0 GiB");
    expect(usageOf(99 * gibibyte, 256 * gibibyte)).toBe("99/256 GiB");
    expect(usageOf(512 * 1024 ** 2, null)).toBe("512 MiB");
  });

  it("give traffic in bytes a second, and a dash where it is unknown", () => {
    expect([0, 512.4, 300 * 1024, 1.2 * 1024 ** 2, null].map(speed)).toEqual([
      "0 B/s",
      "512 B/s",
      "300 KiB/s",
      "1.2 MiB/s",
      "–",
    ]);
  });

  it("draw ten steps, whatever the share", () => {
    for (const fraction of [null, -1, 0, 0.04, 0.42, 1, 7]) expect(bar(fraction)).toMatch(/^[▰▱]{10}$/u);
    expect(bar(0.42)).toBe("▰▰▰▰▱▱▱▱▱▱");
  });

  it("write a time up in its two largest units", () => {
    expect(uptimeOf(0)).toBe("0 s");
    expect(uptimeOf(59)).toBe("59 s");
    expect(uptimeOf(3_661)).toBe("1 h 1 min");
    expect(uptimeOf(3 * 86_400 + 4 * 3600 + 59)).toBe("3 d 4 h");
    expect(uptimeOf(21 * 86_400 + 37)).toBe("21 d");
  });
});
