import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, emptyState, type State } from "../../src/engine/index.js";
import type { Container, History, Outcome } from "../../src/model/index.js";
import {
  carriedOut,
  config,
  configuration,
  container,
  cpu,
  decisionFor,
  effective,
  historyOf,
  inventory,
  mebibyte,
  memory,
  minutes,
  now,
  planDataFor,
  planFor,
  rulesOf,
  safety,
} from "./fixtures.js";

const hour = 3_600_000;
const day = 24 * hour;

function changed(...hoursAgo: readonly number[]): State {
  const changes = hoursAgo.map((ago) => now - ago * hour);
  return { version: 1, containers: { 101: { cores: { changes, expected: 4, expectedSince: 0 } } } };
}

const budget = (most: number) => config({ safety: { ...safety, maxChangesPerDay: most } });

describe("the changes of a day", () => {
  const busy = (most: number, state: State) =>
    decisionFor({
      config: budget(most),
      inventory: inventory({ containers: [container({ cpu: 0.9 })] }),
      history: historyOf(101, minutes(30, { cpu: 0.9 })),
      state,
      settings: effective({ cpu: cpu() }),
    });

  it("are counted over the last 24 hours, and say when the next is free", () => {
    expect(busy(3, changed(23, 20, 1))).toMatchObject({ action: "blocked", to: 4, uncapped: 5 });
    expect(busy(3, changed(23, 20, 1)).reasons.at(-1)).toEqual({
      rule: "day-budget",
      text: "at most 3 changes of one container in 24 hours; the next is free in 1h",
    });
    expect(busy(3, changed(24, 20, 1)).action).toBe("scale-up");
    expect(busy(1, changed(30)).action).toBe("scale-up");
  });

  it("are those of all resources of the container, and of this cycle", () => {
    const state: State = {
      version: 1,
      containers: { 101: { memory: { changes: [now - hour] }, swap: { changes: [now - hour, now - 2 * hour] } } },
    };
    const plan = planFor({
      config: budget(2),
      inventory: inventory({ containers: [container({ cpu: 0.9, memory: 950 * mebibyte })] }),
      history: historyOf(101, minutes(30, { cpu: 0.9, memory: 950 * mebibyte })),
      state,
      settings: effective({ cpu: cpu(), memory: memory() }),
    });
    expect(plan.decisions.map(({ action }) => action)).toEqual(["scale-up", "blocked"]);
    expect(rulesOf(plan.decisions[1]!).at(-1)).toBe("day-budget");
  });

  it("count a write whose answer was lost, because it may have arrived", () => {
    const lost: State = {
      version: 1,
      containers: { 101: { cores: { expected: 4, orElse: 3, expectedSince: now - hour } } },
    };
    expect(busy(1, lost).action).toBe("blocked");
  });

  it("count a shrink of memory in several stages once", () => {
    let state = emptyState();
    const stage = (from: number, to: number): Outcome => ({
      ...planDataFor({ settings: effective({ memory: memory() }) }).decisions[0]!,
      action: "scale-down",
      from,
      to,
      outcome: "applied",
      verified: true,
    });
    state = advance(state, [stage(4096, 3712)], now);
    state = advance(state, [stage(3712, 3392)], now + 30_000);
    state = advance(state, [stage(3392, 3072)], now + 60_000);
    expect(state.containers["101"]?.memory?.changes).toEqual([now]);
    state = advance(state, [stage(3072, 2816)], now + hour);
    expect(state.containers["101"]?.memory?.changes).toEqual([now, now + hour]);
    state = advance(state, [stage(2816, 2560)], now + day);
    expect(state.containers["101"]?.memory?.changes).toEqual([now + hour, now + day]);
  });

  it("never pass the budget in any 24 hours, however the load goes", () => {
    const loads = fc.array(fc.constantFrom(0.05, 0.5, 0.95), { minLength: 40, maxLength: 120 });
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 4 }), (shares, most) => {
        let state = emptyState();
        let cores = 4;
        const times: number[] = [];
        shares.forEach((share, index) => {
          const time = now + index * hour;
          const plan = planDataFor({
            config: { ...budget(most), intervalSeconds: 3600 },
            now: time,
            inventory: inventory({
              observedAt: time,
              containers: [container({ cpu: share, cores, configuration: configuration({ cores }) })],
            }),
            state,
            settings: effective({ cpu: cpu({ strategy: { kind: "target", target: 0.6, tolerance: 0.1 } }) }),
          });
          const decision = plan.decisions[0]!;
          if (decision.to !== cores) {
            times.push(time);
            cores = decision.to ?? cores;
          }
          state = advance(state, carriedOut(plan), time);
        });
        for (const time of times) {
          expect(times.filter((other) => other > time - day && other <= time).length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("the changes of a cycle", () => {
  /** A busy container that wants a third core. */
  const busy = (vmid: number, changes: Partial<Container> = {}): Container =>
    container({ vmid, cpu: 0.9, cores: 2, configuration: configuration({ cores: 2 }), ...changes });
  const plan = (containers: readonly Container[], nodes: Parameters<typeof inventory>[0], most: number) => {
    const history: History = new Map(
      containers.map(({ vmid, cpu: used, cores }) => [vmid, minutes(30, { cpu: used, cores })]),
    );
    return planFor({
      config: config({ safety: { ...safety, maxChangesPerCycle: most } }),
      inventory: inventory({ ...nodes, containers }),
      history,
      settings: ({ vmid }) => effective({ priority: vmid % 10, cpu: cpu() }),
    });
  };
  // 2 cores to give
  const narrow = { nodes: [{ ...inventory().nodes[0]!, cores: 10, cpu: 0.8 }] };
  const sizes = (result: ReturnType<typeof plan>) => result.decisions.map(({ to }) => to);

  it("give no room to a growth that is put off, though its priority is higher", () => {
    // 109 would be served first, but only the first two by vmid are chosen.
    expect(sizes(plan([busy(100), busy(101), busy(109)], narrow, 2))).toEqual([3, 3, 2]);
  });

  it("give no place to a growth that finds no room", () => {
    const elsewhere = { nodes: [...narrow.nodes, { ...inventory().nodes[0]!, name: "pve2" }] };
    const containers = [
      busy(100),
      busy(101),
      busy(102),
      busy(103, { node: "pve2" }),
      busy(104, { node: "pve2", cpu: 0.05 }),
    ];
    // By priority 102 and 101 get the two cores; the place of 100 goes to 103 and on to the idle one.
    expect(sizes(plan(containers, elsewhere, 4))).toEqual([2, 3, 3, 3, 1]);
    expect(plan(containers, elsewhere, 4).decisions[0]?.action).toBe("blocked");
  });

  it("take back what was given to a lower priority, and tell it so", () => {
    const result = plan([busy(100), busy(101), busy(102)], narrow, 10);
    expect(sizes(result)).toEqual([2, 3, 3]);
    expect(rulesOf(result.decisions[0]!)).toContain("node-reserve");
  });
});
