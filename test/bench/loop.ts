import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import {
  AuditLog,
  proxmoxHistory,
  readingOf,
  runLoop,
  SampleStore,
  StateStore,
  type LoopEvent,
} from "../../src/operate/index.js";
import { connect, type Gateway } from "../../src/proxmox/index.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { compared, medians, rounded, type Measurement } from "./measurement.js";

const containers = 500;
const cycles = 25;
/** A steady cycle of fabriziosalmi/proxmox-lxc-autoscale (879a849) starts 6N + 3 host commands, and one more a change. */
const predecessor = 6 * containers + 3;

const steady = `version: 1
interval: 60s
mode: apply
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 64, scaleUp: { above: 100%, for: 2h } }
    memory: { min: 16MiB, max: 64GiB, scaleUp: { above: 100%, for: 2h } }
`;

/** Wants every container to be another size. */
const changing = `version: 1
interval: 60s
mode: apply
defaults: { cooldown: { up: 0s, down: 0s } }
policies:
  - match: { vmids: [100-149] }
    cpu: { min: 1, max: 16, fixed: 5 }
safety: { maxChangesPerCycle: 1000, maxConcurrent: 6, reserve: { cpu: 0%, memory: 0MiB }, nodeLimits: { cpu: 100%, memory: 100% } }
`;

/**
 * A live cycle of 500 containers on the simulator in this process (its own work counts in, so the times are the most it
 * can be), beside the bare bulk request; its requests, beside what the predecessor needs; and what is kept of it.
 */
export async function measureLoop(): Promise<Measurement[]> {
  const directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-bench-"));
  await using simulator = await startSimulator({
    clock: "manual",
    start: Date.UTC(2026, 10, 21, 3),
    nodes: 10,
    containers,
  });
  await using gateway = connect({
    endpoints: [simulator.url],
    trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
    credentials: { kind: "token", token: simulator.token },
  });
  try {
    const quiet = await run(simulator, gateway, directory, steady, cycles);
    const later = quiet.slice(2);
    const bulk = await medians(
      15,
      () => gateway.inventory(),
      () => gateway.inventory(),
    );
    const busy = await run(simulator, gateway, directory, changing, 3);
    const changes = busy[0]?.applied ?? 0;
    const requests = middle(later.map((cycle) => cycle.requests));
    return [
      {
        name: `live cycle of ${containers} containers, requests`,
        value: requests,
        unit: "requests",
        comparedWith: `${predecessor} host commands of proxmox-lxc-autoscale`,
        ratio: rounded(requests / predecessor),
      },
      {
        name: `live cycle of ${containers} containers, requests for each of ${changes} changes`,
        value: rounded(((busy[0]?.requests ?? 0) - (busy[0]?.first ?? 0)) / Math.max(1, changes)),
        unit: "requests",
        comparedWith: "one read, one write and one read back",
        ratio: rounded(((busy[0]?.requests ?? 0) - (busy[0]?.first ?? 0)) / Math.max(1, changes) / 3),
      },
      compared(
        `live cycle of ${containers} containers, samples and decisions included`,
        "ms",
        { ours: middle(later.map(({ milliseconds }) => milliseconds)), theirs: bulk.theirs },
        "the bulk read alone",
      ),
      ...(await measureSamples(simulator, gateway, directory)),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Cycle {
  readonly requests: number;
  /** Of them those that a first cycle needs beside the bulk read. */
  readonly first: number;
  readonly milliseconds: number;
  readonly applied: number;
}

async function run(
  simulator: Simulator,
  gateway: Gateway,
  directory: string,
  text: string,
  count: number,
): Promise<readonly Cycle[]> {
  const { control } = simulator;
  const location = { directory, endpoint: simulator.url };
  const stop = new AbortController();
  const found: Cycle[] = [];
  let began = 0;
  let applied = 0;
  const begin = (): void => {
    control.forgetRequests();
    applied = 0;
    began = performance.now();
  };
  begin();
  await runLoop({
    gateway,
    configuration: { config: configurationOf(text), refresh: () => Promise.resolve(null) },
    stateStore: new StateStore(location),
    audit: new AuditLog(location),
    samples: new SampleStore(location),
    source: () => proxmoxHistory(gateway),
    lease: null,
    once: false,
    version: "bench",
    signal: stop.signal,
    tell: (event: LoopEvent) => {
      if (event.event === "outcome" && event.outcome === "applied") applied += 1;
      return Promise.resolve();
    },
    timer: {
      now: () => control.now(),
      wait: async (milliseconds) => {
        if (milliseconds === 0) return true;
        const seen = control.requests();
        found.push({
          requests: seen.length,
          first: seen.filter(({ method, path }) => method === "GET" && !path.endsWith("/config")).length,
          milliseconds: performance.now() - began,
          applied,
        });
        if (found.length >= count) stop.abort();
        else await control.advance(milliseconds);
        begin();
        return !stop.signal.aborted;
      },
    },
    openClock: () => Promise.resolve(() => control.now()),
    wall: () => control.now(),
    random: () => 0,
  });
  return found;
}

/** What an hour of it takes on the disk, and how long the last quarter of an hour of a day takes to read. */
async function measureSamples(simulator: Simulator, gateway: Gateway, directory: string): Promise<Measurement[]> {
  const store = new SampleStore({ directory, endpoint: "https://samples:8006" });
  const inventory = await gateway.inventory({ configurationOf: () => true });
  const start = Math.ceil(simulator.control.now() / 86_400_000) * 86_400_000;
  const minutes = 24 * 60 - 1;
  let samples = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    const { containers: all } = readingOf(inventory, start + minute * 60_000);
    samples += all.length;
    await store.append(inventory.cluster, {
      time: start + minute * 60_000,
      // Loads that are never the same twice, in pages as the kernel counts them.
      containers: all.map((one, index) => ({
        ...one,
        sample: {
          ...one.sample,
          cpu: one.sample.cpu === null ? null : ((index * 7919 + minute * 104_729) % 300_000) / 1_000_000,
          memory:
            one.sample.memory === null
              ? null
              : Math.round(one.sample.memory / 4096) * 4096 + ((index * 31 + minute * 17) % 2000) * 4096,
        },
      })),
    });
  }
  const folder = store.folder(inventory.cluster);
  const [name = ""] = await readdir(folder);
  const { size } = await stat(join(folder, name));
  const to = start + minutes * 60_000;
  const read = await medians(
    5,
    () => store.read(inventory.cluster, { from: to - 15 * 60_000, to }),
    () => store.read(inventory.cluster, { from: start, to }),
  );
  return [
    {
      name: "recorded usage, a sample on the disk",
      value: rounded(size / samples),
      unit: "bytes",
      comparedWith: "a row of the trace of some 60 bytes",
      ratio: rounded(size / samples / 60),
    },
    compared(`recorded usage, the last 15 minutes of a day of ${containers} containers`, "ms", read, "the whole day"),
  ];
}

function configurationOf(text: string): AutoscalerConfig {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(`The file of the benchmark has errors: ${JSON.stringify(findings)}`);
  return config;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
