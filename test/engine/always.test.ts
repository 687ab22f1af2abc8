import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import { advance, emptyState, ruleNames } from "../../src/engine/index.js";
import type { Container, DecisionDocument } from "../../src/model/index.js";
import {
  carriedOut,
  config,
  configuration,
  container,
  effective,
  inventory,
  mebibyte,
  now,
  planFor,
  safety,
  type Situation,
} from "./fixtures.js";
import { cpuSettings, memorySettings, percent, world, type World } from "./world.js";

const tolerance = 1e-6;

function situation(given: World): Situation {
  return {
    config: config({ safety: given.safety }),
    inventory: inventory({ containers: given.containers, nodes: given.nodes }),
    history: given.histories,
    state: given.state,
    settings: ({ vmid }) => given.settings.get(vmid) ?? effective(),
  };
}

function settingsOf(given: World, decision: DecisionDocument): ResourceSettings {
  const all = given.settings.get(decision.vmid);
  const found = decision.resource === "memory" ? all?.memory : all?.cpu;
  if (found === undefined || found === null) throw new Error("a decision without settings");
  return found;
}

/** What is in use by the inventory's own reading, in the unit of the decision. */
function inUse(given: World, decision: DecisionDocument): number | null {
  const found = given.containers.find(({ vmid }) => vmid === decision.vmid)!;
  if (decision.resource === "memory") return found.memory === null ? null : found.memory / mebibyte;
  return found.cpu === null || found.cores === null ? null : found.cpu * found.cores;
}

function isMultiple(size: number, grain: number): boolean {
  return Math.abs(size / grain - Math.round(size / grain)) < tolerance;
}

const runs = { numRuns: 400 };

describe("whatever the settings and the usage", () => {
  it("every managed resource has one decision with reasons, and a plan that adds up", () => {
    fc.assert(
      fc.property(world, (given) => {
        const plan = planFor(situation(given));
        expect(plan.decisions).toHaveLength(2 * given.containers.length);
        expect(plan.decisions.map(({ vmid }) => vmid)).toEqual(given.containers.flatMap(({ vmid }) => [vmid, vmid]));
        const { scaleUp, scaleDown, hold, blocked, containers } = plan.summary;
        expect(scaleUp + scaleDown + hold + blocked).toBe(plan.decisions.length);
        expect(containers).toBe(given.containers.length);
        expect(scaleUp + scaleDown).toBeLessThanOrEqual(given.safety.maxChangesPerCycle);
        for (const { reasons } of plan.decisions) {
          expect(reasons.length).toBeGreaterThan(0);
          for (const { rule, text } of reasons) {
            expect(ruleNames).toContain(rule);
            expect(text).not.toMatch(/NaN|Infinity|undefined|null|\d{4,}\.\d{3,}/u);
          }
        }
      }),
      runs,
    );
  });

  it("the action says what the sizes do", () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const { action, from, to } of planFor(situation(given)).decisions) {
          if (action === "hold" || action === "blocked") expect(to).toBe(from);
          else {
            if (from === null || to === null) throw new Error("a change of an unknown size");
            expect(action).toBe(to > from ? "scale-up" : "scale-down");
          }
        }
      }),
      runs,
    );
  });

  it("a new size is a multiple of the grain inside the bounds, or on its way there", () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const decision of planFor(situation(given)).decisions) {
          const { action, from, to } = decision;
          if ((action !== "scale-up" && action !== "scale-down") || from === null || to === null) continue;
          const { step, min, max } = settingsOf(given, decision);
          expect(isMultiple(to, step)).toBe(true);
          // A growth never ends above max, and a shrink never below min.
          if (action === "scale-up") expect(to).toBeLessThanOrEqual((max ?? Infinity) + tolerance);
          else expect(to).toBeGreaterThanOrEqual((min ?? 0) - tolerance);
          expect(to).toBeGreaterThan(0);
        }
      }),
      runs,
    );
  });

  it("nothing changes without a reading, and no memory shrinks below what is in use and its headroom", () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const decision of planFor(situation(given)).decisions) {
          const use = inUse(given, decision);
          const container = given.containers.find(({ vmid }) => vmid === decision.vmid)!;
          if (use === null || container.status !== "running" || container.lock !== null) {
            expect(decision.action).toBe("hold");
            continue;
          }
          if (decision.action === "scale-down" && decision.resource === "memory") {
            expect(decision.to).toBeGreaterThanOrEqual(use * (1 + settingsOf(given, decision).headroom) - tolerance);
          }
        }
      }),
      runs,
    );
  });

  it("a strategy grows by no more than maxStep and less than a grain", () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const decision of planFor(situation(given)).decisions) {
          const settings = settingsOf(given, decision);
          const { strategy } = settings;
          const most = strategy?.kind === "thresholds" ? (strategy.up?.maxStep ?? null) : settings.maxStep;
          const said = decision.reasons.map(({ rule }) => rule);
          if (decision.action !== "scale-up" || most === null || said.includes("boost") || said.includes("min"))
            continue;
          expect((decision.to ?? 0) - (decision.from ?? 0)).toBeLessThan(most + settings.step);
        }
      }),
      runs,
    );
  });

  it("a cooldown holds back its direction, but for bounds and boosts", () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const decision of planFor(situation(given)).decisions) {
          const { cooldown } = settingsOf(given, decision);
          const state = given.state.containers[decision.vmid]?.[decision.resource];
          const [last, seconds] =
            decision.action === "scale-up" ? [state?.up, cooldown.upSeconds] : [state?.down, cooldown.downSeconds];
          if (decision.action === "hold" || decision.action === "blocked" || last === undefined) continue;
          if (now - last.time >= seconds * 1000) continue;
          const said = decision.reasons.map(({ rule }) => rule);
          expect(said.some((rule) => ["min", "max", "boost", "boost-over"].includes(rule))).toBe(true);
        }
      }),
      runs,
    );
  });

  it("a node never gives more than it has beside its reserve", () => {
    fc.assert(
      fc.property(world, (given) => {
        const { decisions } = planFor(situation(given));
        for (const { name, cores, cpu, memoryAvailable } of given.nodes) {
          const grown = decisions.filter(({ node: where, action }) => where === name && action === "scale-up");
          const total = (kind: "memory" | "cpu") =>
            grown
              .filter(({ resource }) => (resource === "memory") === (kind === "memory"))
              .reduce((sum, decision) => sum + gain(given, decision), 0);
          const freeMemory = (memoryAvailable ?? 0) / mebibyte - given.safety.reserve.memory;
          const freeCores = (cores ?? 0) * (1 - given.safety.reserve.cpu - (cpu ?? 0));
          expect(total("memory")).toBeLessThanOrEqual(Math.max(0, freeMemory) + tolerance);
          expect(total("cpu")).toBeLessThanOrEqual(Math.max(0, freeCores) + tolerance);
          if (grown.length > 0) expect(cpu).toBeLessThanOrEqual(given.safety.nodeLimits.cpu + tolerance);
        }
      }),
      runs,
    );
  });

  it("the same question has the same answer, in whatever order the containers come", () => {
    fc.assert(
      fc.property(
        world.chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given.containers], { minLength: given.containers.length }),
          ),
        ),
        ([given, shuffled]) => {
          const before = JSON.stringify(given.state);
          const plan = planFor(situation(given));
          expect(planFor(situation(given))).toEqual(plan);
          expect(planFor(situation({ ...given, containers: shuffled }))).toEqual(plan);
          expect(JSON.stringify(given.state)).toBe(before);
          expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a plan that was carried out is not taken back in the next breath", () => {
    fc.assert(
      fc.property(world, (given) => {
        const first = planFor(situation(given));
        const state = advance(given.state, carriedOut(first), now);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        const containers = given.containers.map((each) => resized(each, first.decisions));
        const second = planFor({ ...situation({ ...given, containers }), state });
        for (const [index, decision] of second.decisions.entries()) {
          const earlier = first.decisions[index]!;
          // A boost is taken back whatever is wanted then, and may begin anew.
          const { boost } = settingsOf(given, decision);
          if (boost !== null || given.state.containers[decision.vmid]?.[decision.resource]?.boost !== undefined)
            continue;
          if (earlier.action === "scale-up") expect(decision.action).not.toBe("scale-down");
          if (earlier.action === "scale-down") expect(decision.action).not.toBe("scale-up");
        }
      }),
      runs,
    );
  });

  it("state grows by what happened and by nothing else", () => {
    fc.assert(
      fc.property(world, (given) => {
        const plan = planFor(situation(given));
        const failed = plan.decisions.map((each) => ({ ...each, outcome: "failed" as const, verified: false }));
        expect(advance(given.state, failed, now)).toBe(given.state);
        expect(advance(given.state, [], now)).toBe(given.state);
        const once = advance(emptyState(), carriedOut(plan), now);
        expect(
          advance(
            once,
            carriedOut(plan).filter(({ outcome }) => outcome === "skipped"),
            now + 1000,
          ),
        ).toEqual(once);
      }),
      runs,
    );
  });
});

/** What a growth may add to what its node has in use: what lies beyond another limit can't be used. */
function gain(given: World, { vmid, node: where, resource, from, to }: DecisionDocument): number {
  if (resource === "memory") return (to ?? 0) - (from ?? 0);
  const file = given.containers.find((each) => each.vmid === vmid)?.configuration;
  const cores = given.nodes.find(({ name }) => name === where)?.cores ?? Infinity;
  const other = Math.min((resource === "cores" ? file?.cpulimit : file?.cores) ?? Infinity, cores);
  return Math.min(to ?? 0, other) - Math.min(from ?? 0, other);
}

/** A container after a plan, with the same demand. */
function resized(present: Container, decisions: readonly DecisionDocument[]): Container {
  let changed = present;
  for (const { vmid, resource, action, to } of decisions) {
    if (vmid !== present.vmid || to === null || (action !== "scale-up" && action !== "scale-down")) continue;
    const file = changed.configuration ?? configuration();
    if (resource === "memory") {
      changed = { ...changed, memoryLimit: to * mebibyte, configuration: { ...file, memory: to } };
    } else if (resource === "cores") {
      const demand = (changed.cpu ?? 0) * (changed.cores ?? 1);
      changed = {
        ...changed,
        cores: to,
        cpu: changed.cpu === null ? null : Math.min(1, demand / to),
        configuration: { ...file, cores: to },
      };
    } else {
      changed = { ...changed, configuration: { ...file, cpulimit: to } };
    }
  }
  return changed;
}

describe("more usage", () => {
  const usages = fc.tuple(percent(1, 100), percent(1, 100)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  function sizeAt(usage: number, settings: ResourceSettings, cores: number, memoryMebibytes: number): number {
    const figures = {
      cpu: usage,
      cores,
      memory: Math.round(usage * memoryMebibytes * mebibyte),
      memoryLimit: memoryMebibytes * mebibyte,
    };
    const samples = Array.from({ length: 30 }, (_, index) => ({
      time: now - (30 - index) * 60_000,
      ...figures,
      cpulimit: 4,
    }));
    const { decisions } = planFor({
      config: config({ safety }),
      inventory: inventory({
        containers: [
          container({
            ...figures,
            configuration: configuration({
              cores,
              cpulimit: settings.resource === "cores" ? null : 4,
              memory: memoryMebibytes,
            }),
          }),
        ],
      }),
      history: new Map([[101, { stepSeconds: 60, samples }]]),
      settings: effective(settings.resource === "memory" ? { memory: settings } : { cpu: settings }),
    });
    return decisions[0]?.to ?? 0;
  }

  it("never makes it smaller", () => {
    fc.assert(
      fc.property(
        usages,
        fc.oneof(cpuSettings, memorySettings),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 64, max: 16_384 }),
        ([less, more], settings, cores, memoryMebibytes) => {
          const [small, large] = [less, more].map((usage) => sizeAt(usage, settings, cores, memoryMebibytes));
          expect(large).toBeGreaterThanOrEqual((small ?? 0) - tolerance);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
