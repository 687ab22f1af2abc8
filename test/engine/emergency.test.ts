import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceSettings, Safety } from "../../src/config/index.js";
import { advance, emptyState, type State } from "../../src/engine/index.js";
import type { Container, Node } from "../../src/model/index.js";
import {
  carriedOut,
  config,
  configuration,
  container,
  effective,
  gibibyte,
  inventory,
  mebibyte,
  memory,
  minutes,
  node,
  now,
  planFor,
  rulesOf,
  safety,
} from "./fixtures.js";

/** A container of 4 GiB that is content with them, by MiB in use. */
function holder(vmid: number, use: number, changes: Partial<Container> = {}): Container {
  return container({
    vmid,
    memory: use * mebibyte,
    memoryLimit: 4096 * mebibyte,
    configuration: configuration({ memory: 4096 }),
    ...changes,
  });
}

/** A node of 100 GiB by the share that is in use. */
function crowded(used: number, changes: Partial<Node> = {}): Node {
  return node({ memoryLimit: 100 * gibibyte, memoryAvailable: (1 - used) * 100 * gibibyte, ...changes });
}

function plan(
  containers: readonly Container[],
  given: {
    readonly nodes?: readonly Node[];
    readonly safety?: Partial<Safety>;
    readonly priorities?: Readonly<Record<number, number>>;
    readonly settings?: Partial<ResourceSettings>;
    readonly state?: State;
  } = {},
) {
  return planFor({
    config: config({ safety: { ...safety, emergency: { memory: 0.97 }, ...given.safety } }),
    inventory: inventory({ containers, nodes: given.nodes ?? [crowded(0.98)] }),
    history: new Map(
      containers.map(({ vmid, memory: used, memoryLimit }) => [vmid, minutes(40, { memory: used, memoryLimit })]),
    ),
    ...(given.state === undefined ? undefined : { state: given.state }),
    settings: ({ vmid }) =>
      effective({ memory: memory({ min: null, ...given.settings }), priority: given.priorities?.[vmid] ?? 0 }),
  });
}

const sizes = (result: ReturnType<typeof plan>) => result.decisions.map(({ to }) => to);

describe("a node in danger", () => {
  it("gets back a step of those that use least of what they have, until that is enough", () => {
    // 1 GiB over the line; each gives a tenth of 4096 MiB, up to the grain.
    const result = plan([holder(101, 3000), holder(102, 2000), holder(103, 2200), holder(104, 2100)]);
    expect(sizes(result)).toEqual([4096, 3712, 3712, 3712]);
    expect(result.decisions[1]).toMatchObject({ action: "scale-down", from: 4096, uncapped: 3712 });
    expect(result.decisions[1]?.reasons[0]).toEqual({
      rule: "emergency",
      text:
        "node pve1 has 98 % of its memory in use, in danger from 97 % on: of priority 0, the lowest that has any to " +
        "spare, it gives back some of what it does not use (2000 MiB in use)",
    });
  });

  it("spares higher priorities while lower ones have something left", () => {
    const containers = [holder(101, 2000), holder(102, 2000), holder(103, 2000)];
    expect(sizes(plan(containers, { priorities: { 101: 5, 102: 1, 103: 1 } }))).toEqual([4096, 3712, 3712]);
    // Those of the lowest are full.
    const full = [holder(101, 2000), holder(102, 3400)];
    expect(sizes(plan(full, { priorities: { 101: 5 } }))).toEqual([3712, 4096]);
  });

  it("never goes below the floor, the minimum or what would be nine tenths full", () => {
    // 3300 + 20 % is 3960: up to the grain 3968.
    expect(sizes(plan([holder(101, 3300)]))).toEqual([3968]);
    expect(sizes(plan([holder(101, 2000)], { settings: { min: 4032 } }))).toEqual([4032]);
    // Without headroom 3400 / 0.9 is 3778, up to the grain 3840.
    expect(sizes(plan([holder(101, 3400)], { settings: { headroom: 0 } }))).toEqual([3840]);
  });

  it("leaves out what is paused, held or short itself", () => {
    const paused = holder(101, 2000, { tags: ["autoscaler-paused-down"] });
    expect(sizes(plan([paused]))).toEqual([4096]);
    expect(rulesOf(plan([holder(101, 2000, { lock: "backup" })]).decisions[0]!)).toEqual(["locked"]);
    expect(plan([holder(101, 4000)]).decisions[0]?.reasons.map(({ rule }) => rule)).not.toContain("emergency");
  });

  it("comes before everything else that the cycle may change", () => {
    const idle = holder(101, 2000, { node: "pve2" });
    const nodes = [crowded(0.98), crowded(0.5, { name: "pve2" })];
    const shrinks = { strategy: { kind: "fixed" as const, size: 3072 } };
    const result = plan([idle, holder(102, 2000)], {
      nodes,
      safety: { maxChangesPerCycle: 1 },
      settings: { ...shrinks, cooldown: { upSeconds: 0, downSeconds: 0 } },
    });
    // 102 shrinks further by its strategy than it would have to.
    expect(sizes(result)).toEqual([3072, 4096]);
    const content = plan([holder(101, 4000, { node: "pve2" }), holder(102, 2000)], {
      nodes,
      safety: { maxChangesPerCycle: 1 },
    });
    expect(sizes(content)).toEqual([4096, 3712]);
  });

  it("is none below the line, without the setting, or where its memory is not known", () => {
    const containers = [holder(101, 2000)];
    expect(sizes(plan(containers, { nodes: [crowded(0.969)] }))).toEqual([4096]);
    expect(sizes(plan(containers, { nodes: [crowded(0.97)] }))).toEqual([3712]);
    expect(sizes(plan(containers, { safety: { emergency: null } }))).toEqual([4096]);
    expect(sizes(plan(containers, { nodes: [crowded(0.98, { memoryAvailable: null, memory: null })] }))).toEqual([
      4096,
    ]);
  });

  it("takes no more than a quarter of an idle container within a day, though that does not help", () => {
    let state: State = emptyState();
    const seen: (number | null)[] = [];
    let size = 4096;
    const cycle = (use = 500) => {
      const one = holder(101, use, { memoryLimit: size * mebibyte, configuration: configuration({ memory: size }) });
      const result = plan([one], { state, settings: { strategy: null } });
      state = advance(state, carriedOut(result), now);
      size = result.decisions[0]?.to ?? size;
      return result.decisions[0];
    };
    for (let at = 0; at < 6; at += 1) seen.push(cycle()?.to ?? null);
    expect(seen).toEqual([3712, 3392, 3072, 3072, 3072, 3072]);
    expect(cycle()?.reasons.at(-1)).toEqual({
      rule: "emergency-over",
      text: "node pve1 is in danger, but of 4096 MiB it has given back 1024 within a day: what fills the node is something else",
    });
    // What is remembered of it is a day old, or it has grown since: it is asked again.
    const { relief, ...rest } = state.containers["101"]?.memory ?? {};
    expect(relief).toEqual({ startedAt: now, before: 4096 });
    const remembered = { ...rest, relief: { startedAt: now - 86_400_000, before: 4096 } };
    state = { version: 1, containers: { 101: { memory: remembered } } };
    expect(cycle()?.to).toBe(2816);
    const grown = { ...container(), vmid: 101, resource: "memory" as const, from: 2816, to: 3072 };
    const outcome = { ...grown, outcome: "applied" as const, verified: true, reasons: [{ rule: "above" }] };
    expect(advance(state, [outcome as never], now).containers["101"]?.memory?.relief).toBeUndefined();
  });

  it("takes no more than a step of anybody, nothing that is in use, and nothing of a higher priority in its place", () => {
    const holders = fc.array(
      fc.record({
        use: fc.integer({ min: 50, max: 4096 }),
        priority: fc.integer({ min: 0, max: 2 }),
        paused: fc.boolean(),
      }),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(holders, fc.integer({ min: 970, max: 1000 }), (given, permille) => {
        const containers = given.map(({ use, paused }, index) =>
          holder(101 + index, use, paused ? { tags: ["autoscaler-paused"] } : {}),
        );
        const { decisions } = plan(containers, {
          nodes: [crowded(permille / 1000)],
          priorities: Object.fromEntries(given.map(({ priority }, index) => [101 + index, priority])),
          // Nothing but the emergency makes anything smaller.
          settings: { strategy: null, max: null },
        });
        const shrunk = decisions.filter(({ action }) => action === "scale-down");
        const of = (vmid: number) => given[vmid - 101]!;
        for (const { vmid, from, to } of shrunk) {
          expect(of(vmid).paused).toBe(false);
          expect(from! - to!).toBeLessThanOrEqual(410);
          expect(to).toBeGreaterThanOrEqual(Math.min(from!, of(vmid).use * 1.2));
        }
        expect(new Set(shrunk.map(({ vmid }) => of(vmid).priority)).size).toBeLessThanOrEqual(1);
        const able = given.filter(({ use, paused }) => !paused && Math.ceil((use * 1.2) / 64) * 64 < 4096);
        const lowest = Math.min(...able.map(({ priority }) => priority));
        for (const { vmid } of shrunk) expect(of(vmid).priority).toBe(lowest);
        expect(shrunk.length > 0).toBe(able.length > 0);
      }),
      { numRuns: 200 },
    );
  });
});
