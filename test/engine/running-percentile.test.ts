import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import type { DecisionDocument, Sample } from "../../src/model/index.js";
import { container, cpu, decisionFor, effective, inventory, mebibyte, memory, now } from "./fixtures.js";
import { percent } from "./world.js";

/** A live loop appends to the array that it keeps, and drops from its front. */
type Step =
  | { readonly kind: "append"; readonly seconds: number; readonly usage: number | null; readonly locked: boolean }
  | { readonly kind: "trim"; readonly count: number }
  | { readonly kind: "insert"; readonly share: number; readonly usage: number }
  | { readonly kind: "back"; readonly seconds: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constant("append" as const),
        seconds: fc.constantFrom(10, 60, 60, 60, 61, 300, 4000),
        usage: fc.option(percent(1, 100), { freq: 8 }),
        locked: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("trim" as const), count: fc.integer({ min: 1, max: 9 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("insert" as const), share: percent(0, 100), usage: percent(1, 100) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("back" as const), seconds: fc.constantFrom(30, 600, 7200) }),
    },
  ),
  { minLength: 1, maxLength: 60 },
);

function reading(time: number, usage: number | null, locked: boolean): Sample {
  const bytes = usage === null ? null : usage * 1024 * mebibyte;
  return { time, cpu: usage, cores: 4, memory: bytes, memoryLimit: 1024 * mebibyte, locked };
}

function decide(samples: readonly Sample[], settings: ResourceSettings, time: number, usage: number): DecisionDocument {
  const { cpu: share, memory: bytes } = reading(time, usage, false);
  return decisionFor({
    now: time,
    inventory: inventory({ observedAt: time, containers: [container({ cpu: share, memory: bytes })] }),
    history: new Map([[101, { stepSeconds: 60, samples }]]),
    settings: effective(settings.resource === "memory" ? { memory: settings } : { cpu: settings }),
  });
}

describe("a percentile that is asked for again and again", () => {
  it("is what the readings alone would give, whatever became of them meanwhile", () => {
    const strategies = fc.record({
      kind: fc.constant("percentile" as const),
      of: percent(50, 100),
      overSeconds: fc.constantFrom(60, 600, 3600, 14_400),
      margin: fc.constant(0),
      halfLifeSeconds: fc.option(fc.constantFrom(600, 7200), { nil: null }),
    });
    fc.assert(
      fc.property(strategies, fc.boolean(), steps, (strategy, ofMemory, drawn) => {
        const settings = ofMemory
          ? memory({ strategy, step: 1, min: null, max: null, headroom: 0 })
          : cpu({ strategy, resource: "cores", step: 1, min: null, max: null });
        const samples: Sample[] = [];
        let time = now;
        for (const step of drawn) {
          if (step.kind === "append") {
            time += step.seconds * 1000;
            samples.push(reading(time - 5000, step.usage, step.locked));
          } else if (step.kind === "trim") {
            samples.splice(0, step.count);
          } else if (step.kind === "insert") {
            const place = Math.floor(step.share * samples.length);
            const at = ((samples[place - 1]?.time ?? time - 60_000) + (samples[place]?.time ?? time)) / 2;
            samples.splice(place, 0, reading(Math.round(at), step.usage, false));
          } else {
            time = Math.max(time - step.seconds * 1000, (samples[0]?.time ?? time) + 5000);
          }
          // A copy of the samples is unknown to whatever was kept of them.
          expect(decide(samples, settings, time, 0.5)).toEqual(decide([...samples], settings, time, 0.5));
        }
      }),
      { numRuns: 300 },
    );
  });
});
