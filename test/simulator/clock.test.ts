import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { Clock } from "../../src/simulator/clock.js";

function clockOf(options: { readonly manual: boolean; readonly speed?: number }): Clock {
  const clock = new Clock({ start: 1_000, speed: options.speed ?? 1, manual: options.manual });
  onTestFinished(() => clock.close());
  return clock;
}

describe("the simulated clock", () => {
  it("fires every timer at its own time, in order, when moved by hand", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 20 }), async (delays) => {
        const clock = new Clock({ start: 0, speed: 1, manual: true });
        const fired: number[] = [];
        for (const delay of delays) clock.after(delay, () => fired.push(clock.now()));
        await clock.advance(10_000);
        clock.close();
        expect(fired).toEqual(delays.toSorted((a, b) => a - b));
        expect(clock.now()).toBe(10_000);
      }),
      { numRuns: 50 },
    );
  });

  it("fires timers that timers set, within one move", async () => {
    const clock = clockOf({ manual: true });
    const fired: number[] = [];
    const again = () => {
      fired.push(clock.now());
      if (fired.length < 4) clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advance(100);
    expect(fired).toEqual([1_010, 1_020, 1_030, 1_040]);
  });

  it("stands still unless a request waits, and then goes on just so far", async () => {
    const clock = clockOf({ manual: true });
    expect(clock.now()).toBe(1_000);
    await clock.whileRequestWaits(() => clock.wait(3_000));
    expect(clock.now()).toBe(4_000);
  });

  it("runs faster on demand", async () => {
    const clock = clockOf({ manual: false, speed: 100_000 });
    await clock.wait(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(61_000);
  });

  it("lets a wait be given up, with the reason", async () => {
    const clock = clockOf({ manual: true });
    const controller = new AbortController();
    const waiting = clock.wait(5_000, controller.signal);
    controller.abort(new Error("never mind"));
    await expect(waiting).rejects.toThrow("never mind");
    await expect(clock.wait(5_000, controller.signal)).rejects.toThrow("never mind");
  });
});
