import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WeightedOrder } from "../../../src/engine/estimators/index.js";

interface Entry {
  readonly value: number;
  readonly weight: number;
}

/** The same by sorting everything. */
function reachingBySort(entries: readonly Entry[], weight: number): number {
  const sorted = entries.toSorted((a, b) => a.value - b.value);
  let sum = 0;
  for (const { value, weight: own } of sorted) {
    sum += own;
    if (sum >= weight) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

const entries = fc.array(
  fc.record({ value: fc.integer({ min: 0, max: 5000 }), weight: fc.integer({ min: 1, max: 90_000 }) }),
  { minLength: 1, maxLength: 1500 },
);

describe("values with weights, in order", () => {
  it("reach a weight where sorting all of them does, as a window moves over them", () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, size, share) => {
          const order = new WeightedOrder();
          for (const [index, { value, weight }] of all.entries()) {
            order.add(value, weight);
            const gone = all[index - size];
            if (gone !== undefined) order.add(gone.value, -gone.weight);
            if (index % 50 !== 0 && index !== all.length - 1) continue;
            const inside = all.slice(Math.max(0, index - size + 1), index + 1);
            const total = inside.reduce((sum, one) => sum + one.weight, 0);
            expect(order.total).toBe(total);
            const wanted = Math.max(1, total * share);
            expect(order.reaching(wanted)).toBe(reachingBySort(inside, wanted));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are none when all are taken away again", () => {
    const order = new WeightedOrder();
    for (let value = 0; value < 1000; value += 1) order.add((value * 37) % 1000, 60_000);
    for (let value = 999; value >= 0; value -= 1) order.add(value, -60_000);
    expect(order.total).toBe(0);
    expect(order.reaching(1)).toBeNaN();
    order.add(3, 1);
    expect(order.reaching(1)).toBe(3);
  });
});
