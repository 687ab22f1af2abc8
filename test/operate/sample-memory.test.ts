import { describe, expect, it } from "vitest";
import type { Container, ContainerHistory, Sample } from "../../src/model/index.js";
import type { Reading } from "../../src/operate/index.js";
import { SampleMemory } from "../../src/operate/loop/sample-memory.js";
import { readings } from "./readings.js";

const start = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

const sample = (time: number, cpu = 0.5): Sample => ({ time, cpu, cores: 2, memory: 1, memoryLimit: 2 });

const look = (time: number, names: Readonly<Record<number, string>>): Reading => ({
  time,
  containers: Object.entries(names).map(([vmid, name]) => ({ vmid: Number(vmid), name, sample: sample(time) })),
});

const wanted = (vmid: number, seconds: number) => ({ container: { vmid } as Container, seconds });

const times = (memory: SampleMemory, vmid: number): readonly number[] =>
  readings(memory.history().get(vmid)).map(({ time }) => (time - start) / minute);

describe("what a loop remembers", () => {
  it("is what was seen, over what the history knew, with the step of each", () => {
    const memory = new SampleMemory();
    memory.add(look(start, { 101: "web" }), 10);
    expect(memory.lacking([wanted(101, 600), wanted(102, 600)], start)).toEqual([wanted(101, 600)]);
    const recorded: ContainerHistory = {
      stepSeconds: 60,
      samples: Array.from({ length: 10 }, (_, index) => sample(start - (10 - index) * minute)),
    };
    memory.fill([wanted(101, 600)], new Map([[101, recorded]]), true, start);
    expect(memory.lacking([wanted(101, 600)], start)).toEqual([]);
    expect(memory.lacking([wanted(101, 7200)], start)).toEqual([wanted(101, 7200)]);
    memory.add(look(start + 10_000, { 101: "web" }), 10);
    expect(times(memory, 101)).toHaveLength(12);
    expect(memory.history().get(101)).toMatchObject({
      stepSeconds: 10,
      coarser: [{ stepSeconds: 60, until: start - minute }],
    });
  });

  it("reaches as far back as the windows do, and forgets containers that are gone", () => {
    const memory = new SampleMemory();
    for (let index = 0; index < 100_000; index += 1) {
      const time = start + index * minute;
      memory.add(look(time, index < 50 ? { 101: "web", 102: "old" } : { 101: "web" }), 60);
      memory.trim([wanted(101, 600)], time);
    }
    const kept = times(memory, 101);
    expect(kept.at(-1)).toBe(99_999);
    expect(kept.filter((time) => time > 99_999 - 10)).toHaveLength(10);
    // Cut in pieces, so that there may be a third more than the windows and their spare need.
    expect(memory.size).toBeLessThan(25);
    expect(memory.history().has(102)).toBe(false);
  });

  it("says nothing about a container that was given the number of another", () => {
    const memory = new SampleMemory();
    const names = ["web", "web", null, "mail", "post"];
    for (const [index, name] of names.entries()) {
      const time = start + index * minute;
      memory.add(look(time, name === null ? { 100: "x" } : { 100: "x", 101: name }), 60);
    }
    // `mail` is another container; `post` is the same one, renamed.
    expect(times(memory, 101)).toEqual([3, 4]);
    expect(times(memory, 100)).toEqual([0, 1, 2, 3, 4]);
  });

  it("expects no more readings than there are looks, where those come later than asked for", () => {
    const memory = new SampleMemory();
    for (let index = 0; index < 10; index += 1) memory.add(look(start + index * 3 * minute, { 101: "web" }), 60);
    expect(memory.history().get(101)?.stepSeconds).toBe(180);
    // One late look among many does not make it coarser.
    const punctual = new SampleMemory();
    for (const at of [0, 1, 2, 3, 5, 6, 7]) punctual.add(look(start + at * minute, { 101: "web" }), 60);
    expect(punctual.history().get(101)?.stepSeconds).toBe(60);
  });

  it("drops readings of a time that has not come yet when the clock is put back", () => {
    const memory = new SampleMemory();
    for (const at of [0, 1, 2, 60, 61, 3]) memory.add(look(start + at * minute, { 101: "web" }), 60);
    expect(times(memory, 101)).toEqual([0, 1, 2, 3]);
  });

  it("asks again later for usage that could not be read", () => {
    const memory = new SampleMemory();
    memory.add(look(start, { 101: "web" }), 60);
    memory.fill([wanted(101, 600)], new Map(), false, start);
    expect(memory.lacking([wanted(101, 600)], start + minute)).toEqual([]);
    expect(memory.lacking([wanted(101, 600)], start + 5 * minute)).toEqual([wanted(101, 600)]);
  });
});

describe("what a loop remembers of long ago", () => {
  it("is every reading, so that it decides what a replay of the same readings decides", () => {
    const count = 7 * 1440;
    // Usage that is high in one minute of fifty, never in a whole one of ten.
    const recorded: ContainerHistory = {
      stepSeconds: 60,
      samples: Array.from({ length: count }, (_, index) =>
        sample(start - (count - 1 - index) * minute, index % 50 === 7 ? 0.9 : 0.1 + (index % 13) / 100),
      ),
    };
    const memory = new SampleMemory();
    const asked = [wanted(101, 7 * 24 * 3600)];
    const half = recorded.samples.slice(0, count / 2);
    memory.add(look(start - (count / 2 - 1) * minute, { 101: "web" }), 60);
    memory.fill(asked, new Map([[101, { ...recorded, samples: half }]]), true, start - (count / 2) * minute);
    for (const one of recorded.samples.slice(count / 2)) {
      memory.add({ time: one.time, containers: [{ vmid: 101, name: "web", sample: one }] }, 60);
      memory.trim(asked, one.time);
    }
    const kept = readings(memory.history().get(101));
    expect(kept).toEqual(recorded.samples);
    expect(memory.history().get(101)).not.toHaveProperty("coarser.0");
  });
});
