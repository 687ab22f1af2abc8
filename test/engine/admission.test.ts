import { describe, expect, it } from "vitest";
import type { Safety } from "../../src/config/index.js";
import type { Container, History, Node } from "../../src/model/index.js";
import {
  config,
  configuration,
  container,
  cpu,
  effective,
  gibibyte,
  inventory,
  mebibyte,
  memory,
  minutes,
  node,
  planFor,
  rulesOf,
  safety,
} from "./fixtures.js";

/** Containers of 2 cores and 1 GiB that all want another core and 512 MiB. */
function busy(vmid: number, changes: Partial<Container> = {}): Container {
  return container({
    vmid,
    cpu: 0.9,
    cores: 2,
    memory: 900 * mebibyte,
    configuration: configuration({ cores: 2 }),
    ...changes,
  });
}

/** The same with next to nothing to do: it wants to lose a core. */
function idle(vmid: number): Container {
  return busy(vmid, { cpu: 0.05 });
}

const pinned = { cpu: 0.9, cores: 2, memory: 900 * mebibyte };

function plan(options: {
  containers: Container[];
  nodes?: Node[];
  safety?: Partial<Safety>;
  priorities?: Record<number, number>;
  resource?: "cpu" | "memory";
}) {
  const history: History = new Map(
    options.containers.map(({ vmid, cpu: used }) => [vmid, minutes(30, { ...pinned, cpu: used ?? pinned.cpu })]),
  );
  return planFor({
    config: config({ safety: { ...safety, ...options.safety } }),
    inventory: inventory({ containers: options.containers, nodes: options.nodes ?? [node()] }),
    history,
    settings: ({ vmid }) =>
      effective({
        priority: options.priorities?.[vmid] ?? 0,
        cpu: options.resource === "memory" ? null : cpu(),
        memory: options.resource === "memory" ? memory() : null,
      }),
  });
}

function sizes(result: ReturnType<typeof plan>) {
  return result.decisions.map(({ to }) => to);
}

describe("what a node has room for", () => {
  // 10 cores, 7 in use, 10 % reserve: 2 cores to give
  const narrow = node({ cores: 10, cpu: 0.7 });
  const reserve = { reserve: { cpu: 0.1, memory: 0 } };

  it("takes the reserve off once and shares the rest by vmid", () => {
    const result = plan({ containers: [busy(103), busy(101), busy(102)], nodes: [narrow], safety: reserve });
    expect(result.decisions.map(({ vmid, to }) => [vmid, to])).toEqual([
      [101, 3],
      [102, 3],
      [103, 2],
    ]);
    expect(result.decisions[2]).toMatchObject({ action: "blocked", uncapped: 3 });
    expect(result.decisions[2]!.reasons[1]).toEqual({
      rule: "node-reserve",
      text: "node pve1 has 0 cores to give beside the reserve of 10 % of its cores",
    });
  });

  it("serves the higher priority first, and orders nothing else by it", () => {
    const containers = [busy(101), busy(102), busy(103)];
    const result = plan({ containers, nodes: [narrow], safety: reserve, priorities: { 102: 5, 103: 10 } });
    expect(result.decisions.map(({ vmid, to }) => [vmid, to])).toEqual([
      [101, 2],
      [102, 3],
      [103, 3],
    ]);
    const few = plan({ containers, safety: { maxChangesPerCycle: 2 }, priorities: { 102: 5, 103: 10 } });
    expect(sizes(few)).toEqual([3, 3, 2]);
    expect(rulesOf(few.decisions[2]!)).toEqual(["above", "max-changes"]);
    expect(few.decisions[2]).toMatchObject({ action: "blocked" });
  });

  it("lets what is short grow before what is idle shrinks, where only some may change", () => {
    const containers = [idle(101), idle(102), busy(103), busy(104)];
    const few = plan({ containers, safety: { maxChangesPerCycle: 3 } });
    expect(few.decisions.map(({ vmid, action }) => [vmid, action])).toEqual([
      [101, "scale-down"],
      [102, "blocked"],
      [103, "scale-up"],
      [104, "scale-up"],
    ]);
    expect(few.decisions[1]?.reasons.at(-1)?.text).toBe("at most 3 changes in one cycle: growth first, then by vmid");
  });

  it("counts what is available of memory, whatever is allocated", () => {
    // 3 GiB available, 2 of them kept: 1 GiB for three times 512 MiB
    const result = plan({
      containers: [busy(101), busy(102), busy(103)],
      nodes: [node({ memoryAvailable: 3 * gibibyte, memoryLimit: 32 * gibibyte })],
      safety: { reserve: { cpu: 0, memory: 2048 } },
      resource: "memory",
    });
    expect(sizes(result)).toEqual([1536, 1536, 1024]);
  });

  it("takes what Proxmox counts as unused where the kernel's figure is not known", () => {
    const result = plan({
      containers: [busy(101), busy(102)],
      nodes: [node({ memoryAvailable: null, memory: 29 * gibibyte + 512 * mebibyte, memoryLimit: 32 * gibibyte })],
      safety: { reserve: { cpu: 0, memory: 2048 } },
      resource: "memory",
    });
    expect(sizes(result)).toEqual([1536, 1024]);
  });

  it("grants as many grains as there is room for", () => {
    const result = plan({
      containers: [busy(101)],
      nodes: [node({ memoryAvailable: 300 * mebibyte })],
      resource: "memory",
    });
    // 4 × 64 MiB
    expect(result.decisions[0]).toMatchObject({ action: "scale-up", to: 1280, uncapped: 1536 });
  });

  it("lets every node have its own", () => {
    const result = plan({
      containers: [busy(101), busy(102, { node: "pve2" })],
      nodes: [node({ cores: 10, cpu: 1 }), node({ name: "pve2" })],
    });
    expect(sizes(result)).toEqual([2, 3]);
  });

  it("lets nothing grow over nodeLimits, but shrinks", () => {
    const idle = container({ vmid: 102, cpu: 0.9, memory: 900 * mebibyte });
    const limits = { nodeLimits: { cpu: 0.95, memory: 0.9 } };
    const nodes = [node({ cpu: 0.951 })];
    const grown = plan({ containers: [busy(101)], nodes, safety: limits });
    expect(grown.decisions[0]).toMatchObject({ action: "blocked", to: 2 });
    expect(grown.decisions[0]!.reasons[1]).toEqual({
      rule: "node-limit",
      text: "node pve1 has 95.1 % of its CPU in use, over its limit of 95 %",
    });
    expect(plan({ containers: [busy(101)], nodes: [node({ cpu: 0.95 })], safety: limits }).summary.scaleUp).toBe(1);
    // Over either limit nothing grows.
    expect(plan({ containers: [busy(101)], nodes, safety: limits, resource: "memory" }).summary.blocked).toBe(1);
    const shrunk = planFor({
      config: config({ safety: { ...safety, ...limits } }),
      inventory: inventory({ containers: [idle], nodes }),
      settings: effective({ cpu: cpu({ strategy: { kind: "fixed", size: 2 } }) }),
    });
    expect(shrunk.summary.scaleDown).toBe(1);
  });

  it("says that nothing is known of a node that is not there, and holds what it can't judge", () => {
    const absent = plan({ containers: [busy(101)], nodes: [] });
    expect(absent.decisions[0]).toMatchObject({ action: "scale-up", to: 3 });
    expect(rulesOf(absent.decisions[0]!)).toEqual(["above", "node-unknown"]);
    const silent = plan({ containers: [busy(101)], nodes: [node({ cpu: null })] });
    expect(silent.decisions[0]).toMatchObject({ action: "blocked", to: 2 });
    expect(rulesOf(silent.decisions[0]!)).toEqual(["above", "node-unknown"]);
  });

  it("wins over min", () => {
    const result = planFor({
      inventory: inventory({ containers: [container({ cpu: 0.5 })], nodes: [node({ cores: 8, cpu: 0.9 })] }),
      settings: effective({ cpu: cpu({ min: 6, strategy: null }) }),
    });
    expect(result.decisions[0]).toMatchObject({ action: "blocked", from: 4, to: 4 });
    expect(rulesOf(result.decisions[0]!)).toEqual(["min", "bounds-only", "node-reserve"]);
  });
});

describe("the plan", () => {
  it("is ordered by vmid, then resource, and counts containers and decisions", () => {
    const containers = [busy(205), busy(9999), busy(101, { status: "stopped" })];
    const result = planFor({
      inventory: inventory({ containers }),
      settings: ({ vmid }) => effective({ cpu: cpu(), memory: vmid === 9999 ? null : memory() }),
    });
    expect(result.decisions.map(({ vmid, resource }) => `${vmid} ${resource}`)).toEqual([
      "101 cores",
      "101 memory",
      "205 cores",
      "205 memory",
      "9999 cores",
    ]);
    expect(result.summary).toEqual({ containers: 3, scaleUp: 0, scaleDown: 0, hold: 5, blocked: 0 });
    expect(result).toMatchObject({ version: 1, generatedAt: "2026-11-21T10:00:00.000Z", file: "autoscaler.yaml" });
  });

  it("has nothing on containers that no policy matches", () => {
    const result = planFor({ settings: effective({ managed: false, matched: false, policies: [], cpu: cpu() }) });
    expect(result).toMatchObject({ decisions: [], summary: { containers: 0 } });
  });
});
