import { readFile } from "node:fs/promises";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import { advance, decide, emptyState, type State } from "../../src/engine/index.js";
import { outcomeOf } from "../../src/model/index.js";
import type { Container, ContainerHistory, Decision, Inventory, Node, Outcome, Sample } from "../../src/model/index.js";
import { medians, rounded, type Measurement } from "./measurement.js";

const containers = 10_000;
const samples = 40;
const firstVmid = 105;
const cycles = 41;
const minute = 60_000;
const begin = Date.UTC(2026, 10, 21, 12);
const gibibyte = 2 ** 30;

/** What one cycle of the loop is given. */
interface Cycle {
  readonly inventory: Inventory;
  readonly history: ReadonlyMap<number, ContainerHistory>;
  readonly now: number;
}

/**
 * Cycles of a loop over 10,000 containers with two resources each, under the example that the documents show: each has a
 * fresh inventory, one reading more, and the state that the last one left. Beside it a loop that only compares and clamps.
 */
export async function measureEngine(): Promise<Measurement[]> {
  const config = await exampleConfig();
  const historyAt = makeHistory();
  let state: State = emptyState();
  let turn = 0;
  const observe = (): Cycle => {
    turn += 1;
    return { inventory: makeInventory(turn), history: historyAt(turn), now: begin + turn * minute };
  };
  let cycle = observe();
  // What does not count: remembering what was done, which is nothing, and reading the cluster.
  const prepare = (): void => {
    const { decisions } = decide({ config, ...cycle, state });
    state = advance(state, decisions.map(skipped), cycle.now);
    cycle = observe();
  };
  const ours = (): unknown => decide({ config, ...cycle, state });
  const { ours: whole, theirs: bare } = await medians(cycles, ours, () => bareLoop(cycle), prepare);
  return [
    {
      name: "decide, a container",
      value: rounded((whole * 1e6) / containers),
      unit: "ns",
      comparedWith: "a loop that compares and clamps",
      ratio: rounded(whole / bare),
    },
    {
      name: "decide, 10,000 containers",
      value: rounded(whole),
      unit: "ms",
      comparedWith: "limit of 20 ms",
      ratio: rounded(whole / 20),
    },
  ];
}

async function exampleConfig(): Promise<AutoscalerConfig> {
  const text = await readFile("test/fixtures/contract-example.autoscaler.yaml", "utf8");
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(`The file of the benchmark has errors: ${JSON.stringify(findings)}`);
  return config;
}

function skipped(decision: Decision): Outcome {
  return outcomeOf(decision, "skipped", false);
}

/** The least that any such program does: thresholds on the newest sample, a step, a clamp. */
function bareLoop({ inventory, history }: Cycle): number {
  let changes = 0;
  for (const { vmid, cores } of inventory.containers) {
    const newest = history.get(vmid)?.samples.at(-1);
    if (newest === undefined || newest.cpu === null || cores === null) continue;
    const wanted = newest.cpu >= 0.8 ? cores + 1 : newest.cpu <= 0.25 ? cores - 1 : cores;
    if (Math.min(Math.max(wanted, 1), 8) !== cores) changes += 1;
  }
  return changes;
}

function makeInventory(turn: number): Inventory {
  return {
    cluster: "bench",
    observedAt: begin + turn * minute,
    quorate: true,
    nodes: ["pve1", "pve2"].map(makeNode),
    containers: Array.from({ length: containers }, (_, index) => makeContainer(index, turn)),
    problems: [],
  };
}

function makeNode(name: string): Node {
  return {
    name,
    status: "online",
    cpu: 0.4,
    cores: 64,
    memory: 128 * gibibyte,
    memoryLimit: 512 * gibibyte,
    memoryAvailable: 384 * gibibyte,
    uptime: 86_400,
    fingerprint: null,
  };
}

/** Half of them are the example's web servers, half its batch jobs, and eleven its databases. */
function makeContainer(index: number, turn: number): Container {
  const cores = coresOf(index);
  const web = index % 2 === 0;
  return {
    vmid: firstVmid + index,
    node: index % 4 < 2 ? "pve1" : "pve2",
    name: web ? `web-${index}` : `batch-${index}`,
    status: "running",
    template: false,
    lock: null,
    tags: web ? ["web", "blue"] : [],
    pool: web ? null : "jobs",
    haState: null,
    cpu: usage(index, turn),
    cores,
    memory: gibibyte * usage(index + 5, turn),
    memoryLimit: gibibyte,
    swap: 0,
    swapLimit: gibibyte / 2,
    disk: gibibyte,
    diskLimit: 8 * gibibyte,
    uptime: 86_400,
    pressure: null,
    stale: false,
    configuration: {
      cores,
      cpulimit: web ? null : cores,
      memory: 1024,
      swap: 512,
      digest: "0".repeat(40),
      pending: [],
      volumes: [],
      protection: false,
      unprivileged: true,
      description: null,
      readAt: begin,
    },
  };
}

/** The readings that the loop keeps: of each cycle one more for each container, and the oldest is dropped. */
function makeHistory(): (turn: number) => ReadonlyMap<number, ContainerHistory> {
  const all = Array.from({ length: containers }, (_, index) => ({
    index,
    samples: Array.from({ length: samples }, (__, at) => makeSample(index, at + 1 - samples)),
  }));
  const history = new Map(
    all.map(({ index, samples: kept }) => [firstVmid + index, { stepSeconds: 60, samples: kept }]),
  );
  return (turn) => {
    for (const { index, samples: kept } of all) {
      kept.shift();
      kept.push(makeSample(index, turn));
    }
    return history;
  };
}

function makeSample(index: number, turn: number): Sample {
  return {
    time: begin + turn * minute,
    cpu: usage(index, turn),
    cores: coresOf(index),
    memory: gibibyte * usage(index + 5, turn),
    memoryLimit: gibibyte,
  };
}

function coresOf(index: number): number {
  return 1 + (index % 4);
}

/**
 * Between 0 and 1, different for each container and time, the same in every run: most are in the middle, one in ten is
 * idle all the time and one in ten is busy.
 */
function usage(index: number, at: number): number {
  const noise = ((index * 37 + at * 11) % 100) / 100;
  if (index % 10 === 0) return 0.02 + noise / 10;
  return index % 10 === 1 ? 0.9 + noise / 10 : 0.4 + noise / 5;
}
