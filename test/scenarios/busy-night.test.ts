import { DateTime } from "luxon";
import { expect, it } from "vitest";
import { changesOf, coresInUse, samplesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

const zone = "Europe/Berlin";
const at = (text: string): number => DateTime.fromISO(text, { zone }).toMillis();

it("brings a busy container down for the night as far as its use lets, and gives it back in the morning", async () => {
  const course = await play({
    title: "A nightly schedule over containers that are busy",
    zone,
    start: at("2026-11-17T18:00"),
    hours: 16,
    file: `version: 1
interval: 60s
timezone: ${zone}
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 30%, for: 15m, step: 1 } }
    memory: { min: 512MiB, max: 8GiB, scaleUp: { above: 85%, for: 2m, step: 256MiB }, scaleDown: { below: 40%, for: 30m, step: 256MiB } }
    cooldown: { up: 5m, down: 20m }
schedules:
  - { name: nights, match: { names: ["*"] }, when: { from: "22:00", to: "06:00" }, cpu: { max: 2 }, memory: { max: 2GiB } }
  - { name: sharp, match: { names: ["cut"] }, when: { from: "22:00", to: "06:00" }, cpu: { shrink: immediate } }
`,
    population: alone(
      guest(371, "shop", "web", { cores: 8, memory: 4096, seed: 51 }),
      guest(372, "cut", "web", { cores: 8, memory: 4096, seed: 51 }),
      guest(373, "always", "web", { cores: 4, memory: 4096, seed: 52, atLeast: { cpu: 0.95, memory: 0.7 } }),
      guest(374, "postgres", "database", { cores: 6, memory: 4096, seed: 53 }),
    ),
  });
  await hold("busy-night", course, { reversals: 4, shortOfCpu: 8, fullMemory: 0, changesPerDay: 16, cutShort: true });
  const [evening, morning] = [at("2026-11-17T22:00"), at("2026-11-18T06:00")];
  const isNight = ({ time }: { readonly time: number }): boolean => time >= evening && time < morning;
  // Cut to the maximum at once, or by and by, never below what was in use at that moment.
  expect(changesOf(course, 372, "cores").find(isNight)).toMatchObject({ time: evening, to: 2 });
  for (const change of changesOf(course, 371, "cores").filter(isNight)) {
    const used = samplesOf(course, 371).findLast(({ time }) => time <= change.time);
    expect(change.to).toBeGreaterThanOrEqual(Math.min(2, used === undefined ? 0 : coresInUse(used)) - 1e-9);
  }
  // Its memory is in use: the floor stops it above the maximum of the night.
  const always = changesOf(course, 373, "memory").filter(isNight);
  for (const { to } of always) expect(to).toBeGreaterThan(2048);
  // Nothing grows over the maximum of the night, and who wants more gets it in the morning.
  expect(changesOf(course, 373, "cores").some(({ time, to }) => time >= morning && (to ?? 0) > 2)).toBe(true);
});
