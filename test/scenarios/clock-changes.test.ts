import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { changesOf } from "./figures.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { alone, guest } from "./population.js";

interface ClockChange {
  readonly zone: string;
  /** The Sunday. */
  readonly day: string;
  /** A window around the hour that is skipped or comes twice. */
  readonly job: readonly [from: string, to: string];
  /** By hand: when the night and the job begin and end, in UTC. */
  readonly night: readonly [from: string, to: string];
  readonly worked: readonly [from: string, to: string];
}

const clockChanges: Readonly<Record<string, ClockChange>> = {
  // 02:00 CET is 03:00 CEST: the night has seven hours, and half past two is three o'clock.
  "berlin-spring": {
    zone: "Europe/Berlin",
    day: "2026-03-29",
    job: ["02:30", "03:30"],
    night: ["2026-03-28T21:00Z", "2026-03-29T04:00Z"],
    worked: ["2026-03-29T01:00Z", "2026-03-29T01:30Z"],
  },
  // 03:00 CEST is 02:00 CET: the night has nine hours, and half past two comes twice. The first one counts.
  "berlin-autumn": {
    zone: "Europe/Berlin",
    day: "2026-10-25",
    job: ["02:30", "03:30"],
    night: ["2026-10-24T20:00Z", "2026-10-25T05:00Z"],
    worked: ["2026-10-25T00:30Z", "2026-10-25T02:30Z"],
  },
  "new-york-spring": {
    zone: "America/New_York",
    day: "2026-03-08",
    job: ["02:30", "03:30"],
    night: ["2026-03-08T03:00Z", "2026-03-08T10:00Z"],
    worked: ["2026-03-08T07:00Z", "2026-03-08T07:30Z"],
  },
  "new-york-autumn": {
    zone: "America/New_York",
    day: "2026-11-01",
    job: ["01:30", "02:30"],
    night: ["2026-11-01T02:00Z", "2026-11-01T11:00Z"],
    worked: ["2026-11-01T05:30Z", "2026-11-01T07:30Z"],
  },
};

describe("a night in which the clocks change", () => {
  it.each(Object.entries(clockChanges))("%s", async (name, { zone, day, job, night, worked }) => {
    const start = DateTime.fromISO(`${day}T20:00`, { zone }).minus({ days: 1 }).toMillis();
    const course = await play({
      title: `The night to ${day}`,
      zone,
      start,
      hours: 16,
      file: `version: 1
interval: 5m
timezone: ${zone}
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 8, fixed: 2 }
    memory: { min: 512MiB, max: 4GiB, fixed: 1GiB }
    cooldown: { up: 0s, down: 0s }
schedules:
  - { name: nights, match: { names: ["*"] }, when: { from: "22:00", to: "06:00" }, memory: { fixed: 1536MiB } }
  - { name: job, match: { names: ["*"] }, when: { from: "${job[0]}", to: "${job[1]}" }, cpu: { fixed: 4 } }
`,
      population: alone(guest(331, "nightly", "idle")),
    });
    await hold(`clock-${name}`, course, { reversals: 1, shortOfCpu: 0, fullMemory: 0, changesPerDay: 2 });
    const cores = changesOf(course, 331, "cores").map(({ time, to }) => [time, to]);
    expect(cores).toEqual([
      [Date.parse(worked[0]), 4],
      [Date.parse(worked[1]), 2],
    ]);
    // Memory is given back in stages, a write every 30 seconds.
    const memory = changesOf(course, 331, "memory");
    expect(memory.map(({ to }) => to)).toEqual([1536, 1024]);
    expect(memory[0]?.time).toBe(Date.parse(night[0]));
    const backAfter = ((memory[1]?.time ?? 0) - Date.parse(night[1])) / 1000;
    expect(backAfter).toBeGreaterThanOrEqual(0);
    expect(backAfter).toBeLessThan(300);
  });
});
