import { expect, it } from "vitest";
import { changesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest, mebibyte } from "./population.js";

const start = Date.UTC(2026, 10, 17, 10);
const minute = 60_000;

it("stops taking memory away in stages where somebody, a backup or the container itself comes in between", async () => {
  const course = await play({
    title: "Memory is taken away in stages, and something comes in between",
    start,
    hours: 1.5,
    file: `version: 1
interval: 60s
mode: apply
policies:
  - match: { names: ["*"] }
    memory: { min: 512MiB, max: 16GiB, fixed: 2GiB }
    cooldown: { up: 5m, down: 30m }
`,
    population: alone(
      guest(381, "let-be", "idle", { memory: 4096 }),
      guest(382, "by-hand", "idle", { memory: 4096 }),
      guest(383, "backed-up", "idle", { memory: 4096 }),
      guest(384, "grows", "idle", { memory: 4096 }),
      guest(385, "loop-ends", "idle", { memory: 8192 }),
    ),
    acts: [
      {
        minute: 1.2,
        text: "somebody gives 382 three and a half GiB",
        act: ({ control }) => control.setConfiguration(382, { memory: 3584 }),
      },
      { minute: 1.2, text: "the backup of 383 begins", act: ({ lock }) => lock(383, "backup") },
      {
        minute: 1.2,
        text: "384 uses 2900 MiB",
        act: ({ control }) => control.pretend(384, { memory: 2900 * mebibyte }),
      },
      { minute: 4.2, text: "the loop is ended, and begins again", act: ({ restart }) => restart(2) },
      { minute: 10.2, text: "the backup of 383 ends", act: ({ unlock }) => unlock(383) },
      { minute: 20, text: "384 is as it was before", act: ({ control }) => control.pretend(384, null) },
    ],
  });
  await hold("mid-shrink", course, { reversals: 0, shortOfCpu: 0, fullMemory: 0, changesPerDay: 3, cutShort: true });
  const shrinks = (vmid: number) => changesOf(course, vmid, "memory");
  expect(shrinks(381).map(({ from, to }) => [from, to])).toEqual([[4096, 2048]]);
  // What somebody set is left alone for the longer cooldown.
  expect(shrinks(382).filter(({ time }) => time > start + 3 * minute && time < start + 31 * minute)).toEqual([]);
  // All are where they should be in the end, whatever came in between.
  expect(course.endings.map(({ memory }) => memory)).toEqual([2048, 2048, 2048, 2048, 2048]);
});
