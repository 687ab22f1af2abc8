import { describe, expect, it } from "vitest";
import { createPopulation, GuestMeter, loadKinds, type GuestSpec } from "../../../src/simulator/load/index.js";

const MiB = 1024 ** 2;

describe("a population", () => {
  const demo = createPopulation({ nodes: 3, containers: 20, seed: 1 });

  it("is the demo: three nodes and twenty containers of all kinds", () => {
    expect(demo.nodes.map(({ name }) => name)).toEqual(["pve1", "pve2", "pve3"]);
    expect(demo.guests).toHaveLength(20);
    expect(demo.guests.slice(0, 3).map(({ vmid, name }) => `${vmid} ${name}`)).toEqual([
      "101 web-1",
      "102 web-2",
      "103 web-3",
    ]);
    expect(new Set(demo.guests.map(({ load }) => load))).toEqual(new Set(loadKinds));
    expect(new Set(demo.guests.map(({ node }) => node)).size).toBe(3);
    expect(demo.guests.filter(({ template }) => template).map(({ vmid }) => vmid)).toEqual([900]);
    expect(demo.guests.filter(({ status, template }) => status === "stopped" && !template)).toHaveLength(1);
    expect(demo.guests.some(({ tags }) => tags.includes("no-scale"))).toBe(true);
    expect(demo.guests.some(({ cpulimit }) => cpulimit !== null)).toBe(true);
    expect(demo.guests.some(({ cores }) => cores === null)).toBe(true);
  });

  it("is the same for the same seed and has other loads for another", () => {
    expect(createPopulation({ nodes: 3, containers: 20, seed: 1 })).toEqual(demo);
    expect(createPopulation({ nodes: 3, containers: 20, seed: 2 })).not.toEqual(demo);
  });

  it("has one container in trouble at every hour of the week", () => {
    const troubled = demo.guests.filter(({ atLeast }) => atLeast !== undefined);
    expect(troubled).toHaveLength(1);
    const spec = troubled[0] as GuestSpec;
    for (let hour = 0; hour < 168; hour += 7) {
      const now = Date.UTC(2026, 10, 16, hour);
      const meter = new GuestMeter(spec, now);
      const limits = { cores: spec.cores ?? 1, memory: spec.memory * MiB, swap: spec.swap * MiB };
      meter.advance(now, limits, true);
      meter.advance(now + 60_000, limits, true);
      expect(meter.reading().coresInUse).toBeCloseTo(limits.cores, 6);
      expect(meter.reading().memory / limits.memory).toBeGreaterThan(0.85);
    }
    expect(
      createPopulation({ nodes: 3, containers: 20, seed: 1, scenario: "calm" }).guests.some((guest) => guest.atLeast),
    ).toBe(false);
  });

  it("grows to 5,000 containers on 30 nodes with ids of their own, evenly spread, on nodes that can carry them", () => {
    const { nodes, guests } = createPopulation({ nodes: 30, containers: 5000, seed: 3 });
    expect(guests).toHaveLength(5000);
    expect(new Set(guests.map(({ vmid }) => vmid)).size).toBe(5000);
    expect(new Set(guests.map(({ name }) => name)).size).toBe(5000);
    expect(Math.min(...guests.map(({ vmid }) => vmid))).toBe(101);
    for (const node of nodes) {
      const here = guests.filter((guest) => guest.node === node.name);
      expect(here.length).toBeGreaterThan(150);
      expect(here.length).toBeLessThan(185);
      expect(here.reduce((sum, { memory }) => sum + memory * MiB, 0)).toBeLessThan(node.memory * 1.2);
    }
  });

  it("may be very small", () => {
    const { guests } = createPopulation({ nodes: 1, containers: 3, seed: 1 });
    expect(guests.map(({ name }) => name)).toEqual(["web-1", "web-2", "web-3"]);
    expect(() => createPopulation({ nodes: 0, containers: 3, seed: 1 })).toThrow("at least one node");
  });
});
