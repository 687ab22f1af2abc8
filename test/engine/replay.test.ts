import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import {
  advance,
  decide,
  emptyState,
  reasonText,
  replay,
  replaying,
  traceOf,
  type Replay,
  type ReplayedChange,
  type ReplayInput,
  type State,
  type TraceRow,
} from "../../src/engine/index.js";
import { outcomeOf, type ContainerHistory, type Sample } from "../../src/model/index.js";
import { configuration, container, gibibyte, mebibyte } from "./fixtures.js";

const start = Date.UTC(2026, 10, 20);
const minute = 60_000;

function config(text: string): AutoscalerConfig {
  const reading = readAutoscalerFile(`version: 1\ntimezone: UTC\n${text}`, { file: "autoscaler.yaml" });
  if (reading.config === null) throw new Error(reading.findings.map(({ message }) => message).join("\n"));
  return reading.config;
}

/** One core more at 80 % for two minutes, one less at 25 % for five. */
const cpuOnly = `interval: 60s
defaults:
  match: { names: ["*"] }
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 25%, for: 5m, step: 1 } }
  cooldown: { up: 1m, down: 5m }
`;

/** Readings of one container, one for each given share of two cores, a minute apart. */
function readings(cpu: readonly (number | null)[], changes: Partial<TraceRow> = {}): readonly TraceRow[] {
  return cpu.map((share, index) => ({
    time: start + index * minute,
    vmid: 101,
    node: "pve1",
    name: "web-1",
    cpu: share,
    cores: 2,
    memory: 512 * mebibyte,
    memoryLimit: gibibyte,
    ...changes,
  }));
}

function changesOf(input: ReplayInput): { readonly result: Replay; readonly changes: readonly ReplayedChange[] } {
  const changes: ReplayedChange[] = [];
  const result = replay({ ...input, onChange: (change) => changes.push(change) });
  return { result, changes };
}

function told({ time, vmid, resource, from, to }: ReplayedChange): string {
  return `${(time - start) / minute}m ${vmid} ${resource} ${from} → ${to}`;
}

describe("a container that is replayed", () => {
  it("grows when its demand asks for it, and is less busy from then on", () => {
    // 1.8 of 2 cores: 90 %. After two readings it grows to 3, of which 1.8 are 60 %.
    const trace = traceOf(readings([0.9, 0.9, 0.9, 0.9, 0.9]));
    const { result, changes } = changesOf({ config: config(cpuOnly), trace });
    expect(changes.map(told)).toEqual(["1m 101 cores 2 → 3"]);
    expect(changes[0]?.reasons.map(reasonText)).toContain(
      "90 % of 2 cores is 1.8 in use, at or above 80 % for 2m; 3 brings it below",
    );
    // Two minutes at 2 cores, three at 3: 2 × 0.2 + 3 × 1.2 core-minutes are not used.
    expect(result.slack.coreHours).toBeCloseTo(4 / 60, 6);
    // Half of a GiB is not used for five minutes.
    expect(result.slack.gibHours).toBeCloseTo(2.5 / 60, 6);
    expect(result).toMatchObject({ changes: 1, oscillations: 0, saturation: { cpuMinutes: 0, memoryMinutes: 0 } });
  });

  it("starts from its first recorded size, and takes later ones for the record's own story", () => {
    const rows = readings(Array.from({ length: 10 }, () => 0.5)).map((row, index) =>
      index < 3 ? row : { ...row, cores: 4, cpu: 0.25 },
    );
    const { result, changes } = changesOf({ config: config(cpuOnly), trace: traceOf(rows) });
    // One core is in use all the time; 50 % of 2 cores wants nothing, and nobody is blamed for the 4.
    expect(changes).toEqual([]);
    expect(result.slack.coreHours).toBeCloseTo(10 / 60, 6);
  });

  it("uses no more than its size, and says how long it was full and how much memory was missing", () => {
    const shrinking = config(`${cpuOnly}policies:
  - { name: small, match: { vmids: [101] }, cpu: { fixed: 1, shrink: immediate }, memory: { fixed: 1GiB } }
`);
    // 1.5 cores and 1.25 GiB are wanted, of which the file gives 1 and 1: at first there are 2 and 1.25.
    const trace = traceOf(
      readings([0.5, 0.75, 0.75, 0.75], { memory: 960 * mebibyte, memoryLimit: 2 * gibibyte }).map((row, index) =>
        index < 2 ? row : { ...row, memory: 1280 * mebibyte },
      ),
    );
    const { result, changes } = changesOf({ config: shrinking, trace });
    expect(changes.map(told)).toEqual(["0m 101 cores 2 → 1", "0m 101 memory 2048 → 1152"]);
    expect(result.saturation).toEqual({ cpuMinutes: 3, memoryMinutes: 2 });
    expect(result.oomRisk).toEqual({ minutes: 2, mebibytes: 128 });
  });

  it("says where the record was at its own ceiling", () => {
    const trace = traceOf(readings([0.5, 1, 1, 0.5]));
    const { result } = changesOf({ config: config(cpuOnly), trace });
    expect(result.censored).toEqual({ cpuMinutes: 2, memoryMinutes: 0 });
    expect(result.saturation.cpuMinutes).toBe(2);
  });

  it("counts a change against the last direction as an oscillation only within the hour", () => {
    const quick = config(cpuOnly);
    const busy = Array.from({ length: 5 }, () => 0.9);
    const idle = (minutes: number) => Array.from({ length: minutes }, () => 0.05);
    expect(replay({ config: quick, trace: traceOf(readings([...busy, ...idle(6)])) })).toMatchObject({
      changes: 2,
      oscillations: 1,
    });
    const pause = Array.from({ length: 70 }, () => 0.6);
    expect(replay({ config: quick, trace: traceOf(readings([...busy, ...pause, ...idle(6)])) })).toMatchObject({
      changes: 2,
      oscillations: 0,
    });
  });

  it("is judged by what is known: unknown and impossible readings are none, and a gap is not filled", () => {
    const trace = traceOf([
      ...readings([0.9, null, 0.9]),
      ...readings([7, 0.9]).map((row) => ({ ...row, time: row.time + 3 * minute })),
      // An hour later it is back.
      ...readings([0.5, 0.5]).map((row) => ({ ...row, time: row.time + 65 * minute })),
    ]);
    const { result, changes } = changesOf({ config: config(cpuOnly), trace });
    expect(changes).toEqual([]);
    // Five readings count a minute each, the first after the gap too: 3 × 0.2 + 2 × 1 core-minutes.
    expect(result.slack.coreHours).toBeCloseTo(2.6 / 60, 6);
  });

  it("may appear and vanish", () => {
    const other = readings([0.9, 0.9, 0.9], { vmid: 102, name: "web-2" }).map((row) => ({
      ...row,
      time: row.time + 10 * minute,
    }));
    const rows = [...readings(Array.from({ length: 5 }, () => 0.5)), ...other];
    const { result, changes } = changesOf({ config: config(cpuOnly), trace: traceOf(rows) });
    expect(changes.map(told)).toEqual(["11m 102 cores 2 → 3"]);
    expect(result.containers.map(({ vmid, changes: count }) => [vmid, count])).toEqual([
      [101, 0],
      [102, 1],
    ]);
  });
});

describe("a replay", () => {
  it("decides at the times of the trace that are at least an interval apart", () => {
    const trace = traceOf(
      readings(Array.from({ length: 12 }, () => 0.5)).map((row, index) => ({ ...row, time: start + index * 20_000 })),
    );
    expect([...replaying({ config: config(cpuOnly), trace })]).toHaveLength(4);
  });

  it("takes tags and pools from what is known of the containers, and says what it can't match without", () => {
    const tagged = config(`interval: 60s
policies:
  - { name: web, match: { tags: [web] }, cpu: { fixed: 4 } }
  - { name: jobs, match: { pools: [jobs] }, cpu: { fixed: 3 } }
`);
    const trace = traceOf(readings([0.5, 0.5]));
    const without = replay({ config: tagged, trace });
    expect(without.containers[0]).toMatchObject({ managed: false, changes: 0 });
    expect(without.notes[0]).toBe(
      "A trace has no tags and pools, so policy web and policy jobs match nothing: --inventory gives them.",
    );
    const known = new Map([[101, { tags: ["web"], pool: null }]]);
    const { result, changes } = changesOf({ config: tagged, trace, known });
    expect(changes.map(told)).toEqual(["0m 101 cores 2 → 4"]);
    expect(result.notes.join(" ")).not.toContain("tags");
  });

  it("holds growth against nodes only where their sizes are given", () => {
    const file = config(cpuOnly);
    const trace = traceOf(readings([0.9, 0.9, 0.9, 0.9]));
    const nodes = (cores: number) => [{ name: "pve1", cores, memory: 64 * gibibyte }];
    expect(replay({ config: file, trace }).notes.join(" ")).toContain("--nodes");
    expect(replay({ config: file, trace, nodes: nodes(8) }).changes).toBe(1);
    // 1.8 of 2 cores in use, of which the reserve takes a tenth: there is no room for another.
    expect(replay({ config: file, trace, nodes: nodes(2) }).changes).toBe(0);
  });

  it("manages a cpulimit from the recorded cores on", () => {
    const limited = config(`interval: 60s
defaults: { match: { names: ["*"] }, cpu: { resource: cpulimit, target: 60%, max: 4 } }
`);
    const { result, changes } = changesOf({ config: limited, trace: traceOf(readings([0.9, 0.9])) });
    expect(changes.map(told)).toEqual(["0m 101 cpulimit 2 → 3"]);
    expect(result.notes.join(" ")).toContain("A trace has no cpulimit");
  });

  it("says nothing of an empty trace", () => {
    expect(replay({ config: config(cpuOnly), trace: traceOf([]) })).toMatchObject({ changes: 0, containers: [] });
  });

  it("works with percentiles, estimates, boosts and schedules as a plan does", () => {
    const rich = config(`interval: 60s
defaults:
  match: { names: ["*"] }
  cpu: { percentile: { of: 50%, over: 20m, margin: 15% }, min: 1, max: 8 }
  memory:
    target: 70%
    min: 256MiB
    max: 4GiB
    boost: { above: 95%, samples: 3, factor: 1.5, duration: 5m }
schedules:
  - { name: first, match: { names: ["*"] }, when: { from: "00:00", to: "00:30" }, cpu: { max: 3 } }
`);
    const rows = readings(Array.from({ length: 60 }, (_, index) => (index % 7) / 7)).map((row, index) => ({
      ...row,
      memory: (0.5 + (index % 5) / 10) * gibibyte,
    }));
    const { result, changes } = changesOf({ config: rich, trace: traceOf(rows) });
    expect(result.changes).toBe(changes.length);
    expect(changes.some(({ resource }) => resource === "cores")).toBe(true);
    expect(changes.some(({ resource }) => resource === "memory")).toBe(true);
  });
});

/** Usage of a few containers over some time, with gaps, unknown figures and times that are not quite regular. */
const usage = fc.option(
  fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  { nil: null, freq: 15 },
);
const recorded = fc
  .array(
    fc.record({
      step: fc.integer({ min: 50, max: 70 }),
      cpu: fc.array(usage, { minLength: 3, maxLength: 3 }),
      present: fc.integer({ min: 0, max: 7 }),
    }),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  .map((times) => {
    let time = start;
    return times.flatMap(({ step, cpu, present }) => {
      time += step * 1000;
      return cpu.flatMap((share, index) =>
        // Most of the time all are there.
        present > 3 || (present >> index) % 2 === 1
          ? readings([share], {
              time,
              vmid: 101 + index,
              name: `web-${index + 1}`,
              cores: 1 + index,
              memory: share === null ? null : Math.round((0.1 + share * 0.9) * gibibyte),
            })
          : [],
      );
    });
  });

const both = config(`interval: 60s
defaults:
  match: { names: ["*"] }
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 25%, for: 4m, step: 1 } }
  memory: { target: 70%, tolerance: 10%, min: 256MiB, max: 4GiB }
  cooldown: { up: 1m, down: 3m }
safety: { maxChangesPerCycle: 2 }
`);

describe("whatever was recorded, a replay", () => {
  it("gives the same each time, and counts what it tells", () => {
    fc.assert(
      fc.property(recorded, (rows) => {
        const trace = traceOf(rows);
        const first = changesOf({ config: both, trace });
        expect(changesOf({ config: both, trace })).toEqual(first);
        expect(first.result.changes).toBe(first.changes.length);
        const sum = first.result.containers.reduce((total, one) => total + one.changes, 0);
        expect(sum).toBe(first.result.changes);
        for (const { resource, to } of first.changes) {
          const [least, most] = resource === "memory" ? [256, 4096] : [1, 8];
          expect(to).toBeGreaterThanOrEqual(least);
          expect(to).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it("does not mind in which order the containers of one time stand", () => {
    fc.assert(
      fc.property(recorded, (rows) => {
        const turned = rows.toSorted((a, b) => a.time - b.time || b.vmid - a.vmid);
        expect(changesOf({ config: both, trace: traceOf(turned) })).toEqual(
          changesOf({ config: both, trace: traceOf(rows) }),
        );
      }),
    );
  });

  it("decides what a live loop decides that meets the same usage", () => {
    fc.assert(
      fc.property(recorded, (rows) => {
        const { changes } = changesOf({ config: both, trace: traceOf(rows) });
        expect(changes.map(told)).toEqual(liveLoop(rows).map(told));
      }),
    );
  });

  it("holds nothing that grows with the cycles, in a hundred thousand of them", () => {
    const cycles = 100_000;
    const rows = function* (): Generator<TraceRow> {
      for (let index = 0; index < cycles; index += 1) {
        const share = 0.5 + 0.5 * Math.sin(index / 50);
        yield* readings([share], { time: start + index * minute, memory: (0.2 + share * 0.7) * gibibyte });
      }
    };
    const trace = traceOf(rows());
    // The longest that was kept of the samples shows in what a decision costs; state and samples must not grow.
    let kept = 0;
    const result = replay({ config: both, trace, onReading: ({ samples }) => (kept = Math.max(kept, samples)) });
    expect(result.changes).toBeGreaterThan(1000);
    expect(kept).toBeLessThan(200);
  }, 60_000);
});

/** A loop as simple as can be: observes, decides, carries out, remembers. Its containers have the demand that was recorded. */
function liveLoop(rows: readonly TraceRow[]): readonly ReplayedChange[] {
  const sizes = new Map<number, { cores: number; memory: number }>();
  const histories = new Map<number, { stepSeconds: number; samples: Sample[] }>();
  const seen = new Map<number, TraceRow>();
  const changes: ReplayedChange[] = [];
  const times = [...new Set(rows.map(({ time }) => time))];
  const distances = times
    .slice(1)
    .map((time, index) => time - times[index]!)
    .sort((a, b) => a - b);
  const stepSeconds = (distances[distances.length >> 1] ?? minute) / 1000;
  const period = Math.max(60, stepSeconds);
  let state: State = emptyState();
  let last = Number.NEGATIVE_INFINITY;
  for (const now of times) {
    for (const row of rows.filter(({ time }) => time === now)) {
      const size = sizes.get(row.vmid) ?? { cores: row.cores!, memory: row.memoryLimit! / mebibyte };
      sizes.set(row.vmid, size);
      seen.set(row.vmid, row);
      const history = histories.get(row.vmid) ?? { stepSeconds, samples: [] };
      histories.set(row.vmid, history);
      history.samples.push({
        time: now,
        cpu: row.cpu === null ? null : Math.min(1, (row.cpu * row.cores!) / size.cores),
        cores: size.cores,
        memory: row.memory === null ? null : Math.min(row.memory, size.memory * mebibyte),
        memoryLimit: size.memory * mebibyte,
      });
    }
    if (now - last < 57_000) continue;
    last = now;
    const present = [...seen.values()].filter(({ time }) => now - time <= 2 * period * 1000);
    const inventory = {
      cluster: "lab",
      observedAt: Math.min(...present.map(({ time }) => time)),
      quorate: null,
      nodes: [],
      problems: [],
      containers: present.map(({ vmid, node, name }) => {
        const size = sizes.get(vmid)!;
        return container({
          vmid,
          node,
          name,
          tags: [],
          cores: size.cores,
          memoryLimit: size.memory * mebibyte,
          configuration: configuration({ cores: size.cores, cpulimit: null, memory: size.memory }),
        });
      }),
    };
    const history = histories as ReadonlyMap<number, ContainerHistory>;
    const plan = decide({ config: both, inventory, history, state, now });
    const outcomes = plan.decisions.map((decision) => {
      const changing = decision.action === "scale-up" || decision.action === "scale-down";
      if (changing) {
        const { vmid, name, resource, unit, from, to, reasons } = decision;
        sizes.get(vmid)![resource === "memory" ? "memory" : "cores"] = to!;
        changes.push({ time: now, vmid, name, resource, unit, from: from!, to: to!, reasons });
      }
      return outcomeOf(decision, changing ? "applied" : "skipped", changing);
    });
    state = advance(state, outcomes, now);
  }
  return changes;
}
