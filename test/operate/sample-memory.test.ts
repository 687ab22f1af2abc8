import { describe, expect, it } from "vitest";
import type { Container, ContainerHistory, Sample } from "../../src/model/index.js";
import type { Reading } from "../../src/operate/index.js";
import { SampleMemory } from "../../src/operate/loop/sample-memory.js";

const start = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

const sample = (time: number, cpu = 0.5): Sample => ({ time, cpu, cores: 2, memory: 1, memoryLimit: 2 });

const look = (time: number, names: Readonly<Record<number, string>>): Reading => ({
  time,
  containers: Object.entries(names).map(([vmid, name]) => ({ vmid: Number(vmid), name, sample: sample(time) })),
});

const wanted = (vmid: number, seconds: number) => ({ container: { vmid } as Container, seconds });

const times = (memory: SampleMemory, vmid: number): readonly number[] =>
  (memory.history().get(vmid)?.samples ?? []).map(({ time }) => (time - start) / minute);

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
