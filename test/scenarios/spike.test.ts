import { expect, it } from "vitest";
import { changesOf, saturatedMinutes } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest, node } from "./population.js";

const start = Date.UTC(2026, 10, 17, 9);

it("meets a spike step by step, at once with a boost, by a target, or not at all by the median of an hour", async () => {
  const sudden = { cores: 2, seed: 21 };
  const course = await play({
    title: "A spike of a quarter of an hour, met in four ways",
    start,
    hours: 4,
    file: `version: 1
interval: 30s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 12 }
    cooldown: { up: 1m, down: 10m }
  - match: { names: ["steps", "boosted"] }
    cpu: { scaleUp: { above: 80%, for: 1m, step: 1, maxStep: 2 }, scaleDown: { below: 30%, for: 15m, step: 1, maxStep: 4 } }
  - match: { names: ["boosted"] }
    cpu: { boost: { above: 95%, samples: 3, factor: 3, fallbackFactor: 1.5, duration: 20m } }
  - match: { names: ["target"] }
    cpu: { target: 60%, tolerance: 10%, stabilisation: { down: 10m } }
  - match: { names: ["smoothed"] }
    cpu: { target: 60%, tolerance: 10%, estimate: { of: p50, over: 1h } }
`,
    population: alone(
      guest(321, "steps", "spike", sudden),
      guest(322, "boosted", "spike", sudden),
      guest(323, "target", "spike", sudden),
      guest(324, "smoothed", "spike", sudden),
    ),
  });
  await hold("spike", course, { reversals: 2, shortOfCpu: 20, fullMemory: 0, changesPerDay: 16 });
  const [steps, boosted, target] = [321, 322, 323].map((vmid) => saturatedMinutes(course, vmid));
  expect(boosted).toBeLessThan(steps ?? 0);
  expect(target).toBeLessThan(steps ?? 0);
  // The median of an hour does not notice a quarter of an hour.
  const spike = { from: start + 5 * 60_000, to: start + 25 * 60_000 };
  expect(changesOf(course, 324, "cores").filter(({ time }) => time >= spike.from && time < spike.to)).toEqual([]);
  // An hour after it everybody is as small as before, but for the minimum.
  for (const vmid of [321, 322, 323]) expect(changesOf(course, vmid, "cores").at(-1)?.to).toBeLessThanOrEqual(2);
});

it("boosts by less where the host has no room for all of it, and takes back what it gave", async () => {
  const sudden = { cores: 2, seed: 21 };
  const course = await play({
    title: "A spike on a host whose CPUs others use",
    start,
    hours: 1,
    blocked: true,
    file: `version: 1
interval: 30s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 12, boost: { above: 95%, samples: 3, factor: 3, fallbackFactor: 1.5, duration: 20m } }
    cooldown: { up: 1m, down: 10m }
  - { match: { names: ["important"] }, priority: 10 }
safety: { reserve: { cpu: 10% }, nodeLimits: { cpu: 95% } }
`,
    population: {
      nodes: [node({ cores: 16 })],
      guests: [
        guest(325, "ordinary", "spike", sudden),
        guest(326, "important", "spike", sudden),
        guest(327, "ordinary-2", "spike", sudden),
      ],
    },
    acts: [
      { minute: 3, text: "a virtual machine uses 4 CPUs", act: ({ control }) => control.occupy("pve1", { cores: 4 }) },
      { minute: 40, text: "it is switched off", act: ({ control }) => control.occupy("pve1", null) },
    ],
  });
  await hold("spike-short-host", course, { reversals: 1, shortOfCpu: 20, fullMemory: 0, changesPerDay: 4 });
  // Whoever matters most gets all of it.
  expect([325, 326, 327].map((vmid) => changesOf(course, vmid, "cores")[0]?.to)).toEqual([3, 6, 3]);
  expect(course.endings.map(({ cores }) => cores)).toEqual([2, 2, 2]);
});
