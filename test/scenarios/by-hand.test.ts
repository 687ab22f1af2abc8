import { expect, it } from "vitest";
import { changesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

const start = Date.UTC(2026, 10, 17, 10);
const minute = 60_000;

it("leaves alone what somebody else has set amid a cooldown: by hand, by a rollback, or from a backup", async () => {
  const busy = { seed: 31, atLeast: { cpu: 2.2 } };
  const course = await play({
    title: "Amid a cooldown sizes are set by an administrator, by a rollback and from a backup",
    start,
    hours: 3,
    file: `version: 1
interval: 60s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 30%, for: 15m, step: 1 } }
    cooldown: { up: 10m, down: 40m }
`,
    population: alone(
      guest(351, "untouched", "web", busy),
      guest(352, "administered", "web", busy),
      guest(353, "taken-back", "web", busy),
      guest(354, "restored", "web", busy),
    ),
    acts: [
      {
        minute: 15,
        text: "somebody gives 352 two cores",
        act: ({ control }) => control.setConfiguration(352, { cores: 2 }),
      },
      { minute: 15, text: "353 is rolled back", act: ({ rollBack }) => rollBack(353) },
      {
        minute: 13,
        text: "354 is stopped, and restored from a backup",
        act: ({ control, lock }) => {
          control.setRunning(354, false);
          lock(354, "create");
        },
      },
      {
        minute: 15,
        text: "354 is there again, with the size of then",
        act: ({ control, unlock }) => {
          control.setConfiguration(354, { cores: 2, memory: 1024 });
          unlock(354);
          control.setRunning(354, true);
        },
      },
    ],
  });
  await hold("by-hand", course, { reversals: 0, shortOfCpu: 90, fullMemory: 0, changesPerDay: 6 });
  const [untouched = [], ...others] = [351, 352, 353, 354].map((vmid) => changesOf(course, vmid, "cores"));
  const noticed = start + 15 * minute;
  // The one that nobody touches goes on every ten minutes…
  expect(untouched.filter(({ time }) => time > noticed && time < noticed + 40 * minute).length).toBeGreaterThan(1);
  // … the others are left alone for the longer cooldown, and then go on from the size that was set.
  for (const changes of others) {
    const later = changes.filter(({ time }) => time > noticed);
    expect(later[0]?.time).toBeGreaterThanOrEqual(noticed + 40 * minute);
    expect(later[0]?.time).toBeLessThanOrEqual(noticed + 45 * minute);
    expect(later[0]?.from).toBeLessThanOrEqual(3);
  }
});
