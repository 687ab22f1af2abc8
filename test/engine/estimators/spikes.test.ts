import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usualOf, withoutSpikes } from "../../../src/engine/estimators/index.js";
import { everyMinute, random } from "./windows.js";

const steady = Array.from({ length: 15 }, (_, index) => 1 + (index % 3) * 0.02);

describe("spikes", () => {
  it("are found by median and MAD, and taken back to the edge of what is usual", () => {
    const { window, spikes } = withoutSpikes(everyMinute([...steady, 8]));
    expect(spikes).toBe(1);
    expect(window.uses[15]).toBeLessThan(1.3);
    expect([...window.uses.subarray(0, 15)]).toEqual(steady);
  });

  it("are found where all other readings are the same", () => {
    expect(withoutSpikes(everyMinute([...Array.from({ length: 14 }, () => 1), 8])).spikes).toBe(1);
    expect(withoutSpikes(everyMinute([...Array.from({ length: 14 }, () => 0), 0.5])).spikes).toBe(1);
  });

  it("may be two in a row, but three are what is in use now", () => {
    expect(withoutSpikes(everyMinute([...steady, 8, 8])).spikes).toBe(2);
    expect(withoutSpikes(everyMinute([...steady, 8, 9, 8])).spikes).toBe(0);
  });

  it("count dips as well", () => {
    const { window, spikes } = withoutSpikes(everyMinute([...steady, 0]));
    expect(spikes).toBe(1);
    expect(window.uses[15]).toBeGreaterThan(0.7);
  });

  it("are not told from fewer than five readings", () => {
    expect(usualOf(everyMinute([1, 1, 1, 9]))).toBeNull();
    expect(withoutSpikes(everyMinute([1, 1, 1, 9])).spikes).toBe(0);
  });

  it("are rare in noise: no more than a few in a hundred of normal readings", () => {
    const next = random(7);
    const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const window = everyMinute(Array.from({ length: 2000 }, () => 10 + gauss()));
    expect(withoutSpikes(window).spikes).toBeLessThan(10);
  });

  it("never make less of a spike that is larger", () => {
    const uses = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(
        uses,
        fc.integer({ min: 300, max: 1000 }),
        fc.integer({ min: 0, max: 5000 }),
        (drawn, spike, more) => {
          const calm = (value: number) => withoutSpikes(everyMinute([...drawn, value])).window;
          expect(calm(spike + more).uses[drawn.length]!).toBeGreaterThanOrEqual(calm(spike).uses[drawn.length]! - 1e-9);
        },
      ),
    );
  });

  it("are the same at another scale", () => {
    const uses = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(uses, (drawn) => {
        const once = withoutSpikes(everyMinute(drawn));
        const eightfold = withoutSpikes(everyMinute(drawn.map((use) => use * 8)));
        expect(eightfold.spikes).toBe(once.spikes);
        expect([...eightfold.window.uses]).toEqual([...once.window.uses].map((use) => use * 8));
      }),
    );
  });
});
