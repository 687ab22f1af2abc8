import { expect, it } from "vitest";
import { changesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

const start = Date.UTC(2026, 10, 17, 9);
const minute = 60_000;

it("takes a boost back in its time, whether the loop was ended meanwhile, or was away when its time was over", async () => {
  const sudden = { cores: 2, seed: 21 };
  const course = await play({
    title: "Boosts over restarts of the loop, which knows no more than its records",
    start,
    hours: 2,
    file: `version: 1
interval: 30s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 12, boost: { above: 95%, samples: 3, factor: 2, fallbackFactor: 1.5, duration: 20m } }
    cooldown: { up: 1m, down: 1m }
  - { match: { names: ["short"] }, cpu: { boost: { duration: 13m } } }
`,
    population: alone(
      guest(341, "boosted", "spike", sudden),
      guest(342, "short", "spike", sudden),
      guest(343, "adopted", "spike", sudden),
    ),
    acts: [
      { minute: 12, text: "the loop is ended, and begins again", act: ({ restart }) => restart(2) },
      { minute: 17, text: "the loop is ended, for five minutes", act: ({ restart }) => restart(5) },
      {
        minute: 19,
        text: "somebody gives 343 five cores",
        act: ({ control }) => control.setConfiguration(343, { cores: 5 }),
      },
    ],
  });
  await hold("restart", course, { reversals: 1, shortOfCpu: 20, fullMemory: 0, changesPerDay: 4 });
  const [boosted = [], short = [], adopted = []] = [341, 342, 343].map((vmid) => changesOf(course, vmid, "cores"));
  const began = boosted[0]?.time ?? 0;
  expect(boosted.map(({ to }) => to)).toEqual([4, 2]);
  // Once, on time, and not a second time because the loop had forgotten it.
  expect(Math.abs((boosted[1]?.time ?? 0) - (began + 20 * minute))).toBeLessThanOrEqual(30_000);
  // Its time was over while nobody was there: it goes back with the first look.
  expect(short.map(({ to }) => to)).toEqual([4, 2]);
  expect(short[1]?.time).toBe(start + 22 * minute);
  // What somebody wants is kept: the boost is over, and its size is not taken back.
  expect(adopted.map(({ to }) => to)).toEqual([4]);
  expect(course.endings.find(({ vmid }) => vmid === 343)?.cores).toBe(5);
});
