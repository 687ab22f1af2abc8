import { describe, expect, it } from "vitest";
import type { ResourceSettings, SwapSettings } from "../../src/config/index.js";
import { emptyState, type ResourceState } from "../../src/engine/index.js";
import type { Container } from "../../src/model/index.js";
import {
  config,
  configuration,
  container,
  effective,
  historyOf,
  inventory,
  mebibyte,
  memory,
  minutes,
  now,
  planFor,
  rulesOf,
  safety,
} from "./fixtures.js";

const half: SwapSettings = { ofMemory: 0.5, min: 0, max: null, pause: "none" };

interface Case {
  readonly swap?: Partial<SwapSettings>;
  readonly memory?: Partial<ResourceSettings> | null;
  readonly has: number;
  readonly changes?: Partial<Container>;
  readonly used?: number;
  readonly state?: ResourceState;
  readonly most?: number;
}

/** Memory of 1024 MiB, mostly in use unless said otherwise, and its swap. */
function plan(given: Case) {
  const figures = { memory: (given.used ?? 950) * mebibyte, memoryLimit: 1024 * mebibyte };
  return planFor({
    config: config({ safety: { ...safety, maxChangesPerCycle: given.most ?? 1000 } }),
    inventory: inventory({
      containers: [
        container({ ...figures, swap: 0, configuration: configuration({ swap: given.has }), ...given.changes }),
      ],
    }),
    history: historyOf(101, minutes(40, figures)),
    state: given.state === undefined ? emptyState() : { version: 1, containers: { 101: { swap: given.state } } },
    settings: effective({
      memory: given.memory === null ? null : memory(given.memory),
      swap: { ...half, ...given.swap },
    }),
  });
}

function swapOf(given: Case) {
  const decision = plan(given).decisions.at(-1)!;
  expect(decision.resource).toBe("swap");
  return decision;
}

describe("swap", () => {
  it("follows the size that memory gets in the same cycle", () => {
    const { decisions } = plan({ has: 512 });
    expect(decisions.map(({ resource, from, to }) => [resource, from, to])).toEqual([
      ["memory", 1024, 1536],
      ["swap", 512, 768],
    ]);
    expect(decisions[1]).toMatchObject({
      unit: "MiB",
      action: "scale-up",
      reasons: [{ rule: "follows-memory", text: "50 % of 1536 MiB of memory is 768 MiB" }],
    });
  });

  it("stays where memory is held back, and follows it where it is not managed", () => {
    expect(swapOf({ has: 512, memory: { max: 1024 } })).toMatchObject({ action: "hold", to: 512 });
    expect(swapOf({ has: 0, memory: null })).toMatchObject({ action: "scale-up", to: 512 });
  });

  it("keeps inside its own bounds", () => {
    expect(swapOf({ has: 512, swap: { max: 600 } })).toMatchObject({ to: 600, uncapped: 768 });
    expect(swapOf({ has: 512, swap: { min: 1000 } })).toMatchObject({ to: 1000 });
  });

  it("does not shrink below what is swapped out, nor where that is not known", () => {
    const shrunk = swapOf({ has: 2048, changes: { swap: 900 * mebibyte } });
    expect(shrunk).toMatchObject({ action: "scale-down", to: 900 });
    expect(rulesOf(shrunk)).toEqual(["follows-memory", "in-use"]);
    expect(rulesOf(swapOf({ has: 2048, changes: { swap: null } }))).toEqual(["follows-memory", "missing-reading"]);
    expect(swapOf({ has: 2048, changes: { swap: null } })).toMatchObject({ action: "hold", to: 2048 });
    expect(swapOf({ has: 0, changes: { swap: null } })).toMatchObject({ action: "scale-up", to: 768 });
  });

  it("is left alone with its container, paused with it, and for a while where somebody else set it", () => {
    expect(rulesOf(swapOf({ has: 0, changes: { lock: "backup" } }))).toEqual(["locked"]);
    expect(swapOf({ has: 0, swap: { pause: "up" } })).toMatchObject({ action: "blocked", to: 0 });
    const byHand = swapOf({ has: 100, state: { expected: 512, expectedSince: now - 1000 } });
    expect(byHand.reasons).toEqual([
      { rule: "changed-by-hand", text: "changed by hand from 512 MiB to 100 MiB, seen just now: left alone for 10m" },
    ]);
    const longAgo = { expected: 100, byHand: { time: now - 700_000, from: 512, to: 100 } };
    expect(swapOf({ has: 100, state: longAgo }).action).toBe("scale-up");
    expect(rulesOf(swapOf({ has: 0, changes: { configuration: null } }))).toEqual(["size-unknown"]);
  });

  it("takes no place in the cycle beside its memory, but one of its own without", () => {
    expect(plan({ has: 512, most: 1 }).summary.scaleUp).toBe(2);
    const alone = { has: 0, used: 600, most: 0 };
    expect(rulesOf(swapOf(alone))).toEqual(["follows-memory", "max-changes"]);
  });
});
