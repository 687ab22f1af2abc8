import { readAutoscalerFile } from "../../src/config/index.js";
import { decide, emptyState } from "../../src/engine/index.js";
import type { Container, ContainerHistory, Inventory, Node, Sample } from "../../src/model/index.js";
import { medians, rounded, type Measurement } from "./measurement.js";

const containers = 10_000;
const nodes = 30;
const samples = 15;
const now = Date.UTC(2026, 10, 21, 12);
const gibibyte = 2 ** 30;

const text = `version: 1
interval: 60s
timezone: Europe/Berlin
defaults:
  match: { names: ["*"] }
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 25%, for: 15m, step: 1 } }
  memory: { min: 512MiB, max: 8GiB, scaleUp: { above: 85%, for: 2m, step: 512MiB }, scaleDown: { below: 40%, for: 15m, step: 256MiB } }
policies:
  - name: web
    match: { tags: [web] }
    cpu: { target: 60%, tolerance: 10%, max: 12 }
schedules:
  - name: nights
    match: { tags: [web] }
    when: { days: [mon-fri], from: "22:00", to: "06:00" }
    cpu: { max: 2 }
safety: { maxChangesPerCycle: 50 }
`;

/** One decision of 10,000 containers with two resources each, beside a loop that only compares and clamps. */
export async function measureEngine(): Promise<Measurement[]> {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(`The file of the benchmark has errors: ${JSON.stringify(findings)}`);
  const inventory = makeInventory();
  const history = new Map(inventory.containers.map((container) => [container.vmid, makeHistory(container)]));
  const state = emptyState();
  const ours = (): unknown => decide({ config, inventory, history, state, now });
  const { ours: whole, theirs: bare } = await medians(7, ours, () => bareLoop(inventory, history));
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
      comparedWith: "limit of 1000 ms",
      ratio: rounded(whole / 1000),
    },
  ];
}

/** The least that any such program does: thresholds on the newest sample, a step, a clamp. */
function bareLoop(inventory: Inventory, history: ReadonlyMap<number, ContainerHistory>): number {
  let changes = 0;
  for (const { vmid, cores } of inventory.containers) {
    const newest = history.get(vmid)?.samples.at(-1);
    if (newest === undefined || newest.cpu === null || cores === null) continue;
    const wanted = newest.cpu >= 0.8 ? cores + 1 : newest.cpu <= 0.25 ? cores - 1 : cores;
    if (Math.min(Math.max(wanted, 1), 8) !== cores) changes += 1;
  }
  return changes;
}

function makeInventory(): Inventory {
  return {
    cluster: "bench",
    observedAt: now,
    quorate: true,
    nodes: Array.from({ length: nodes }, (_, index): Node => ({
      name: `pve${index + 1}`,
      status: "online",
      cpu: 0.4,
      cores: 64,
      memory: 128 * gibibyte,
      memoryLimit: 512 * gibibyte,
      memoryAvailable: 384 * gibibyte,
      uptime: 86_400,
      fingerprint: null,
    })),
    containers: Array.from({ length: containers }, (_, index) => makeContainer(index)),
    problems: [],
  };
}

function makeContainer(index: number): Container {
  const cores = 1 + (index % 4);
  return {
    vmid: 100 + index,
    node: `pve${(index % nodes) + 1}`,
    name: `ct-${index}`,
    status: "running",
    template: false,
    lock: null,
    tags: index % 3 === 0 ? ["web"] : [],
    pool: null,
    haState: null,
    cpu: usage(index, samples - 1),
    cores,
    memory: gibibyte * usage(index + 5, samples - 1),
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
      cpulimit: null,
      memory: 1024,
      swap: 512,
      digest: "0".repeat(40),
      volumes: [],
      pending: [],
      protection: false,
      unprivileged: true,
      description: null,
      readAt: now,
    },
  };
}

function makeHistory({ vmid, cores, memoryLimit }: Container): ContainerHistory {
  const index = vmid - 100;
  return {
    stepSeconds: 60,
    samples: Array.from({ length: samples }, (_, at): Sample => ({
      time: now - (samples - 1 - at) * 60_000,
      cpu: usage(index, at),
      cores,
      memory: gibibyte * usage(index + 5, at),
      memoryLimit,
    })),
  };
}

/** Between 0 and 1, different for each container and time, the same in every run. */
function usage(index: number, at: number): number {
  return ((index * 37 + at * 11) % 100) / 100;
}
