import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createPopulation,
  GuestMeter,
  NodeMeter,
  type GuestLimits,
  type GuestPoint,
  type GuestSpec,
} from "../../../src/simulator/load/index.js";

const MiB = 1024 ** 2;
const start = Date.UTC(2026, 10, 17, 13, 4, 7) + 321;
const guests = createPopulation({ nodes: 3, containers: 20, seed: 7 }).guests.filter(
  ({ status }) => status === "running",
);

function limitsOf(spec: GuestSpec): GuestLimits {
  const cores = spec.cores ?? 8;
  return {
    cores: Math.min(cores, spec.cpulimit ?? cores),
    memory: spec.memory * MiB,
    swap: spec.swap * MiB,
    cpus: cores,
  };
}

function known(points: readonly GuestPoint[]): readonly Required<GuestPoint>[] {
  return points.filter((point): point is Required<GuestPoint> => point.cpu !== undefined);
}

describe("recorded usage", () => {
  it.each([
    ["hour", 59, 60],
    ["day", 1439, 60],
    ["week", 335, 1800],
    ["month", 1439, 1800],
    ["year", 1439, 21_600],
    ["decade", 569, 604_800],
  ] as const)(
    "of the %s has %i points, one each %i seconds, the newest at least one step old",
    (timeframe, count, step) => {
      for (const spec of guests.slice(0, 4)) {
        const points = new GuestMeter(spec, start).history(timeframe, "AVERAGE", start, limitsOf(spec));
        expect(points).toHaveLength(count);
        const last = points.at(-1)?.time ?? 0;
        expect(last).toBe(Math.floor(start / 1000 / step) * step - step);
        expect(points.every(({ time }, index) => time === last - (count - 1 - index) * step)).toBe(true);
      }
    },
  );

  it("exists from the first second, within its limits, a maximum never under its average", () => {
    for (const spec of guests) {
      const meter = new GuestMeter(spec, start);
      const limits = limitsOf(spec);
      for (const timeframe of ["hour", "day", "month"] as const) {
        const average = known(meter.history(timeframe, "AVERAGE", start, limits));
        const most = known(meter.history(timeframe, "MAX", start, limits));
        expect(average.length).toBeGreaterThan(timeframe === "hour" ? 58 : 1200);
        expect(most).toHaveLength(average.length);
        for (const [index, point] of average.entries()) {
          const highest = most[index]!;
          expect(point.cpu).toBeLessThanOrEqual(limits.cores / (limits.cpus ?? limits.cores) + 1e-9);
          expect(point.mem).toBeLessThanOrEqual(limits.memory);
          expect(highest.cpu).toBeGreaterThanOrEqual(point.cpu - 1e-9);
          expect(highest.mem).toBeGreaterThanOrEqual(point.mem - 1e-3);
        }
      }
    }
  });

  it("has gaps that carry their time alone, none of them in the last hours before the start", () => {
    const gaps = guests.flatMap((spec) =>
      new GuestMeter(spec, start)
        .history("day", "AVERAGE", start, limitsOf(spec))
        .filter((point) => !("maxcpu" in point)),
    );
    expect(gaps.length).toBeGreaterThan(0);
    for (const gap of gaps) {
      expect(Object.keys(gap)).toEqual(["time"]);
      expect(gap.time).toBeLessThan(start / 1000 - 3 * 3600 + 60);
    }
  });

  it("shows the day of a web server: more in the afternoon than in the night", () => {
    const spec = guests.find(({ load, atLeast }) => load === "web" && atLeast === undefined)!;
    const points = known(new GuestMeter(spec, start).history("day", "AVERAGE", start, limitsOf(spec)));
    const mean = (from: number, to: number): number => {
      const chosen = points.filter(({ time }) => (time / 3600) % 24 >= from && (time / 3600) % 24 < to);
      return chosen.reduce((sum, { cpu }) => sum + cpu, 0) / chosen.length;
    };
    expect(mean(13, 17)).toBeGreaterThan(1.8 * mean(2, 5));
  });

  it("keeps the sizes that were in force then", () => {
    const spec = guests[0]!;
    const meter = new GuestMeter(spec, start);
    const small = limitsOf(spec);
    const large = { ...small, cores: 8, cpus: 8, memory: small.memory * 2 };
    meter.advance(start, small, true);
    meter.advance(start + 1_800_000, small, true);
    meter.advance(start + 1_800_000, large, true);
    const points = known(meter.history("hour", "AVERAGE", start + 3_000_000, large));
    const change = start / 1000 + 1800;
    for (const { time, maxcpu, maxmem } of points) {
      if (time <= change) expect({ maxcpu, maxmem }).toEqual({ maxcpu: small.cpus, maxmem: small.memory });
      if (time >= change + 60) expect({ maxcpu, maxmem }).toEqual({ maxcpu: 8, maxmem: large.memory });
    }
    expect(points[0]?.time).toBeLessThan(change);
    expect(points.at(-1)?.time).toBeGreaterThan(change + 60);
  });

  it("agrees with what the meters really did", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...guests),
        fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 25 }), cores: fc.constantFrom(0.5, 1, 3) }), {
          minLength: 3,
          maxLength: 8,
        }),
        (spec, changes) => {
          const first = Math.ceil(start / 60_000) * 60_000;
          const meter = new GuestMeter(spec, start);
          let limits = limitsOf(spec);
          meter.advance(start, limits, true);
          meter.advance(first, limits, true);
          // CPU-seconds at each full minute.
          const counted = new Map([[first / 1000, meter.reading().cpuSecondsTotal]]);
          let now = first;
          for (const { minutes, cores } of changes) {
            limits = { ...limits, cores, cpus: 4 };
            for (let minute = 0; minute < minutes; minute += 1) {
              now += 60_000;
              meter.advance(now, limits, true);
              counted.set(now / 1000, meter.reading().cpuSecondsTotal);
            }
          }
          let compared = 0;
          for (const point of known(meter.history("day", "AVERAGE", now + 61_000, limits))) {
            const begin = counted.get(point.time - 60);
            const end = counted.get(point.time);
            if (begin === undefined || end === undefined) continue;
            compared += 1;
            expect(point.cpu * point.maxcpu * 60).toBeCloseTo(end - begin, 3);
          }
          expect(compared).toBe(counted.size - 1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("shows the sizes alone of a guest that did not run", () => {
    const spec = guests[0]!;
    const meter = new GuestMeter({ ...spec, status: "stopped" }, start);
    const points = meter.history("hour", "AVERAGE", start, limitsOf(spec));
    expect(Object.keys(points.at(-1)!).toSorted()).toEqual(["disk", "maxcpu", "maxdisk", "maxmem", "time"]);
    expect(points.at(-1)?.disk).toBe(0);
  });

  it("of a node is the sum of its guests and its own needs", () => {
    const spec = { name: "pve1", cores: 8, memory: 32 * 1024 * MiB, arc: 4 * 1024 * MiB };
    const meters = guests
      .slice(0, 5)
      .map((guest) => ({ meter: new GuestMeter(guest, start), limits: limitsOf(guest) }));
    const points = new NodeMeter(spec, start, 1).history("hour", "AVERAGE", start, meters);
    const parts = meters.map(({ meter, limits }) => meter.history("hour", "AVERAGE", start, limits));
    expect(points).toHaveLength(59);
    for (const [index, point] of points.entries()) {
      const cores = parts.reduce((sum, part) => sum + (part[index]?.cpu ?? 0) * (part[index]?.maxcpu ?? 0), 0);
      const memory = parts.reduce((sum, part) => sum + (part[index]?.mem ?? 0), 0);
      expect((point.cpu ?? 0) * 8).toBeGreaterThanOrEqual(Math.min(8, cores));
      expect((point.cpu ?? 0) * 8).toBeLessThan(cores + 0.4);
      expect(point.memused).toBeGreaterThan(memory + 3.5 * 1024 * MiB);
      expect((point.memused ?? 0) + (point.memavailable ?? 0)).toBe(spec.memory);
    }
  });
});
