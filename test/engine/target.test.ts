import { describe, expect, it } from "vitest";
import {
  container,
  config,
  configuration,
  cpu,
  decisionFor,
  effective,
  inventory,
  memory,
  mebibyte,
  node,
  rulesOf,
} from "./fixtures.js";
import type { ResourceSettings } from "../../src/config/index.js";
import type { Container } from "../../src/model/index.js";

function decide(changes: Partial<Container>, settings: Partial<ResourceSettings> = {}) {
  const strategy = { kind: "target", target: 0.6, tolerance: 0.1 } as const;
  return decisionFor({
    inventory: inventory({ containers: [container(changes)] }),
    settings: effective({ cpu: cpu({ strategy, max: 12, ...settings }) }),
  });
}

describe("target", () => {
  it("gives the contract's example word for word", () => {
    expect(decide({ cpu: 0.95 }, { maxStep: 2 })).toEqual({
      vmid: 101,
      node: "pve1",
      name: "web-1",
      policy: "web",
      policies: ["web"],
      resource: "cores",
      unit: "cores",
      action: "scale-up",
      from: 4,
      to: 6,
      uncapped: 7,
      reasons: [
        { rule: "target", text: "95 % of 4 cores is 3.8 in use; at 60 % that takes 7 (6.33, rounded up)" },
        { rule: "max-step", text: "at most 2 cores at once" },
      ],
    });
  });

  it.each([
    // usage, to: 60 % ± 10 % is 54 to 66 %, both inside
    [0.54, 4],
    [0.66, 4],
    [0.53, 4], // 2.12 / 0.6 = 3.53, rounded up to the 4 it has
    [0.45, 3], // exactly 3
    [0.44, 3],
    [0.2, 2], // 1.33
    [0.0, 1],
    [0.67, 5], // 4.47
    [0.75, 5], // exactly 5
    [0.76, 6], // 5.07
  ])("at %f of 4 cores takes %i", (usage, to) => {
    expect(decide({ cpu: usage })).toMatchObject({ from: 4, to, uncapped: to });
  });

  it("is at the target after the smallest growth that reaches it, whatever the fractions of binary", () => {
    // 5 × 0.6 is 3.0000000000000004 / 0.6 in floating point
    expect(decide({ cpu: 0.75 }, { strategy: { kind: "target", target: 0.6, tolerance: 0 } }).to).toBe(5);
  });

  it("clamps to max and says so", () => {
    const decision = decide({ cpu: 1 }, { max: 5 });
    expect(decision).toMatchObject({ action: "scale-up", to: 5, uncapped: 7 });
    expect(rulesOf(decision)).toEqual(["target", "max"]);
  });

  it("is blocked at max", () => {
    const decision = decide({ cpu: 1 }, { max: 4 });
    expect(decision).toMatchObject({ action: "blocked", from: 4, to: 4, uncapped: 7 });
    expect(rulesOf(decision)).toEqual(["target", "max"]);
  });

  it("sizes a cpulimit in tenths", () => {
    const decision = decide(
      { cpu: 0.25, cores: 4, configuration: configuration({ cpulimit: 1 }) },
      { resource: "cpulimit", step: 0.1, min: 0.5, max: 4 },
    );
    // 1 CPU in use of a cpulimit of 1: 1 / 0.6 = 1.667
    expect(decision).toMatchObject({ resource: "cpulimit", unit: "cores", from: 1, to: 1.7, uncapped: 1.7 });
    expect(decision.reasons[0]?.text).toBe(
      "100 % of a cpulimit of 1 is 1 in use; at 60 % that takes 1.7 (1.67, rounded up)",
    );
  });

  it("sizes memory in multiples of its grain", () => {
    const strategy = { kind: "target", target: 0.6, tolerance: 0.1 } as const;
    const decision = decisionFor({
      inventory: inventory({ containers: [container({ memory: 900 * mebibyte })] }),
      settings: effective({ memory: memory({ strategy }) }),
    });
    // 900 / 0.6 = 1500, and 24 × 64 = 1536
    expect(decision).toMatchObject({ resource: "memory", unit: "MiB", from: 1024, to: 1536, uncapped: 1536 });
  });
});

describe("percentages of CPU", () => {
  const limited = configuration({ cores: 2, cpulimit: 0.5 });

  it("are of the cpulimit where that is less than the cores, and the block names it", () => {
    // Proxmox's own figure is of the 2 cores: it can't pass 0.25.
    const decision = decide({ cpu: 0.25, cores: 2, configuration: limited });
    expect(decision).toMatchObject({ action: "blocked", from: 2, to: 2 });
    expect(rulesOf(decision)).toEqual(["target", "other-limit"]);
    expect(decision.reasons[0]?.text).toBe("100 % of its cpulimit of 0.5 is 0.5 in use, above 66 %");
    expect(decision.reasons[1]?.text).toBe("held back by its cpulimit of 0.5, not by its cores");
  });

  it("hold thresholds against the same", () => {
    const decision = decisionFor({
      config: config({ intervalSeconds: 120 }),
      inventory: inventory({ containers: [container({ cpu: 0.25, cores: 2, configuration: limited })] }),
      settings: effective({ cpu: cpu() }),
    });
    expect(decision).toMatchObject({ action: "blocked", from: 2, to: 2, uncapped: 3 });
    expect(rulesOf(decision)).toEqual(["above", "other-limit"]);
  });

  it("name the cores of the node where they are the least", () => {
    const decision = decisionFor({
      config: config({ intervalSeconds: 120 }),
      inventory: inventory({
        containers: [container({ cpu: 0.25, cores: 8, configuration: configuration({ cores: 8 }) })],
        nodes: [node({ cores: 2 })],
      }),
      settings: effective({ cpu: cpu({ max: 16 }) }),
    });
    expect(decision).toMatchObject({ action: "blocked", from: 8, to: 8 });
    expect(decision.reasons[1]?.text).toBe("held back by the 2 cores of node pve1, not by its cores");
  });

  it("block a cpulimit that the cores hold back", () => {
    const decision = decide(
      { cpu: 1, cores: 1, configuration: configuration({ cores: 1, cpulimit: 2 }) },
      { resource: "cpulimit", step: 0.5 },
    );
    expect(decision).toMatchObject({ action: "blocked", from: 2, to: 2 });
    expect(decision.reasons.at(-1)?.text).toBe("held back by its 1 core, not by its cpulimit");
  });

  it("let cores grow no further than the cpulimit lets them be used", () => {
    const decision = decide({ cpu: 1, cores: 2, configuration: configuration({ cores: 2, cpulimit: 2.5 }) });
    expect(decision).toMatchObject({ action: "scale-up", from: 2, to: 3, uncapped: 4 });
  });
});

describe("what is not limited", () => {
  const unlimited = configuration({ cores: null });

  it("is left alone", () => {
    const decision = decide({ cpu: 1, cores: 32, configuration: unlimited });
    expect(decision).toMatchObject({ action: "hold", from: 32, to: 32, uncapped: null });
    expect(rulesOf(decision)).toEqual(["unlimited"]);
    const cpulimit = decide({ cpu: 1, configuration: configuration({ cpulimit: null }) }, { resource: "cpulimit" });
    expect(cpulimit).toMatchObject({ action: "hold", from: null, to: null, uncapped: null });
    expect(rulesOf(cpulimit)).toEqual(["unlimited"]);
  });

  it("is taken charge of with manageUnlimited, as if it had what it may use", () => {
    const cores = decide({ cpu: 0.1, cores: 32, configuration: unlimited }, { manageUnlimited: true, max: null });
    expect(cores).toMatchObject({ action: "scale-down", from: 32, to: 6, uncapped: 6 });
    const cpulimit = decide(
      { cpu: 0.1, configuration: configuration({ cpulimit: 0 }) },
      { manageUnlimited: true, resource: "cpulimit", step: 0.1, min: 0.1 },
    );
    // 0.4 / 0.6 = 0.667
    expect(cpulimit).toMatchObject({ action: "scale-down", from: 4, to: 0.7 });
  });

  it("is brought inside its bounds once it is managed", () => {
    const decision = decide({ cpu: 0.1, cores: 32, configuration: unlimited }, { manageUnlimited: true, max: 4 });
    expect(decision).toMatchObject({ action: "scale-down", from: 32, to: 4 });
  });
});
