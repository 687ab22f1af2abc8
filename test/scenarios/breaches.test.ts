import { describe, expect, it } from "vitest";
import { configuration } from "../operate/harness.js";
import { breachesOf, type Allowances } from "./breaches.js";
import type { Change, Course } from "./course.js";
import { courseText, differenceText } from "./golden.js";
import { mebibyte } from "./population.js";

const start = Date.UTC(2026, 10, 17, 10);
const minute = 60_000;
const allowed: Allowances = { reversals: 0, shortOfCpu: 3, fullMemory: 1, changesPerDay: 3 };

const file = `version: 1
interval: 60s
policies:
  - match: { vmids: [101] }
    cpu: { min: 1, max: 4, target: 50% }
    memory: { min: 512MiB, max: 2GiB, fixed: 1GiB }
    cooldown: { up: 5m, down: 10m }
`;

/** Two hours in which nothing was done, and a container that uses half of its two cores. */
function quiet(given: Partial<Course> = {}): Course {
  const size = { vmid: 101, name: "web", cores: 2, cpulimit: null, memory: 1024 };
  return {
    title: "Quiet",
    zone: "UTC",
    from: start,
    to: start + 120 * minute,
    config: configuration(file),
    nodeCores: new Map([["pve1", 8]]),
    beginnings: [size],
    changes: [],
    events: [],
    writes: [],
    locks: [],
    samples: new Map([[101, Array.from({ length: 120 }, (_, index) => sample(index))]]),
    containers: [container],
    endings: [{ ...size, killed: 0 }],
    problems: [],
    cycles: 120,
    ...given,
  };
}

const container: Course["containers"][number] = {
  vmid: 101,
  name: "web",
  node: "pve1",
  status: "running",
  template: false,
  lock: null,
  stale: false,
  haState: null,
  tags: [],
  pool: null,
  cpu: 0.5,
  cores: 2,
  memory: 512 * mebibyte,
  memoryLimit: 1024 * mebibyte,
  swap: null,
  swapLimit: null,
  disk: null,
  diskLimit: null,
  uptime: 1000,
  pressure: null,
  configuration: null,
};

const sample = (index: number, given: object = {}) => ({
  time: start + index * minute,
  cpu: 0.5,
  cores: 2,
  cpulimit: null,
  memory: 512 * mebibyte,
  memoryLimit: 1024 * mebibyte,
  ...given,
});

function change(after: number, from: number, to: number, given: Partial<Change> = {}): Change {
  const time = start + after * minute;
  return { time, vmid: 101, name: "web", resource: "cores", from, to, rules: ["target"], outcome: "applied", ...given };
}

const write = (after: number, given: Partial<Course["writes"][number]> = {}): Course["writes"][number] => ({
  time: start + after * minute,
  vmid: 101,
  memory: null,
  memoryInUse: 512 * mebibyte,
  locked: null,
  ...given,
});

describe("what must never happen", () => {
  it("does not happen where nothing does, nor in a change by the rules", () => {
    expect(breachesOf(quiet(), allowed)).toEqual([]);
    expect(breachesOf(quiet({ changes: [change(0, 2, 3), change(70, 3, 2)] }), allowed)).toEqual([]);
    const boosted = [change(0, 2, 3), change(2, 3, 4, { rules: ["boost", "target"] })];
    expect(breachesOf(quiet({ changes: boosted }), allowed)).toEqual([]);
  });

  it.each<[string, Partial<Course>, RegExp]>([
    ["memory below use", { writes: [write(1, { memory: 448 })] }, /given 448 MiB while it used 512 MiB of 1024/u],
    ["a write under a lock", { writes: [write(1, { locked: "backup" })] }, /under the lock backup/u],
    [
      "a write right after a lock",
      { writes: [write(7.5)], locks: [{ vmid: 101, from: start, to: start + 7 * minute }] },
      /right after it/u,
    ],
    ["over the maximum", { changes: [change(0, 2, 6)] }, /grew to 6, over its maximum of 4/u],
    [
      "below the minimum",
      { changes: [change(0, 1024, 256, { resource: "memory" })] },
      /shrank to 256, below its minimum of 512/u,
    ],
    ["a cooldown not kept", { changes: [change(0, 2, 3), change(4, 3, 4)] }, /240 s after the last time/u],
    ["back and forth", { changes: [change(0, 2, 3), change(30, 3, 2)] }, /went back 1 times within an hour/u],
    [
      "too many changes",
      { changes: [2, 3, 2, 3].map((size, index) => change(index * 61, size, size === 2 ? 3 : 2)) },
      /changed 4 times in a day/u,
    ],
    ["a size out of nowhere", { changes: [change(0, 3, 4)] }, /went on from 3, while it was 2/u],
    ["a failure", { changes: [change(0, 2, 3, { outcome: "failed" })] }, /failed, or not to its end/u],
    ["a shrink cut short", { changes: [change(0, 2, 1, { planned: 1 })] }, /not to its end/u],
    ["a problem", { problems: ["The state can't be read."] }, /a problem: The state can't be read/u],
    [
      "short of CPU",
      { samples: new Map([[101, [0, 1, 2, 3, 4].map((index) => sample(index, { cpu: 1 }))]]) },
      /short of CPU for 5 minutes/u,
    ],
    [
      "full memory",
      { samples: new Map([[101, [0, 1].map((index) => sample(index, { memory: 1020 * mebibyte }))]]) },
      /memory was full for 2 minutes/u,
    ],
    [
      "killed",
      { endings: [{ vmid: 101, name: "web", cores: 2, cpulimit: null, memory: 1024, killed: 1 }] },
      /killed 1 times/u,
    ],
  ])("is noticed: %s", (_, given, sentence) => {
    const breaches = breachesOf(quiet(given), allowed);
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toMatch(sentence);
  });
});

describe("a golden file", () => {
  it("tells each change with its local time, and how it ended", () => {
    const text = courseText(quiet({ zone: "Europe/Berlin", changes: [change(5, 2, 3)] }));
    expect(text).toContain("2026-11-17T11:05:00+01:00  101 web           cores          2 → 3       target\n");
    expect(text).toContain("101 web: 2 cores, 1024 MiB; 1 changes; 0 back within an hour");
  });

  it("that differs is shown as lines, and as size and usage beside each other", () => {
    const before = courseText(quiet({ changes: [change(30, 2, 4)] }));
    const difference = differenceText("quiet", before, quiet({ changes: [change(60, 2, 4)] })).split("\n");
    expect(difference).toContainEqual(expect.stringMatching(/^ {2}was {2}2026-11-17T10:30:00/u));
    expect(difference).toContainEqual(expect.stringMatching(/^ {2}is {3}2026-11-17T11:00:00/u));
    // Of four cores the line is at the top from the change on: after a quarter of the plot, and after a half.
    const top = difference.find((line) => line.startsWith("4 │")) ?? "";
    const [left, right] = [top.slice(3, 62), top.slice(67)];
    expect(left.indexOf("─") / left.trimEnd().length).toBeCloseTo(0.25, 1);
    expect(right.indexOf("─") / right.trimEnd().length).toBeCloseTo(0.5, 1);
  });
});
