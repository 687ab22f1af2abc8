import { expect, it } from "vitest";
import { changesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play, type Act } from "./play.js";
import { guest, node } from "./population.js";

const start = Date.UTC(2026, 10, 17, 1);
const minute = 60_000;
const vmids = [361, 362, 363, 364];
const begins = (index: number): number => 30.3 + 7 * index;

/** One after the other, as `vzdump` does it: 361 from minute 30 on for seven minutes, then the next. The loop looks at other seconds. */
const acts: readonly Act[] = vmids.flatMap((vmid, index) => [
  { minute: begins(index), text: `the backup of ${vmid} begins`, act: ({ lock }) => lock(vmid, "backup") },
  { minute: begins(index) + 7, text: `the backup of ${vmid} ends`, act: ({ unlock }) => unlock(vmid) },
]);

it("changes nothing while a backup has a container, nor in the moment it is over", async () => {
  // Wants to grow all night, a step each eight minutes.
  const busy = { seed: 41, atLeast: { cpu: 8 } };
  const course = await play({
    title: "A night of backups: each container is locked for seven minutes",
    start,
    hours: 1.25,
    lease: true,
    file: `version: 1
interval: 30s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 16, scaleUp: { above: 80%, for: 1m, step: 1 }, scaleDown: { below: 40%, for: 10m, step: 1 } }
    cooldown: { up: 8m, down: 8m }
  # Judged by the newest reading alone.
  - { match: { vmids: [363, 364] }, cpu: { target: 60%, maxStep: 1 } }
`,
    population: {
      nodes: [node({ cores: 128 })],
      guests: vmids.map((vmid) => guest(vmid, `guest-${vmid}`, "web", busy)),
    },
    acts,
  });
  await hold("backups", course, { reversals: 0, shortOfCpu: 75, fullMemory: 16, changesPerDay: 16 });
  for (const [index, vmid] of vmids.entries()) {
    const changes = changesOf(course, vmid, "cores");
    const [from, to] = [start + begins(index) * minute, start + (begins(index) + 7) * minute];
    // Its cooldown was over under the lock; with the backup over it waits for a reading that the lock had no part in.
    expect(changes.filter(({ time }) => time >= from && time < to + 30_000)).toEqual([]);
    expect(changes.some(({ time }) => time >= to + 30_000 && time < to + 2 * minute)).toBe(true);
    expect(changes.some(({ time }) => time < from)).toBe(true);
  }
});
