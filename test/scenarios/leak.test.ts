import { expect, it } from "vitest";
import { changesOf, fullMemoryMinutes, memoryInUse, samplesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

it("follows a leak, ahead of it with a forecast, and up to its maximum without end in sight", async () => {
  const leaking = { memory: 1024, swap: 0, seed: 27 };
  const course = await play({
    title: "A leak: followed by its threshold alone, with a forecast, and up to a maximum",
    start: Date.UTC(2026, 10, 16, 0),
    hours: 48,
    file: `version: 1
interval: 5m
mode: apply
policies:
  - match: { names: ["*"] }
    memory: { min: 512MiB, max: 4GiB, scaleUp: { above: 95%, for: 15m, step: 128MiB }, scaleDown: { below: 15%, for: 1h, step: 128MiB } }
    cooldown: { up: 10m, down: 1h }
  - { match: { names: ["ahead"] }, memory: { forecast: { within: 6h, over: 4h } } }
  - { match: { names: ["bounded"] }, memory: { max: 1280MiB } }
`,
    population: alone(
      guest(311, "behind", "leak", leaking),
      guest(312, "ahead", "leak", leaking),
      guest(313, "bounded", "leak", leaking),
    ),
  });
  await hold("leak", course, { reversals: 0, shortOfCpu: 0, fullMemory: 120, killed: 1, changesPerDay: 12 });
  const [behind, ahead] = [changesOf(course, 311, "memory"), changesOf(course, 312, "memory")];
  expect((behind[0]?.time ?? 0) - (ahead[0]?.time ?? Number.POSITIVE_INFINITY)).toBeGreaterThan(3600_000);
  expect(ahead.some(({ rules }) => rules.includes("forecast"))).toBe(true);
  // Ahead of it there is always some room left, and nobody but the one at its maximum is ever killed.
  expect(fullMemoryMinutes(course, 312)).toBe(0);
  expect(course.endings.map(({ killed }) => killed > 0)).toEqual([false, false, true]);
  const fullest = Math.max(
    ...samplesOf(course, 312).map((sample) => memoryInUse(sample) / ((sample.memoryLimit ?? 0) / 2 ** 20)),
  );
  expect(fullest).toBeLessThan(0.95);
});
