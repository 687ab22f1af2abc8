import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../src/model/index.js";
import { readingOf, SampleStore, type ContainerReading, type Reading } from "../../src/operate/index.js";
import { bench } from "./harness.js";
import { readings } from "./readings.js";

const day = 24 * 3600 * 1000;
const noon = Date.UTC(2026, 10, 21, 12);
const mebibyte = 2 ** 20;
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newStore(retentionSeconds?: number): Promise<{ store: SampleStore; again: () => SampleStore }> {
  const directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  folders.push(directory);
  const again = (): SampleStore =>
    new SampleStore({ directory, endpoint: "https://pve1.example:8006" }, retentionSeconds);
  return { store: again(), again };
}

const sample = (time: number, values: Partial<Sample> = {}): Sample => ({
  time,
  cpu: 0.25,
  cores: 2,
  memory: 300 * mebibyte,
  memoryLimit: 1024 * mebibyte,
  ...values,
});

const look = (
  time: number,
  containers: readonly (Partial<ContainerReading> & { readonly vmid: number })[],
): Reading => ({
  time,
  containers: containers.map(({ vmid, name = `ct-${vmid}`, sample: given }) => ({
    vmid,
    name,
    sample: given ?? sample(time),
  })),
});

const segmentOf = async (store: SampleStore): Promise<string> => {
  const folder = store.folder("demo");
  return join(folder, (await readdir(folder))[0]!);
};

describe("SampleStore", () => {
  it("gives back what was recorded, whatever the figures are", async () => {
    const fraction = fc.integer({ min: 0, max: 2_000_000 }).map((millionths) => millionths / 1_000_000);
    const amount = fc.oneof(
      fc.nat(2 ** 31 - 1),
      fc.integer({ min: 0, max: 2 ** 46 }),
      fc.nat(1000).map((n) => n * 4096),
    );
    const entry = fc.record({
      vmid: fc.integer({ min: 100, max: 999_999_999 }),
      name: fc.string(),
      sample: fc.record(
        {
          cpu: fc.option(fraction),
          cores: fc.option(fc.oneof(fc.integer({ min: 1, max: 8192 }), fraction)),
          memory: fc.option(amount),
          memoryLimit: fc.option(amount),
          cpulimit: fc.option(fraction),
          swap: amount,
          disk: amount,
          diskLimit: amount,
          pressureCpu: fraction,
          pressureMemory: fraction,
          locked: fc.constant(true as const),
        },
        { requiredKeys: ["cpu", "cores", "memory", "memoryLimit"] },
      ),
    });
    const looks = fc.array(fc.uniqueArray(entry, { selector: ({ vmid }) => vmid, maxLength: 8 }), {
      minLength: 1,
      maxLength: 130,
    });
    await fc.assert(
      fc.asyncProperty(looks, async (entries) => {
        const { store, again } = await newStore();
        const expected = new Map<number, Sample[]>();
        for (const [index, containers] of entries.entries()) {
          // The name is the same throughout: another one after an absence is another container.
          const reading = {
            time: noon + index * 10_000,
            containers: containers.map(({ vmid, sample: figures }) => ({
              vmid,
              name: "one",
              sample: { ...figures, time: noon + index * 10_000 },
            })),
          };
          for (const { vmid, sample: one } of reading.containers) {
            expected.set(vmid, [...(expected.get(vmid) ?? []), one]);
          }
          await store.append("demo", reading);
        }
        const history = await again().read("demo", { from: 0, to: noon + day });
        expect(new Map([...history].map(([vmid, recorded]) => [vmid, readings(recorded)]))).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it("knows stopped containers, limits and locks, and what cannot be a figure", async () => {
    const { store } = await newStore();
    const stopped = sample(noon, { cpu: null, memory: null, cpulimit: 0.5 });
    const locked = sample(noon, { locked: true, cpulimit: null });
    const odd = sample(noon, { cpu: Number.NaN, memory: -1, cores: Number.POSITIVE_INFINITY, memoryLimit: 2 ** 60 });
    await store.append(
      "demo",
      look(noon, [
        { vmid: 101, sample: stopped },
        { vmid: 102, sample: locked },
        { vmid: 103, sample: odd },
      ]),
    );
    const history = await store.read("demo", { from: noon, to: noon });
    expect(readings(history.get(101))).toEqual([stopped]);
    expect(readings(history.get(102))).toEqual([locked]);
    expect(readings(history.get(103))).toEqual([
      { time: noon, cpu: null, cores: null, memory: null, memoryLimit: null },
    ]);
  });

  it("reads only the stretch and the containers that are asked for, over midnight too", async () => {
    const { store } = await newStore();
    const midnight = noon + day / 2;
    for (const minute of [-2, -1, 0, 1, 2]) {
      await store.append("demo", look(midnight + minute * 60_000, [{ vmid: 101 }, { vmid: 102 }]));
    }
    const history = await store.read("demo", {
      from: new Map([[102, midnight - 60_000]]),
      to: midnight + 60_000,
    });
    expect([...history.keys()]).toEqual([102]);
    expect(readings(history.get(102)).map(({ time }) => (time - midnight) / 60_000)).toEqual([-1, 0, 1]);
    expect(history.get(102)?.stepSeconds).toBe(60);
    expect(await store.read("other", { from: 0, to: noon + day })).toEqual(new Map());
  });

  it("gives the same for a stretch as the whole does, wherever it begins, with several writers and damage", async () => {
    const { store, again } = await newStore();
    const other = again();
    for (let minute = 0; minute < 150; minute += 1) {
      const time = noon + minute * 60_000;
      await store.append("demo", look(time, [{ vmid: 101, sample: sample(time, { memory: minute * mebibyte }) }]));
      if (minute % 3 === 0) {
        await other.append("demo", look(time + 500, [{ vmid: 101, sample: sample(time + 500, { memory: 1 }) }]));
      }
    }
    const file = await segmentOf(store);
    const bytes = await readFile(file);
    bytes.fill(0, 2000, 2010);
    await writeFile(file, bytes);
    const whole = readings((await store.read("demo", { from: 0, to: noon + day })).get(101));
    expect(whole.length).toBeGreaterThan(100);
    for (let from = noon; from < noon + 150 * 60_000; from += 427_000) {
      const stretch = readings((await store.read("demo", { from, to: noon + day })).get(101));
      expect(stretch).toEqual(whole.filter(({ time }) => time >= from));
    }
  });

  it("passes over what a crash has torn, wherever it was torn, and goes on behind it", async () => {
    const { store, again } = await newStore();
    for (let minute = 0; minute < 5; minute += 1) {
      await store.append("demo", look(noon + minute * 60_000, [{ vmid: 101 }, { vmid: 102 }]));
    }
    const file = await segmentOf(store);
    const whole = await readFile(file);
    const firstFrame = whole.indexOf(Buffer.from([0xc5, 0x5a]), 1);
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(file, whole);
      await truncate(file, length);
      const later = again();
      await later.append("demo", look(noon + 600_000, [{ vmid: 101 }]));
      const samples = readings((await later.read("demo", { from: 0, to: noon + day })).get(101));
      expect(samples.at(-1)?.time).toBe(noon + 600_000);
      expect(samples.every(({ cpu, memory }) => cpu === 0.25 && memory === 300 * mebibyte)).toBe(true);
      expect(samples.length).toBeGreaterThanOrEqual(length < firstFrame ? 1 : 2);
    }
  });

  it("does not believe a damaged frame, nor what was counted from it", async () => {
    const { store } = await newStore();
    for (let minute = 0; minute < 70; minute += 1) {
      await store.append(
        "demo",
        look(noon + minute * 60_000, [
          { vmid: 101, sample: sample(noon + minute * 60_000, { memory: (300 + minute) * mebibyte }) },
        ]),
      );
    }
    const file = await segmentOf(store);
    const bytes = await readFile(file);
    const second = bytes.indexOf(Buffer.from([0xc5, 0x5a]), 2);
    bytes[second + 12] = (bytes[second + 12] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const samples = readings((await store.read("demo", { from: 0, to: noon + day })).get(101));
    // The first, and all from the next whole frame on.
    expect(samples.map(({ time }) => (time - noon) / 60_000)).toEqual([
      0,
      ...Array.from({ length: 10 }, (_, i) => 60 + i),
    ]);
    expect(samples.every(({ time, memory }) => memory === (300 + (time - noon) / 60_000) * mebibyte)).toBe(true);
  });

  it("keeps what several programs write at the same time", async () => {
    const { again } = await newStore();
    const writers = [again(), again(), again()];
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let round = 0; round < 80; round += 1) {
          await writer.append("demo", look(noon + round * 1000 + index, [{ vmid: 101 }, { vmid: 200 + index }]));
        }
      }),
    );
    const history = await again().read("demo", { from: 0, to: noon + day });
    expect([...history].map(([vmid, { samples }]) => [vmid, samples.length])).toEqual([
      [101, 240],
      [200, 80],
      [201, 80],
      [202, 80],
    ]);
    const times = readings(history.get(101)).map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("forgets the former owner of a number, but not a container that was renamed", async () => {
    const { store } = await newStore();
    const names = ["old", "old", null, "new", "new", "renamed"];
    for (const [minute, name] of names.entries()) {
      await store.append(
        "demo",
        look(noon + minute * 60_000, [{ vmid: 100 }, ...(name === null ? [] : [{ vmid: 101, name }])]),
      );
    }
    const history = await store.read("demo", { from: 0, to: noon + day });
    expect(history.get(100)?.samples).toHaveLength(6);
    expect(readings(history.get(101)).map(({ time }) => (time - noon) / 60_000)).toEqual([3, 4, 5]);
  });

  it("removes days beyond the retention, and nothing else", async () => {
    const { store, again } = await newStore(2 * 24 * 3600);
    for (let index = 0; index < 5; index += 1) await store.append("demo", look(noon + index * day, [{ vmid: 101 }]));
    const names = await readdir(store.folder("demo"));
    expect(names).toEqual(["2026-11-23.samples", "2026-11-24.samples", "2026-11-25.samples"]);
    await writeFile(join(store.folder("demo"), "notes.txt"), "mine");
    await again().append("demo", look(noon + 9 * day, [{ vmid: 101 }]));
    expect(await readdir(store.folder("demo"))).toEqual(["2026-11-30.samples", "notes.txt"]);
  });

  it("keeps its files to their owner", async () => {
    const { store } = await newStore();
    await store.append("demo", look(noon, [{ vmid: 101 }]));
    expect((await stat(await segmentOf(store))).mode & 0o777).toBe(0o600);
    expect((await stat(store.folder("demo"))).mode & 0o777).toBe(0o700);
  });

  it("says which file can't be written, and goes on once it can", async () => {
    const { store } = await newStore();
    await store.append("demo", look(noon, [{ vmid: 101 }]));
    const folder = store.folder("demo");
    await rm(folder, { recursive: true });
    await appendFile(folder, "in the way");
    await expect(store.append("demo", look(noon + 60_000, [{ vmid: 101 }]))).rejects.toThrow(
      /RecordsError|Samples could not/u,
    );
    await rm(folder);
    await store.append("demo", look(noon + 120_000, [{ vmid: 101 }]));
    expect(readings((await store.read("demo", { from: 0, to: noon + day })).get(101))).toEqual([
      sample(noon + 120_000),
    ]);
  });

  it("takes some ten bytes for a sample of a live cluster, disks included", async () => {
    const on = await bench({ containers: 100 });
    const { store } = await newStore();
    let samples = 0;
    for (let round = 0; round < 120; round += 1) {
      const inventory = await on.gateway.inventory();
      const reading = readingOf(inventory, on.simulator.control.now());
      samples += reading.containers.length;
      await store.append(inventory.cluster, reading);
      await on.simulator.control.advance(60_000);
    }
    const { cluster } = await on.gateway.inventory();
    const [name] = await readdir(store.folder(cluster));
    const { size } = await stat(join(store.folder(cluster), name!));
    expect(size / samples).toBeLessThan(12);
  });
});
