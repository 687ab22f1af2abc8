import { expect, it } from "vitest";
import { changesOf, grows } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { gibibyte, guest, node } from "./population.js";

const start = Date.UTC(2026, 10, 17, 8);

it("keeps a host that runs out of memory from being promised more, and has the least important give back", async () => {
  const course = await play({
    title: "A host that runs out of memory: a virtual machine on it takes more from hour to hour, and gives it back",
    start,
    hours: 8,
    blocked: true,
    file: `version: 1
interval: 60s
mode: apply
policies:
  - match: { names: ["*"] }
    memory: { min: 512MiB, max: 8GiB, scaleUp: { above: 85%, for: 3m, step: 256MiB }, scaleDown: { below: 20%, for: 30m, step: 128MiB } }
    cooldown: { up: 10m, down: 30m }
  - { match: { names: ["shop"] }, priority: 10 }
safety:
  reserve: { memory: 1GiB }
  nodeLimits: { memory: 92% }
  emergency: { memory: 95% }
`,
    population: {
      nodes: [node({ cores: 16, memory: 16 * gibibyte }), node({ name: "pve2", cores: 16, memory: 32 * gibibyte })],
      guests: [
        // Wants nearly all of what it has, and more and more of it.
        guest(301, "shop", "leak", { memory: 2048, swap: 0, seed: 3, atLeast: { memory: 0.86 } }),
        guest(302, "spare", "idle", { memory: 6144 }),
        guest(303, "wiki", "web", { memory: 2048, atLeast: { memory: 0.9 } }),
      ],
    },
    acts: [
      {
        minute: 1,
        text: "a virtual machine takes 9 GiB",
        act: ({ control }) => control.occupy("pve1", { memory: 9 * gibibyte }),
      },
      { minute: 150, text: "it takes 10 GiB", act: ({ control }) => control.occupy("pve1", { memory: 10 * gibibyte }) },
      { minute: 240, text: "it takes 11 GiB", act: ({ control }) => control.occupy("pve1", { memory: 11 * gibibyte }) },
      { minute: 360, text: "it is switched off", act: ({ control }) => control.occupy("pve1", null) },
    ],
  });
  await hold("short-host", course, { reversals: 0, shortOfCpu: 0, fullMemory: 60, changesPerDay: 30 });
  const inDanger = (time: number): boolean => time > start + 240 * 60_000 && time < start + 360 * 60_000;
  const changes = [301, 302, 303].flatMap((vmid) => changesOf(course, vmid, "memory"));
  expect(changes.filter((change) => inDanger(change.time) && grows(change))).toEqual([]);
  expect(changes.filter(({ rules }) => rules.includes("emergency")).map(({ vmid }) => vmid)).not.toContain(301);
  // Once there is room again the important one gets what it wanted.
  expect(changes.some((change) => change.vmid === 301 && grows(change) && change.time > start + 360 * 60_000)).toBe(
    true,
  );
});
