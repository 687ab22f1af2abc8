import { describe, expect, it } from "vitest";
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
