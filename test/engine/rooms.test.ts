import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Safety } from "../../src/config/index.js";
import type { Container, DecisionDocument, History, Node } from "../../src/model/index.js";
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

interface Load {
  readonly vmid: number;
  readonly node: string;
  readonly cpu: number;
  readonly cores: number;
  readonly memory: number;
  readonly size: number;
  readonly priority: number;
}

function containerOf({ vmid, node: where, cpu: share, cores, memory: used, size }: Load): Container {
  return container({
    vmid,
    node: where,
    name: `ct-${vmid}`,
    cpu: share,
    cores,
    memory: used * size * mebibyte,
    memoryLimit: size * mebibyte,
    configuration: configuration({ cores, memory: size }),
  });
}

function plan(loads: readonly Load[], nodes: readonly Node[], changes: Partial<Safety> = {}) {
  const containers = loads.map(containerOf);
  const history: History = new Map(
    containers.map(({ vmid, cpu: share, cores, memory: used, memoryLimit }) => [
      vmid,
      minutes(40, { cpu: share, cores, memory: used, memoryLimit }),
    ]),
  );
  const priorities = new Map(loads.map(({ vmid, priority }) => [vmid, priority]));
  return planFor({
    config: config({ safety: { ...safety, ...changes } }),
    inventory: inventory({ containers, nodes }),
    history,
    settings: ({ vmid }) => effective({ cpu: cpu(), memory: memory(), priority: priorities.get(vmid) ?? 0 }),
  });
}

const busy = (vmid: number, where = "pve1"): Load => ({
  vmid,
  node: where,
  cpu: 0.9,
  cores: 2,
  memory: 0.5,
  size: 1024,
  priority: 0,
});

describe("a growth that finds no room", () => {
  const full = node({ cores: 8, cpu: 0.5, memoryAvailable: 8 * gibibyte });
  const reserve = { reserve: { cpu: 0.5, memory: 0 } };
  const reasonOf = (decisions: readonly DecisionDocument[]) =>
    decisions.find(({ vmid, resource }) => vmid === 101 && resource === "cores")?.reasons.at(-1);

  it("is told which containers of its node hold more than they use, and which nodes have room", () => {
    const idle = (vmid: number, cores: number): Load => ({ ...busy(vmid), cpu: 0.05, cores });
    const loads = [busy(101), idle(102, 8), idle(103, 4), idle(104, 1), { ...idle(105, 16), node: "pve2" }];
    const nodes = [full, node({ name: "pve2", cpu: 0.5, cores: 16 }), node({ name: "pve3", cpu: 0.1, cores: 4 })];
    // Half of the cores of each are kept: pve2 has nothing, pve3 1.6.
    const { decisions } = plan(loads, nodes, reserve);
    expect(reasonOf(decisions)).toEqual({
      rule: "would-unblock",
      text: "on node pve1 ct-102 (102) holds 7.6 cores more than it uses, ct-103 (103) 3.8 cores; node pve3 has 1.6 cores to give",
    });
    // A node without enough for all of it is none.
    const narrow = plan(loads, [full, node({ name: "pve3", cpu: 0.4, cores: 4 })], reserve);
    expect(reasonOf(narrow.decisions)?.text).toBe(
      "on node pve1 ct-102 (102) holds 7.6 cores more than it uses, ct-103 (103) 3.8 cores",
    );
  });

  it("names what it may be moved to where its node is over a limit, less what grows there in the same cycle", () => {
    const loads = [busy(101), busy(102, "pve2"), busy(103, "pve2")];
    const nodes = [node({ cpu: 0.96 }), node({ name: "pve2", cores: 10, cpu: 0.6 })];
    const limits = { nodeLimits: { cpu: 0.95, memory: 1 } };
    const { decisions } = plan(loads, nodes, limits);
    expect(rulesOf(decisions[0]!)).toEqual(["above", "node-limit", "would-unblock"]);
    // 4 cores less one for each of the two.
    expect(reasonOf(decisions)?.text).toBe("node pve2 has 2 cores to give");
  });

  it("says nothing where nothing would help", () => {
    const { decisions } = plan([busy(101)], [full], reserve);
    expect(rulesOf(decisions[0]!)).toEqual(["above", "node-reserve"]);
  });
});

const loads: fc.Arbitrary<readonly Load[]> = fc
  .array(
    fc.record({
      node: fc.constantFrom("pve1", "pve2"),
      cpu: fc.constantFrom(0.02, 0.5, 0.85, 0.97),
      cores: fc.integer({ min: 1, max: 6 }),
      memory: fc.constantFrom(0.1, 0.5, 0.9, 0.97),
      size: fc.constantFrom(512, 1024, 4096),
      priority: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((all) => all.map((one, index) => ({ ...one, vmid: 101 + index })));

const nodes: fc.Arbitrary<readonly Node[]> = fc
  .tuple(fc.double({ min: 0.2, max: 1, noNaN: true }), fc.integer({ min: 0, max: 6 }))
  .map(([used, gib]) => [
    node({ cores: 16, cpu: used, memoryAvailable: gib * gibibyte, memoryLimit: 32 * gibibyte }),
    node({ name: "pve2", cores: 8, cpu: used / 2, memoryAvailable: gib * gibibyte, memoryLimit: 32 * gibibyte }),
  ]);

const limits: fc.Arbitrary<Partial<Safety>> = fc.record({
  maxChangesPerCycle: fc.integer({ min: 1, max: 12 }),
  maxChangesPerDay: fc.constantFrom(null, 1, 2),
  reserve: fc.record({ cpu: fc.constantFrom(0, 0.1, 0.3), memory: fc.constantFrom(0, 1024) }),
});

describe("the growth of one cycle", () => {
  it("never takes more than a node has, nor more changes than it may", () => {
    fc.assert(
      fc.property(loads, nodes, limits, (given, where, changes) => {
        const { decisions } = plan(given, where, changes);
        for (const { name, cores, cpu: used, memoryAvailable } of where) {
          const grown = (resource: string): number =>
            decisions
              .filter((one) => one.node === name && one.resource === resource && one.action === "scale-up")
              .reduce((sum, { from, to }) => sum + (to ?? 0) - (from ?? 0), 0);
          const { reserve = safety.reserve } = changes;
          expect(grown("cores")).toBeLessThanOrEqual(Math.max(0, cores! * (1 - used! - reserve.cpu)) + 1e-6);
          expect(grown("memory")).toBeLessThanOrEqual(Math.max(0, memoryAvailable! / mebibyte - reserve.memory) + 1e-6);
        }
        const changed = decisions.filter(({ action }) => action === "scale-up" || action === "scale-down");
        expect(changed.length).toBeLessThanOrEqual(changes.maxChangesPerCycle ?? 0);
        if (typeof changes.maxChangesPerDay === "number") {
          for (const { vmid } of given) {
            expect(changed.filter((one) => one.vmid === vmid).length).toBeLessThanOrEqual(changes.maxChangesPerDay);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is what it would be without anything that did not grow in the end", () => {
    fc.assert(
      fc.property(loads, nodes, limits, (given, where, changes) => {
        const cycle = { ...changes, maxChangesPerDay: null };
        const { decisions } = plan(given, where, cycle);
        const grew = new Set(decisions.filter(({ action }) => action === "scale-up").map(({ vmid }) => vmid));
        // What was put off, refused or idle had no part in what the others got.
        const alone = plan(
          given.filter(({ vmid }) => grew.has(vmid)),
          where,
          { ...cycle, maxChangesPerCycle: 1000 },
        );
        for (const { vmid, resource, to } of decisions.filter(({ action }) => action === "scale-up")) {
          const again = alone.decisions.find((one) => one.vmid === vmid && one.resource === resource);
          const others = decisions.some(
            (one) => one.node === again?.node && one.resource === resource && rulesOf(one).includes("max-changes"),
          );
          // The other resource of a container that grew may have been put off, and then asks for its room here.
          if (!others) expect(again?.to).toBe(to);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is the same in whatever order containers and nodes are listed", () => {
    fc.assert(
      fc.property(loads, nodes, limits, (given, where, changes) => {
        expect(plan([...given].reverse(), [...where].reverse(), changes)).toEqual(plan(given, where, changes));
      }),
      { numRuns: 100 },
    );
  });
});
