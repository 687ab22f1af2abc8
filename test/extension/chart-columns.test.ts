import { describe, expect, it } from "vitest";
import {
  containerSample,
  liveColumns,
  nodeSample,
  recordedColumns,
  type LiveSample,
} from "../../src/extension/charts/columns.js";
import { marksOf } from "../../src/extension/charts/marks.js";
import type { RecordedPoint } from "../../src/model/index.js";
import type { AuditRecord } from "../../src/operate/index.js";
import { container, node } from "./builders.js";

const unknown: Omit<RecordedPoint, "time"> = {
  cpu: null,
  cores: null,
  memory: null,
  memoryLimit: null,
  swap: null,
  swapLimit: null,
  disk: null,
  diskLimit: null,
  netIn: null,
  netOut: null,
  diskRead: null,
  diskWrite: null,
  ioWait: null,
  pressureCpu: null,
  pressureMemory: null,
  pressureIo: null,
};

const look = (time: number, figures: LiveSample["figures"] = { cpu: 1 }): LiveSample => ({
  time,
  condition: "running",
  figures,
});

describe("what was recorded", () => {
  const figures = {
    stepSeconds: 60,
    points: [
      { ...unknown, time: 60_000 },
      { ...unknown, time: 120_000, cores: 2, memoryLimit: 1024 },
      { ...unknown, time: 180_000, cpu: 0.25, cores: 2, memory: 512, memoryLimit: 1024 },
    ],
  };

  it("tells a gap from time that the container did not run, and has CPU in cores", () => {
    const columns = recordedColumns(figures, []);
    expect(columns.conditions).toEqual(["unknown", "off", "running"]);
    expect(columns.values).toEqual({
      cpu: [null, null, 0.5],
      cpuLimit: [null, 2, 2],
      memory: [null, null, 512],
      memoryLimit: [null, 1024, 1024],
    });
  });

  it("is filled in from our looks where the server records nothing: the mean of each step", () => {
    const looks = [look(130_000, { swap: 10, memory: 1 }), look(170_000, { swap: 30 }), look(190_000, { swap: 50 })];
    const { values } = recordedColumns(figures, looks);
    expect(values.swap).toEqual([null, null, 20]);
    expect(values.memory).toEqual([null, null, 512]);
  });
});

describe("what is seen", () => {
  it("of a running container is in the units of what was recorded", () => {
    const pressure = { cpuSome: 12, memorySome: 0, memoryFull: 0, ioSome: null, ioFull: null };
    const { condition, figures } = containerSample(container({ cpu: 0.5, cores: 4, swap: 7, pressure }), 1);
    expect(condition).toBe("running");
    expect(figures).toMatchObject({
      cpu: 2,
      cpuLimit: 4,
      swap: 7,
      pressureCpu: 0.12,
      pressureMemory: 0,
      pressureIo: null,
    });
  });

  it("of a stopped one has limits alone, of one on an offline node nothing", () => {
    const stopped = containerSample(container({ status: "stopped", cpu: 0, memory: 0 }), 1);
    expect(stopped).toMatchObject({ condition: "off", figures: { cpuLimit: 2, memoryLimit: 1024 ** 3 } });
    expect(stopped.figures).not.toHaveProperty("cpu");
    expect(containerSample(container({ stale: true }), 1)).toEqual({ time: 1, condition: "unknown", figures: {} });
    expect(nodeSample(node({ status: "offline" }), 1)).toEqual({ time: 1, condition: "unknown", figures: {} });
  });

  it("begins where what was recorded ends, and has a gap where nobody looked", () => {
    const looks = [look(100_000), look(130_000), look(140_000), look(600_000)];
    expect(liveColumns(looks, 120_000, 60)).toEqual({
      times: [130_000, 140_000, 599_000, 600_000],
      conditions: ["running", "running", "unknown", "running"],
      values: { cpu: [1, 1, null, 1] },
    });
    // Where a point stands for half an hour, ten minutes are no gap.
    expect(liveColumns(looks, 120_000, 1800).times).toEqual([130_000, 140_000, 600_000]);
  });
});

describe("marks", () => {
  const record = (changes: object, time = 5): AuditRecord =>
    ({
      time,
      run: "r1",
      event: "outcome",
      outcome: {
        vmid: 101,
        node: "pve1",
        name: "web-1",
        resource: "memory",
        unit: "MiB",
        from: 1024,
        to: 2048,
        outcome: "applied",
        reasons: [{ rule: "target", text: "It was full." }],
        ...changes,
      },
    }) as unknown as AuditRecord;
  const mine = ({ vmid }: { readonly vmid: number }): boolean => vmid === 101;

  it("are the changes that were applied, oldest first, in words", () => {
    const records = [
      record({ resource: "cores", unit: "cores", from: 4, to: 2 }, 9),
      record({}),
      record({ vmid: 102 }),
      record({ outcome: "failed" }),
      record({ outcome: "unknown" }),
      record({ resource: "mp0", unit: "GiB", from: 8, to: 9 }),
      { time: 1, run: "r1", event: "run-ended" } as unknown as AuditRecord,
    ];
    expect(marksOf(records, mine)).toEqual([
      {
        time: 5,
        name: "web-1 (101)",
        panel: "memory",
        direction: "up",
        change: "memory 1 GiB → 2 GiB",
        run: "r1",
        reasons: ["It was full."],
      },
      expect.objectContaining({ time: 9, panel: "cpu", direction: "down", change: "cores 4 → 2" }),
    ]);
  });

  it("count no limit as more than any", () => {
    const limit = { resource: "cpulimit", unit: "cores" };
    const [removed, set] = marksOf(
      [record({ ...limit, from: 2, to: null }), record({ ...limit, from: null, to: 2 }, 6)],
      mine,
    );
    expect([removed?.direction, set?.direction]).toEqual(["up", "down"]);
  });
});
