import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, emptyState } from "../../src/engine/index.js";
import type { ContainerHistory, Sample, UsageHistory } from "../../src/model/index.js";
import { mergeHistories } from "../../src/operate/index.js";
import { bench, configuration } from "./harness.js";
import { readings } from "./readings.js";

const start = Date.UTC(2026, 10, 21, 12);

/** Readings at seconds after the start, each marked with the step of its source. */
function source(stepSeconds: number, seconds: readonly number[], offset = 0): ContainerHistory {
  return {
    stepSeconds,
    samples: seconds.map((second): Sample => ({
      time: start + (second + offset) * 1000,
      cpu: stepSeconds / 10_000,
      cores: 2,
      memory: null,
      memoryLimit: null,
    })),
  };
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** `12:01:00 60` for each reading. */
const shown = (history: UsageHistory | undefined): readonly string[] =>
  readings(history).map(
    ({ time, cpu }) => `${new Date(time).toISOString().slice(11, 19)} ${Math.round((cpu ?? 0) * 10_000)}`,
  );

describe("mergeHistories", () => {
  it("lets the finest source stand alone where it reaches, and fills in the rest", () => {
    const merged = mergeHistories([source(60, range(0, 600, 60)), source(10, range(300, 420, 10))]);
    expect(shown(merged)).toEqual([
      ...range(0, 240, 60).map((second) => `12:0${second / 60}:00 60`),
      ...shown(source(10, range(300, 420, 10))),
      "12:08:00 60",
      "12:09:00 60",
      "12:10:00 60",
    ]);
  });

  it("has the step of its newest readings, and says where there are points of coarser ones", () => {
    const merged = mergeHistories([
      source(1800, range(0, 7200, 1800)),
      source(60, range(7200, 9000, 60)),
      source(10, range(9000, 9300, 10)),
    ]);
    expect(merged).toMatchObject({
      stepSeconds: 10,
      coarser: [
        { stepSeconds: 1800, until: start + 5400_000 },
        { stepSeconds: 60, until: start + 8940_000 },
      ],
    });
  });

  it("fills a gap that the finer source has", () => {
    const merged = mergeHistories([
      source(10, [...range(0, 120, 10), ...range(400, 500, 10)]),
      source(60, range(0, 600, 60)),
    ]);
    expect(shown(merged).filter((one) => one.endsWith(" 60"))).toEqual([
      "12:03:00 60",
      "12:04:00 60",
      "12:05:00 60",
      "12:06:00 60",
      "12:09:00 60",
      "12:10:00 60",
    ]);
    expect(merged?.stepSeconds).toBe(60);
  });

  it("prefers the first of equally fine ones, whose readings never lie on the same second", () => {
    const merged = mergeHistories([source(60, range(0, 300, 60), 7), source(60.5, range(0, 420, 60))]);
    expect(merged?.samples).toHaveLength(8);
    expect(
      readings(merged)
        .map(({ time }) => (time - start) / 1000)
        .slice(0, 3),
    ).toEqual([7, 67, 127]);
    expect(merged).not.toHaveProperty("coarser");
  });

  it("has nothing to do for one source, and none for none", () => {
    const only = source(60, range(0, 300, 60));
    expect(mergeHistories([undefined, only, source(10, [])])).toBe(only);
    expect(mergeHistories([undefined])).toBeUndefined();
    expect(mergeHistories([source(10, [])])?.samples).toEqual([]);
  });

  it("is ordered, without repetition, and loses nothing of the finest source", () => {
    const any = fc
      .record({ step: fc.constantFrom(10, 30, 60, 1800), seconds: fc.uniqueArray(fc.nat(7200), { maxLength: 60 }) })
      .map(({ step, seconds }) =>
        source(
          step,
          seconds.toSorted((a, b) => a - b),
        ),
      );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (sources) => {
        const times = readings(mergeHistories(sources)).map(({ time }) => time);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const finest = sources
          .filter(({ samples }) => samples.length > 0)
          .reduce<ContainerHistory | null>((a, b) => (a !== null && a.stepSeconds <= b.stepSeconds ? a : b), null);
        for (const { time } of finest?.samples ?? []) expect(times).toContain(time);
      }),
    );
  });

  it("lets a window that reaches into the coarser source be judged by what there can be", async () => {
    const on = await bench();
    const config = configuration(
      "version: 1\ninterval: 10s\npolicies: [{ match: { vmids: [101] }, cpu: { max: 8, scaleUp: { above: 80%, for: 5m } } }]",
    );
    const now = on.simulator.control.now();
    const bulk = await on.gateway.inventory({ configurationOf: ({ vmid }) => vmid === 101, nodeMemory: true });
    const inventory = {
      ...bulk,
      observedAt: now,
      containers: bulk.containers.map((container) => ({ ...container, cpu: container.vmid === 101 ? 0.95 : 0 })),
    };
    const recorded = (step: number, from: number, to: number): ContainerHistory => ({
      stepSeconds: step,
      samples: range(from, to, step).map((second): Sample => ({
        time: now + second * 1000,
        cpu: 0.95,
        cores: inventory.containers.find(({ vmid }) => vmid === 101)?.cores ?? null,
        memory: null,
        memoryLimit: null,
      })),
    });
    const decideOn = (history: UsageHistory | undefined) =>
      decide({ config, inventory, history: new Map([[101, history!]]), state: emptyState(), now }).decisions[0];
    // The loop has run for a minute at 10 s; before that there is Proxmox's record, a point a minute.
    const live = recorded(10, -60, 0);
    expect(decideOn(mergeHistories([live, recorded(60, -3600, -60)]))).toMatchObject({
      action: "scale-up",
      reasons: [{ rule: "above" }],
    });
    expect(decideOn(live)).toMatchObject({ action: "hold", reasons: [{ rule: "insufficient-data" }] });
  });
});
