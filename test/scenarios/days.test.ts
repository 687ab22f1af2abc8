import { beforeAll, describe, expect, it } from "vitest";
import { loadKinds, type GuestSpec, type LoadKind } from "../../src/simulator/index.js";
import type { Allowances } from "./breaches.js";

import { ofContainer, type Course } from "./course.js";
import { hold } from "./hold.js";
import { play } from "./play.js";
import { guest, node } from "./population.js";

/** A Tuesday, in winter time. */
const tuesday = Date.UTC(2026, 10, 16, 23);

const file = `version: 1
interval: 60s
timezone: Europe/Berlin
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 30%, for: 15m, step: 1 } }
    memory: { min: 256MiB, max: 4GiB, scaleUp: { above: 85%, for: 2m, step: 256MiB, maxStep: 1GiB }, scaleDown: { below: 50%, for: 30m, step: 128MiB } }
    cooldown: { up: 2m, down: 30m }
`;

interface Day {
  readonly what: string;
  readonly given?: Partial<GuestSpec>;
  readonly allowed?: Partial<Allowances>;
}

const days: Readonly<Record<LoadKind, Day>> = {
  web: { what: "a web shop, busy in the afternoon" },
  batch: {
    what: "jobs that come every few hours",
    // Each job is large, and over within half an hour.
    allowed: { reversals: 5, shortOfCpu: 8, fullMemory: 1, changesPerDay: 32 },
  },
  database: { what: "a database with a dump in the night", allowed: { reversals: 1 } },
  leak: { what: "a process that gives no memory back" },
  idle: { what: "a container that does next to nothing", given: { cores: 4, memory: 2048 } },
  "crash-loop": {
    what: "a process that needs more memory to start than it has",
    // It is dead again before two readings in a row show its memory full.
    allowed: { fullMemory: 300, killed: 900 },
  },
  spike: {
    what: "a site that is quiet, and suddenly has ten times the visitors",
    allowed: { reversals: 2, shortOfCpu: 8 },
  },
};

describe("a day", () => {
  let course: Course;

  beforeAll(async () => {
    course = await play({
      title: "A Tuesday in November",
      zone: "Europe/Berlin",
      file,
      population: {
        nodes: [node()],
        guests: loadKinds.map((kind, index) => guest(201 + index, `${kind}-1`, kind, days[kind].given ?? {})),
      },
      start: tuesday,
      hours: 24,
    });
  });

  it("has a cycle in each minute, and nothing goes wrong", () => {
    expect(course.cycles).toBe(1440);
    expect(course.problems).toEqual([]);
  });

  it.each(loadKinds)("of %s", async (kind) => {
    const { what, allowed = {} } = days[kind];
    const own = { ...ofContainer(course, 201 + loadKinds.indexOf(kind)), title: `A day of ${what}` };
    await hold(`day-${kind}`, own, { reversals: 0, shortOfCpu: 6, fullMemory: 0, changesPerDay: 20, ...allowed });
  });
});
