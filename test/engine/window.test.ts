import { describe, expect, it } from "vitest";
import type { ResourceSettings } from "../../src/config/index.js";
import type { Sample } from "../../src/model/index.js";
import { config, container, cpu, decisionFor, effective, historyOf, inventory, rulesOf, sample } from "./fixtures.js";

/** The contract's thresholds over a history that ends with the inventory's own reading of `usage`. */
function decide(samples: readonly Sample[], stepSeconds: number, usage: number) {
  return decisionFor({
    config: config({ intervalSeconds: 60 }),
    inventory: inventory({ containers: [container({ cpu: usage })] }),
    history: historyOf(101, { stepSeconds, samples }),
    settings: effective({ cpu: cpu() }),
  });
}

describe("a coarse source that is continued by a finer one", () => {
  const halfHours = Array.from({ length: 10 }, (_, index) => sample((index + 1) * 1800, { cpu: 0.9 })).reverse();

  it("is judged by all that lies in the window", () => {
    const calm = [sample(110, { cpu: 0.5 }), sample(60, { cpu: 0.9 })];
    const decision = decide([...halfHours, ...calm], 1800, 0.9);
    expect(decision).toMatchObject({ action: "hold", to: 4 });
    expect(rulesOf(decision)).toEqual(["thresholds"]);
    const busy = [sample(110, { cpu: 0.9 }), sample(60, { cpu: 0.9 })];
    expect(rulesOf(decide([...halfHours, ...busy], 1800, 0.9))).toEqual(["above"]);
  });

  it("is judged by its last reading where there is no more in the window", () => {
    expect(rulesOf(decide(halfHours, 1800, 0.9))).toEqual(["above", "coarse-history"]);
  });
});

describe("a fine source that begins where a coarser one ends", () => {
  // Half hours up to twenty minutes ago, and since then a reading a minute.
  const older = Array.from({ length: 8 }, (_, index) => sample((index + 1) * 1800 - 600, { cpu: 0.9 })).reverse();
  const newer = Array.from({ length: 19 }, (_, index) => sample((index + 1) * 60, { cpu: 0.9 })).reverse();
  const coarser = [{ stepSeconds: 1800, until: older.at(-1)!.time }];
  const rules = (settings: Partial<ResourceSettings>, known = true) =>
    rulesOf(
      decisionFor({
        config: config({ intervalSeconds: 60 }),
        inventory: inventory({ containers: [container({ cpu: 0.9 })] }),
        history: historyOf(101, { stepSeconds: 60, samples: [...older, ...newer], ...(known ? { coarser } : {}) }),
        settings: effective({ cpu: cpu({ cooldown: { upSeconds: 0, downSeconds: 0 }, ...settings }) }),
      }),
    );

  it("is enough for an estimate, a percentile and a stabilisation that reach back into it", () => {
    const target = { kind: "target", target: 0.6, tolerance: 0.1 } as const;
    const estimate = { of: "mean", overSeconds: 7200, ignoreSpikes: false } as const;
    const percentile = { kind: "percentile", of: 0.95, overSeconds: 7200, margin: 0.1, halfLifeSeconds: null } as const;
    const stabilisation = { upSeconds: 7200, downSeconds: 0 };
    for (const settings of [
      { strategy: target, estimate },
      { strategy: percentile },
      { strategy: { ...percentile, halfLifeSeconds: 3600 } },
      { strategy: target, stabilisation },
    ]) {
      expect(rules(settings)).not.toContain("insufficient-data");
      // What lies that far apart without a coarser source are gaps.
      expect(rules(settings, false)).toContain("insufficient-data");
    }
  });
});
