import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  GuestMeter,
  loadKinds,
  type GuestLimits,
  type GuestSpec,
  type LoadKind,
} from "../../../src/simulator/load/index.js";

const MiB = 1024 ** 2;
/** A Tuesday afternoon, not on a multiple of anything. */
const start = Date.UTC(2026, 10, 17, 13, 4, 7) + 321;

function guest(load: LoadKind, more: Partial<GuestSpec> = {}): GuestSpec {
  return {
    vmid: 101,
    node: "pve1",
    name: "one",
    cores: 2,
    cpulimit: null,
    memory: 1024,
    swap: 512,
    disk: 8,
    tags: [],
    pool: null,
    status: "running",
    template: false,
    description: null,
    onboot: true,
    unprivileged: true,
    load,
    seed: 4711,
    ...more,
  };
}

const limits: GuestLimits = { cores: 2, memory: 1024 * MiB, swap: 512 * MiB };

function meterAt(spec: GuestSpec, seconds: number, under: GuestLimits = limits): GuestMeter {
  const meter = new GuestMeter(spec, start);
  meter.advance(start, under, true);
  meter.advance(start + seconds * 1000, under, true);
  return meter;
}

const anyKind = fc.constantFrom(...loadKinds);
const anySeed = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

describe("a guest's meters", () => {
  it("read the same for the same seed, and otherwise for another", () => {
    for (const load of loadKinds) {
      const one = meterAt(guest(load), 1234);
      const same = meterAt(guest(load), 1234);
      const other = meterAt(guest(load, { seed: 4712 }), 1234);
      expect(same.reading()).toEqual(one.reading());
      expect(other.reading()).not.toEqual(one.reading());
      expect(same.history("day", "AVERAGE", start + 1_234_000, limits)).toEqual(
        one.history("day", "AVERAGE", start + 1_234_000, limits),
      );
    }
  });

  it("do not depend on how often they are read", () => {
    fc.assert(
      fc.property(
        anyKind,
        anySeed,
        fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 12 }),
        (load, seed, pauses) => {
          const often = new GuestMeter(guest(load, { seed }), start);
          const once = new GuestMeter(guest(load, { seed }), start);
          often.advance(start, limits, true);
          once.advance(start, limits, true);
          let now = start;
          for (const pause of pauses) {
            now += pause;
            often.advance(now, limits, true);
            often.reading();
          }
          once.advance(now, limits, true);
          expect(often.reading()).toEqual(once.reading());
        },
      ),
      { numRuns: 60 },
    );
  });

  it("never show more than the limits of the time allow, and never count backwards", () => {
    fc.assert(
      fc.property(
        anyKind,
        anySeed,
        fc.array(
          fc.record({
            seconds: fc.integer({ min: 1, max: 3000 }),
            cores: fc.constantFrom(0.1, 0.5, 1, 2, 8),
            memory: fc.constantFrom(64, 256, 1024, 4096, 20_480),
            swap: fc.constantFrom(0, 128, 512),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        (load, seed, steps) => {
          const meter = new GuestMeter(guest(load, { seed }), start);
          meter.advance(start, limits, true);
          let now = start;
          let before = meter.reading();
          for (const { seconds, cores, memory, swap } of steps) {
            now += seconds * 1000;
            meter.advance(now, { cores, memory: memory * MiB, swap: swap * MiB }, true);
            const reading = meter.reading();
            expect(reading.cpuSecondsTotal - before.cpuSecondsTotal).toBeLessThanOrEqual(seconds * cores + 1e-6);
            expect(reading.memory).toBeLessThanOrEqual(memory * MiB);
            expect(reading.memory + reading.cache).toBeLessThanOrEqual(memory * MiB + 1);
            expect(reading.swap).toBeLessThanOrEqual(swap * MiB);
            for (const counter of [
              "cpuSecondsTotal",
              "netIn",
              "netOut",
              "diskRead",
              "diskWrite",
              "oomKills",
              "uptimeSeconds",
            ] as const) {
              expect(reading[counter]).toBeGreaterThanOrEqual(before[counter]);
            }
            for (const value of Object.values(reading.pressure)) {
              expect(value).toBeGreaterThanOrEqual(0);
              expect(value).toBeLessThanOrEqual(100);
            }
            before = reading;
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("show nothing of a guest that does not run, and count anew once it is started", () => {
    const meter = meterAt(guest("web"), 60);
    expect(meter.reading().uptimeSeconds).toBeGreaterThan(86_400);
    meter.advance(start + 120_000, limits, false);
    expect(meter.reading()).toMatchObject({ memory: 0, cpuSecondsTotal: 0, uptimeSeconds: 0, disk: 0 });
    meter.advance(start + 600_000, limits, true);
    expect(meter.reading().uptimeSeconds).toBe(0);
    meter.advance(start + 690_000, limits, true);
    expect(meter.reading().uptimeSeconds).toBe(90);
    expect(meter.reading().cpuSecondsTotal).toBeLessThan(180);
    expect(meter.reading().memory).toBeGreaterThan(0);
  });
});

describe("CPU", () => {
  const tooSmall = guest("web", { atLeast: { cpu: 1.5 } });

  it("is capped at the limit, and what is left over waits", () => {
    const meter = meterAt(tooSmall, 600);
    const before = meter.reading();
    expect(before.backlogSeconds).toBeGreaterThan(30);
    expect(before.pressure.cpuSome).toBeGreaterThan(60);
    meter.advance(start + 660_000, limits, true);
    expect(meter.reading().cpuSecondsTotal - before.cpuSecondsTotal).toBeCloseTo(120, 6);
  });

  it("works the queue off after the limit was doubled, busier than the demand alone would have it", () => {
    const meter = meterAt(tooSmall, 600);
    const doubled = { ...limits, cores: 4 };
    meter.advance(start + 600_000, doubled, true);
    const before = meter.reading();
    meter.advance(start + 630_000, doubled, true);
    const soon = meter.reading();
    expect(soon.cpuSecondsTotal - before.cpuSecondsTotal).toBeCloseTo(120, 6);
    expect(soon.backlogSeconds).toBeLessThan(before.backlogSeconds);
    meter.advance(start + 1_200_000, doubled, true);
    const later = meter.reading();
    expect(later.backlogSeconds).toBe(0);
    expect(later.coresInUse).toBeGreaterThan(2.5);
    expect(later.coresInUse).toBeLessThan(3.6);
    expect(later.pressure.cpuSome).toBeLessThan(30);
  });

  it("jumps to ten times as much in a spike, five minutes after the start", () => {
    const wide = { ...limits, cores: 8 };
    const quiet = meterAt(guest("spike"), 240, wide).reading().coresInUse;
    const spiking = meterAt(guest("spike"), 420, wide).reading().coresInUse;
    const over = meterAt(guest("spike"), 2400, wide).reading().coresInUse;
    expect(spiking / quiet).toBeGreaterThan(7);
    expect(spiking / quiet).toBeLessThan(14);
    expect(over / quiet).toBeLessThan(2);
  });
});

describe("memory that runs short", () => {
  it("is taken from the page cache first, then swapped, then the kernel kills", () => {
    const meter = new GuestMeter(guest("leak"), start);
    const seen: string[] = [];
    let most = 0;
    for (let minute = 0; minute < 5 * 24 * 60; minute += 5) {
      meter.advance(start + minute * 60_000, limits, true);
      const { cache, swap, oomKills, memory } = meter.reading();
      most = Math.max(most, memory);
      const state = oomKills > 0 ? "killed" : swap > 0 ? "swapping" : cache < 150 * MiB ? "reclaimed" : "roomy";
      if (seen.at(-1) !== state) seen.push(state);
      if (oomKills > 0) {
        expect(memory).toBeLessThan(512 * MiB);
        break;
      }
    }
    const order = ["roomy", "reclaimed", "swapping", "killed"];
    // It starts somewhere on its way up; from there nothing is skipped.
    expect(seen).toEqual(order.slice(order.indexOf(seen[0] ?? "")));
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(most).toBeGreaterThan(1000 * MiB);
  });

  it("kills at once where the limit is set far below what is in use without swap", () => {
    const meter = meterAt(guest("database"), 60);
    const tight = { cores: 2, memory: 128 * MiB, swap: 0 };
    meter.advance(start + 90_000, tight, true);
    expect(meter.reading().oomKills).toBeGreaterThanOrEqual(1);
    expect(meter.reading().memory).toBeLessThanOrEqual(128 * MiB);
  });

  it("ends a crash loop as soon as there is enough of it", () => {
    const meter = meterAt(guest("crash-loop"), 900);
    const inLoop = meter.reading().oomKills;
    expect(inLoop).toBeGreaterThan(3);
    const enough = { cores: 2, memory: 4096 * MiB, swap: 512 * MiB };
    meter.advance(start + 900_000, enough, true);
    meter.advance(start + 1_200_000, enough, true);
    const healed = meter.reading().oomKills;
    meter.advance(start + 4_000_000, enough, true);
    expect(meter.reading().oomKills).toBe(healed);
    expect(meter.reading().memory).toBeGreaterThan(1500 * MiB);
  });
});
