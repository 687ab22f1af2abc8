import { describe, expect, it } from "vitest";
import type { Container, Sample } from "../../src/model/index.js";
import {
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
  node,
  now,
  planFor,
  rulesOf,
  sample,
} from "./fixtures.js";

/** Something every one of these would grow if it were touched at all. */
const busy: Partial<Container> = { cpu: 1, memory: 1000 * mebibyte };
const history = historyOf(101, minutes(30, { cpu: 1, memory: 1000 * mebibyte }));
const settings = effective({ cpu: cpu(), memory: memory() });

function rulesFor(changes: Partial<Container>) {
  const plan = planFor({
    inventory: inventory({ containers: [container({ ...busy, ...changes })] }),
    history,
    settings,
  });
  for (const decision of plan.decisions) {
    expect(decision).toMatchObject({ action: "hold", uncapped: null });
    expect(decision.to).toBe(decision.from);
  }
  expect(plan.summary).toEqual({ containers: 1, scaleUp: 0, scaleDown: 0, hold: 2, blocked: 0 });
  return rulesOf(plan.decisions[0]!);
}

describe("what is left alone", () => {
  it("would grow otherwise", () => {
    const plan = planFor({ inventory: inventory({ containers: [container(busy)] }), history, settings });
    expect(plan.summary).toEqual({ containers: 1, scaleUp: 2, scaleDown: 0, hold: 0, blocked: 0 });
  });

  it.each([
    ["stopped", { status: "stopped", cpu: 0, memory: 0 }],
    ["container-paused", { status: "paused" }],
    ["status-unknown", { status: "unknown", cpu: null, memory: null }],
    ["template", { template: true, status: "stopped" }],
    ["locked", { lock: "backup" }],
    ["ha-moving", { haState: "migrate" }],
    ["ha-moving", { haState: "fence" }],
    ["stale", { stale: true }],
  ] as const)("%s", (rule, changes) => {
    expect(rulesFor(changes)).toEqual([rule]);
  });

  it("says every reason that applies", () => {
    expect(rulesFor({ status: "stopped", lock: "migrate", haState: "migrate" })).toEqual([
      "stopped",
      "locked",
      "ha-moving",
    ]);
  });

  it("keeps a known size in the decision", () => {
    const plan = planFor({
      inventory: inventory({ containers: [container({ status: "stopped", cpu: 0, memory: 0 })] }),
      settings,
    });
    expect(plan.decisions.map(({ from, to }) => [from, to])).toEqual([
      [4, 4],
      [1024, 1024],
    ]);
  });

  it("lets HA's ordinary states pass", () => {
    const plan = planFor({
      inventory: inventory({ containers: [container({ ...busy, haState: "started" })] }),
      history,
      settings,
    });
    expect(plan.summary.scaleUp).toBe(2);
  });

  it("holds everything while the mode is paused or the cluster has no quorum", () => {
    const containers = [container(busy)];
    const paused = planFor({
      config: config({ mode: "paused" }),
      inventory: inventory({ containers }),
      history,
      settings,
    });
    expect(paused.decisions.map(rulesOf)).toEqual([["mode-paused"], ["mode-paused"]]);
    const alone = planFor({ inventory: inventory({ containers, quorate: false }), history, settings });
    expect(alone.decisions.map(rulesOf)).toEqual([["no-quorum"], ["no-quorum"]]);
    const unsaid = planFor({ inventory: inventory({ containers, quorate: null }), history, settings });
    expect(unsaid.summary.scaleUp).toBe(2);
  });

  it("decides in recommend mode as in apply mode", () => {
    const one = planFor({
      config: config({ mode: "recommend" }),
      inventory: inventory({ containers: [container(busy)] }),
      history,
      settings,
    });
    expect(one.summary.scaleUp).toBe(2);
  });
});

describe("readings", () => {
  function cpuWith(changes: Partial<Container>) {
    return decisionFor({
      inventory: inventory({ containers: [container({ ...busy, ...changes })] }),
      history,
      settings: effective({ cpu: cpu() }),
    });
  }
  function memoryWith(changes: Partial<Container>) {
    return decisionFor({
      inventory: inventory({ containers: [container({ ...busy, ...changes })] }),
      history,
      settings: effective({ memory: memory() }),
    });
  }

  it.each([
    ["missing-reading", { cpu: null }],
    ["missing-reading", { cores: null }],
    ["impossible-reading", { cpu: -0.01 }],
    ["impossible-reading", { cpu: 1.2 }],
    ["impossible-reading", { cpu: 95 }],
    ["impossible-reading", { cpu: Number.NaN }],
    ["impossible-reading", { cores: 0 }],
  ])("%s of CPU holds CPU alone", (rule, changes) => {
    const decision = cpuWith(changes);
    expect(decision).toMatchObject({ action: "hold", from: 4, to: 4, uncapped: null });
    expect(rulesOf(decision)).toEqual([rule]);
    expect(memoryWith(changes).action).toBe("scale-up");
  });

  it.each([
    ["missing-reading", { memory: null }],
    ["missing-reading", { memoryLimit: null }],
    ["impossible-reading", { memory: 0 }],
    ["impossible-reading", { memory: -1 }],
    ["impossible-reading", { memory: 2048 * mebibyte }],
  ])("%s of memory holds memory alone", (rule, changes) => {
    const decision = memoryWith(changes);
    expect(decision).toMatchObject({ action: "hold", from: 1024, to: 1024, uncapped: null });
    expect(rulesOf(decision)).toEqual([rule]);
    expect(cpuWith(changes).action).toBe("scale-up");
  });

  it("takes a little more than everything for the jitter of the clock", () => {
    expect(cpuWith({ cpu: 1.02 }).action).toBe("scale-up");
  });

  it("holds before there is any", () => {
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ stale: true })] }),
      settings: effective({ cpu: cpu() }),
    });
    expect(decision.action).toBe("hold");
  });

  it("holds CPU while the configuration has not been read, but knows memory's limit from its reading", () => {
    const unread = { configuration: null };
    expect(cpuWith(unread)).toMatchObject({ action: "hold", from: null, to: null, uncapped: null });
    expect(rulesOf(cpuWith(unread))).toEqual(["size-unknown"]);
    expect(memoryWith(unread)).toMatchObject({ action: "scale-up", from: 1024, to: 1536 });
    expect(rulesOf(memoryWith({ ...unread, memoryLimit: null }))).toEqual(["size-unknown"]);
  });

  it("knows no size of what has no cores on a node of unknown ones", () => {
    const decision = decisionFor({
      inventory: inventory({
        nodes: [node({ cores: null })],
        containers: [container({ configuration: configuration({ cores: null }) })],
      }),
      settings: effective({ cpu: cpu({ manageUnlimited: true }) }),
    });
    expect(rulesOf(decision)).toEqual(["size-unknown"]);
  });
});

describe("a size changed by hand", () => {
  /** Readings a minute apart; the size becomes 4 so many minutes ago. */
  function changedAgo(minutesAgo: number): Sample[] {
    return minutes(30, { cpu: 1 }).samples.map((one) =>
      one.time < now - minutesAgo * 60_000 ? { ...one, cores: 2 } : one,
    );
  }
  function decide(samples: Sample[], state = {}) {
    return decisionFor({
      inventory: inventory({ containers: [container(busy)] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      state: { version: 1, containers: { 101: { cores: state } } },
      settings: effective({ cpu: cpu() }),
    });
  }

  it("is left alone for the longer cooldown, and said", () => {
    const decision = decide(changedAgo(3), { expected: 2, expectedSince: now - 3_600_000 });
    expect(decision).toMatchObject({ action: "hold", from: 4, to: 4 });
    expect(decision.reasons).toEqual([
      { rule: "changed-by-hand", text: "changed by hand from 2 cores to 4 cores, seen 3m ago: left alone for 10m" },
    ]);
    expect(decide(changedAgo(9), { expected: 2, expectedSince: now - 3_600_000 }).action).toBe("hold");
    expect(decide(changedAgo(10), { expected: 2, expectedSince: now - 3_600_000 }).action).toBe("scale-up");
  });

  it("is known from the readings alone where nothing is remembered", () => {
    expect(rulesOf(decide(changedAgo(3)))).toEqual(["changed-by-hand"]);
    expect(decide(changedAgo(12)).action).toBe("scale-up");
  });

  it("counts from now where no reading tells when it was", () => {
    const decision = decide([], { expected: 2, expectedSince: now - 3_600_000 });
    expect(decision.reasons[0]?.text).toContain("seen just now");
  });

  it("is not what we did ourselves, whatever the readings show", () => {
    const since = { expected: 4, expectedSince: now - 180_000, up: { time: now - 180_000, from: 2, to: 4 } };
    expect(decide(changedAgo(3), since).action).toBe("scale-up");
  });

  it("is not a write whose answer was lost, arrived or not", () => {
    expect(decide(changedAgo(3), { expected: 4, orElse: 2, expectedSince: now - 180_000 }).action).toBe("scale-up");
    expect(decide(changedAgo(30), { expected: 5, orElse: 4, expectedSince: now - 180_000 }).action).toBe("scale-up");
  });

  it("keeps even bounds from being applied meanwhile", () => {
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.1 })] }),
      history: historyOf(101, { stepSeconds: 60, samples: [sample(120, { cores: 2 }), sample(60, { cpu: 0.1 })] }),
      settings: effective({ cpu: cpu({ max: 3 }) }),
    });
    expect(rulesOf(decision)).toEqual(["changed-by-hand"]);
  });

  it("is known of memory by its limit", () => {
    const samples = [sample(120, { memoryLimit: 512 * mebibyte }), sample(60)];
    const decision = decisionFor({
      inventory: inventory({ containers: [container(busy)] }),
      history: historyOf(101, { stepSeconds: 60, samples }),
      settings: effective({ memory: memory() }),
    });
    expect(rulesOf(decision)).toEqual(["changed-by-hand"]);
  });
});
