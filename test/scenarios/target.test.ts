import { expect, it } from "vitest";
import { changesOf, reversals } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

it("follows a target with each wave of a busy day, or calmly with a stabilisation or an estimate", async () => {
  const busy = { seed: 201 };
  const course = await play({
    title: "A day of a web shop by a target: by the newest reading, stabilised, and by an estimate",
    zone: "Europe/Berlin",
    start: Date.UTC(2026, 10, 16, 23),
    hours: 24,
    file: `version: 1
interval: 60s
timezone: Europe/Berlin
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 8, target: 60%, tolerance: 10% }
    memory: { min: 256MiB, max: 4GiB, target: 70%, tolerance: 10% }
    cooldown: { up: 2m, down: 10m }
  - { match: { names: ["stabilised"] }, cpu: { stabilisation: { down: 1h } } }
  - { match: { names: ["estimated"] }, cpu: { estimate: { of: p90, over: 1h } } }
`,
    population: alone(
      guest(391, "newest", "web", busy),
      guest(392, "stabilised", "web", busy),
      guest(393, "estimated", "web", busy),
      guest(394, "starting", "crash-loop", { seed: 206 }),
    ),
  });
  await hold("target", course, {
    reversals: 40,
    shortOfCpu: 3,
    fullMemory: 5,
    killed: 2,
    changesPerDay: 44,
    cutShort: true,
  });
  const back = [391, 392, 393].map((vmid) => reversals(changesOf(course, vmid, "cores")));
  // With one core more or less, noise alone is more than the tolerance.
  expect(back[0]).toBeGreaterThan(20);
  expect(back[1]).toBeLessThanOrEqual(1);
  expect(back[2]).toBeLessThanOrEqual(1);
  // A target does not wait for several readings, so a process that dies while it starts is helped at once.
  expect(course.endings.find(({ vmid }) => vmid === 394)?.killed).toBeLessThanOrEqual(2);
});
