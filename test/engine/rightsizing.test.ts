import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rightsize, type Advice } from "../../src/engine/index.js";
import type { Container, ContainerHistory, Sample } from "../../src/model/index.js";
import { configuration, container, gibibyte, inventory, mebibyte, minutes, node, now, sample } from "./fixtures.js";

const day = 86_400;

function adviceOf(of: Container, history: ContainerHistory, overSeconds = day): readonly [Advice, Advice] {
  const report = rightsize({
    inventory: inventory({ containers: [of] }),
    history: new Map([[of.vmid, history]]),
    overSeconds,
    now,
  });
  const [cpu, memory] = report.advice;
  if (cpu === undefined || memory === undefined) throw new Error("Two were expected.");
  return [cpu, memory];
}

const ofADay = (changes: Partial<Sample>): ContainerHistory => minutes(1440, changes);

describe("rightsize", () => {
  it("gives a container what is enough for 95 % of the time and 15 % more cores, and its most memory and 20 % more", () => {
    // 0.25 × 4 cores = 1 core; 1.15 is rounded up to 2. 400 MiB × 1.2 = 480, rounded up to 512.
    const [cpu, memory] = adviceOf(container(), ofADay({ cpu: 0.25, memory: 400 * mebibyte }));
    expect(cpu).toMatchObject({
      verdict: "too-big",
      from: 4,
      to: 2,
      usual: 1,
      peak: 1,
      confidence: "high",
      atLimit: 0,
    });
    expect(memory).toMatchObject({ verdict: "too-big", from: 1024, to: 512, peak: 400, unit: "MiB" });
  });

  it("lets a burst of less than a twentieth of the time pass for CPU, and counts it for memory", () => {
    const burst = ofADay({ cpu: 0.25, memory: 200 * mebibyte });
    const samples = burst.samples.map((one, index) =>
      index % 50 === 0 ? { ...one, cpu: 0.9, memory: 800 * mebibyte } : one,
    );
    const [cpu, memory] = adviceOf(container(), { ...burst, samples });
    expect(cpu).toMatchObject({ to: 2, peak: 3.6 });
    // 800 × 1.2 = 960 of 1024: less than a tenth to gain.
    expect(memory).toMatchObject({ verdict: "right", to: 1024 });
  });

  it("knows that what used all it had may have wanted more", () => {
    const [cpu, memory] = adviceOf(container(), ofADay({ cpu: 1, memory: 1020 * mebibyte }));
    expect(cpu).toMatchObject({ verdict: "too-small", from: 4, to: 5, atLimit: 1 });
    // 1024 × 1.25.
    expect(memory).toMatchObject({ verdict: "too-small", to: 1280, atLimit: 1 });
  });

  it("speaks of the cpulimit where that is what limits it", () => {
    const limited = container({ configuration: configuration({ cores: 4, cpulimit: 1.5 }) });
    const [cpu] = adviceOf(limited, ofADay({ cpu: 0.125 }));
    // 0.5 × 1.15 = 0.575, in tenths.
    expect(cpu).toMatchObject({ resource: "cpulimit", from: 1.5, to: 0.6, verdict: "too-big", atLimit: 0 });
    const [busy] = adviceOf(limited, ofADay({ cpu: 0.375 }));
    expect(busy).toMatchObject({ resource: "cpulimit", verdict: "too-small", to: 1.9, atLimit: 1 });
  });

  it("says of a container without a limit what it would need, and frees nothing by it", () => {
    const unlimited = container({ cores: 32, configuration: configuration({ cores: null }) });
    const report = rightsize({
      inventory: inventory({ containers: [unlimited] }),
      history: new Map([[101, ofADay({ cpu: 0.1, cores: 32 })]]),
      overSeconds: day,
      now,
    });
    expect(report.advice[0]).toMatchObject({ verdict: "unlimited", from: null, to: 4 });
    expect(report.total).toMatchObject({ coresToFree: 0, coresMissing: 0 });
  });

  it("is as sure as the record is long, and says nothing without an hour of it", () => {
    const idle = { cpu: 0.01, memory: 50 * mebibyte };
    const confidence = (history: ContainerHistory): string => adviceOf(container(), history, 7 * day)[0].confidence;
    expect(confidence(minutes(59, idle))).toBe("none");
    expect(confidence(minutes(61, idle))).toBe("low");
    expect(confidence(minutes(1441, idle))).toBe("medium");
    expect(confidence(minutes(6 * 48, idle, 1800))).toBe("high");
    expect(adviceOf(container(), minutes(30, idle))[0]).toMatchObject({ verdict: "unknown", to: null, peak: null });
  });

  it("never takes a failed reading for an idle container", () => {
    const failed = ofADay({ cpu: null, memory: null });
    expect(adviceOf(container(), failed).map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    const zero = ofADay({ memory: 0 });
    expect(adviceOf(container(), zero)[1].verdict).toBe("unknown");
  });

  it("counts by node and in all only what a day of usage stands behind", () => {
    const containers = [
      container({ vmid: 101 }),
      container({ vmid: 102, node: "pve2" }),
      container({ vmid: 103, node: "pve2" }),
      container({ vmid: 104, status: "stopped" }),
      container({ vmid: 105, template: true }),
    ];
    const report = rightsize({
      inventory: inventory({
        containers,
        nodes: [node(), node({ name: "pve2", cores: 8, memoryLimit: 16 * gibibyte })],
      }),
      history: new Map([
        [101, ofADay({ cpu: 0.25, memory: 400 * mebibyte })],
        [102, ofADay({ cpu: 1, memory: 400 * mebibyte })],
        [103, minutes(120, { cpu: 0.25, memory: 400 * mebibyte })],
      ]),
      overSeconds: day,
      now,
    });
    expect(report.containers).toBe(3);
    expect(report.left).toEqual({ stopped: 1, templates: 1 });
    expect(report.nodes).toMatchObject([
      { node: "pve1", containers: 1, coresToFree: 2, coresMissing: 0, gibToFree: 0.5, coresGiven: 4, gibGiven: 1 },
      { node: "pve2", containers: 2, coresToFree: 0, coresMissing: 1, gibToFree: 0.5, cores: 8, gib: 16 },
    ]);
    expect(report.total).toEqual({ coresToFree: 2, coresMissing: 1, gibToFree: 1, gibMissing: 0 });
  });

  it("never advises less than was in use, whatever was recorded", () => {
    const reading = fc.record({
      cpu: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      memory: fc.option(fc.integer({ min: 0, max: 1024 * mebibyte }), { nil: null }),
      cores: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 70, maxLength: 200 }), (readings) => {
        const samples = readings.map((one, index) => sample((readings.length - index) * 60, one));
        const [cpu, memory] = adviceOf(container(), { stepSeconds: 60, samples });
        for (const { to, usual, peak, resource } of [cpu, memory]) {
          if (to === null) continue;
          expect(to).toBeGreaterThanOrEqual((resource === "memory" ? peak : usual) ?? 0);
        }
      }),
    );
  });
});
