import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sparkline } from "../../src/extension/containers/sparkline.js";

describe("a sparkline", () => {
  it("goes from the lowest eighth to the full one", () => {
    expect(sparkline([0, 0.1, 0.3, 0.5, 0.76, 0.99, 1], 20)).toBe("▁▁▃▅▇██");
  });

  it("leaves a gap where nothing is known, and is empty where nothing is known at all", () => {
    expect(sparkline([0, null, 1], 20)).toBe("▁·█");
    expect(sparkline([null, null], 20)).toBe("");
    expect(sparkline([], 20)).toBe("");
  });

  it("shows the highest of what a character stands for", () => {
    expect(sparkline([0, 1, 0, 0, null, 0.5], 3)).toBe("█▁▅");
  });

  it("is as wide as asked at most, whatever it is given", () => {
    const shares = fc.array(fc.option(fc.double({ min: -1, max: 9, noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 30 }), (some, width) => {
        const drawn = sparkline(some, width);
        expect(drawn).toMatch(/^[▁▂▃▄▅▆▇█·]*$/u);
        expect(drawn.length).toBe(some.every((share) => share === null) ? 0 : Math.min(width, some.length));
      }),
    );
  });
});
