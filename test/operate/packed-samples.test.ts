import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sample } from "../../src/model/index.js";
import { PackedSamples } from "../../src/operate/samples/index.js";

const start = Date.UTC(2026, 10, 21);

/** Figures as they come (whole pages, millionths) and as they never should. */
const figure = fc.oneof(
  fc.constant(null),
  fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 53, 1e-7, 0.1 + 0.2),
  fc.integer({ min: 0, max: 1_000_000 }).map((part) => part / 1_000_000),
  fc.integer({ min: 0, max: 2 ** 24 }).map((pages) => pages * 4096),
  fc.double({ min: 0, noNaN: true }),
);

const reading: fc.Arbitrary<Omit<Sample, "time">> = fc.record(
  {
    cpu: figure,
    cores: figure,
    memory: figure,
    memoryLimit: figure,
    cpulimit: figure,
    swap: figure,
    disk: figure,
    diskLimit: figure,
    pressureCpu: figure,
    pressureMemory: figure,
    locked: fc.boolean(),
  },
  { requiredKeys: ["cpu", "cores", "memory", "memoryLimit"] },
);

describe("packed samples", () => {
  it("are what an array of them is, bit for bit, however they are added, taken away and dropped", () => {
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 1200 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 1200 }),
        (kinds, count, popped, dropped) => {
          const array = Array.from({ length: count }, (_, index): Sample => ({
            time: start + index * 1000.5,
            ...kinds[Math.floor(index / 100) % kinds.length]!,
          }));
          const packed = new PackedSamples(array);
          expect(packed.length).toBe(count);
          for (let index = 0; index < popped; index += 1) {
            packed.pop();
            array.pop();
          }
          expect([...packed]).toStrictEqual(array);
          for (const index of [0, 1, 255, 256, 257, 700, -1, -300])
            expect(packed.at(index)).toStrictEqual(array.at(index));
          const from = start + dropped * 1000;
          packed.dropBefore(from);
          const left = [...packed];
          expect(left).toStrictEqual(array.slice(array.length - left.length));
          const needed = array.filter(({ time }) => time >= from).length;
          expect(left.length).toBeGreaterThanOrEqual(needed);
          expect(left.length).toBeLessThan(needed + 256 + 128 + 1);
          packed.push({ time: start + 1e7, cpu: 1, cores: 1, memory: null, memoryLimit: null });
          expect(packed.at(-1)?.time).toBe(start + 1e7);
        },
      ),
      { numRuns: 60 },
    );
  });
});
