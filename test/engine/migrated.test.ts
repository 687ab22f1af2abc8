import { describe, expect, it } from "vitest";
import { migrateConfiguration, readAutoscalerFile } from "../../src/config/index.js";
import type { AutoscalerConfig } from "../../src/config/index.js";
import { advance, decide, emptyState } from "../../src/engine/index.js";
import type { Container, Decision, Node } from "../../src/model/index.js";
import {
  carriedOut,
  configuration,
  container,
  gibibyte,
  inventory,
  mebibyte,
  minutes,
  node,
  now,
  rulesOf,
} from "./fixtures.js";

/** What an older file decides after its migration: the same as the older program documented for these inputs. */
function configOf(text: string, file = "old.yaml"): AutoscalerConfig {
  const migration = migrateConfiguration(text, { file });
  if (migration.kind !== "migrated") throw new Error(`${migration.kind}: ${text}`);
  const { config, findings } = readAutoscalerFile(migration.text, {
    file: "autoscaler.yaml",
    environment: { PROXMOX_TOKEN: "root@pam!ours=00000000-0000-0000-0000-000000000000" },
  });
  if (config === null) throw new Error(`${findings.map(({ message }) => message).join("\n")}\n${migration.text}`);
  return config;
}

interface Input {
  readonly vmid?: number;
  /** Percent of the cores. */
  readonly cpu?: number;
  readonly cores?: number;
  /** Percent of the limit. */
  readonly memory?: number;
  /** MiB. */
  readonly limit?: number;
  readonly at?: number;
  readonly node?: Partial<Node>;
}

function busy({ vmid = 101, cpu = 50, cores = 4, memory = 50, limit = 1024 }: Input): Container {
  return container({
    vmid,
    cpu: cpu / 100,
    cores,
    memory: (limit * mebibyte * memory) / 100,
    memoryLimit: limit * mebibyte,
    configuration: configuration({ cores, memory: limit }),
  });
}

function decisions(config: AutoscalerConfig, input: Input): readonly Decision[] {
  const one = busy(input);
  const at = input.at ?? now;
  const { cpu, cores, memory, memoryLimit } = one;
  const reading = { cpu, cores, memory, memoryLimit };
  const shift = at - now;
  const history = minutes(30, reading);
  const samples = history.samples.map((sample) => ({ ...sample, time: sample.time + shift }));
  return decide({
    config,
    inventory: inventory({ containers: [one], nodes: [node(input.node)], observedAt: at }),
    history: new Map([[one.vmid, { ...history, samples }]]),
    state: emptyState(),
    now: at,
  }).decisions;
}

function sizeOf(config: AutoscalerConfig, input: Input, resource: "cores" | "memory"): number | null | undefined {
  return decisions(config, input).find((decision) => decision.resource === resource)?.to;
}

const old = (lines: string): string => `DEFAULT:\n  min_memory: 256\n${lines.replace(/^/gmu, "  ")}\n`;

type Row = readonly [lines: string, input: Input, resource: "cores" | "memory", to: number];

describe("proxmox-lxc-autoscale after its migration", () => {
  const rows: readonly Row[] = [
    // Thresholds: the documented percentage itself counts.
    ["cpu_upper_threshold: 80", { cpu: 80 }, "cores", 4], // max_cores is 4
    ["cpu_upper_threshold: 80\nmax_cores: 8", { cpu: 80 }, "cores", 5],
    ["cpu_upper_threshold: 80\nmax_cores: 8", { cpu: 79.9 }, "cores", 4],
    ["cpu_upper_threshold: 60\nmax_cores: 8", { cpu: 60 }, "cores", 5],
    ["cpu_upper_threshold: 60\nmax_cores: 8", { cpu: 59 }, "cores", 4],
    ["cpu_lower_threshold: 20", { cpu: 20 }, "cores", 3],
    ["cpu_lower_threshold: 20", { cpu: 20.1 }, "cores", 4],
    ["cpu_lower_threshold: 30", { cpu: 30 }, "cores", 3],
    ["cpu_lower_threshold: 0", { cpu: 0 }, "cores", 4],
    ["memory_upper_threshold: 70", { memory: 70 }, "memory", 1280],
    ["memory_upper_threshold: 70", { memory: 69.9 }, "memory", 1024],
    ["memory_lower_threshold: 20", { memory: 20 }, "memory", 896],
    ["memory_lower_threshold: 20", { memory: 20.1 }, "memory", 1024],
    // Steps.
    ["max_cores: 16\ncore_max_increment: 2", { cpu: 100 }, "cores", 6],
    ["max_cores: 16\ncore_max_increment: 1", { cpu: 100 }, "cores", 5],
    ["max_cores: 16\ncore_min_increment: 3\ncore_max_increment: 4", { cpu: 80 }, "cores", 7],
    ["max_cores: 16\ncore_min_increment: 3\ncore_max_increment: 2", { cpu: 80 }, "cores", 6],
    ["memory_min_increment: 512", { memory: 80 }, "memory", 1536],
    ["min_decrease_chunk: 256", { memory: 10 }, "memory", 768],
    ["behaviour: conservative", { memory: 80 }, "memory", 1152],
    ["behaviour: aggressive", { memory: 80 }, "memory", 1536],
    ["behaviour: conservative\nmin_decrease_chunk: 256", { memory: 10 }, "memory", 896],
    ["behaviour: aggressive", { cpu: 80, cores: 2 }, "cores", 3],
    // Between the least and the most: what brings usage below the threshold. 972.8 MiB at less than 80 % take 1216.
    ["memory_min_increment: 64", { memory: 95 }, "memory", 1280],
    ["memory_min_increment: 64\nmemory_scale_factor: 30", { memory: 95 }, "memory", 1088],
    // Bounds cut a step; the older program dropped it.
    ["max_cores: 5\ncore_min_increment: 2", { cpu: 95 }, "cores", 5],
    ["min_cores: 4", { cpu: 1 }, "cores", 4],
    ["min_cores: 3\ncore_min_increment: 2", { cpu: 1 }, "cores", 3],
    ["min_memory: 960", { memory: 1 }, "memory", 960],
    ["max_memory: 1152", { memory: 95 }, "memory", 1152],
    ["max_memory: 1100\nmin_memory: 100", { memory: 95 }, "memory", 1100],
    // Growth has no other ceiling.
    ["", { memory: 95, limit: 65536 }, "memory", 68928],
    // Leaving alone.
    ['ignore_lxc: ["101"]\nmax_cores: 8', { cpu: 99 }, "cores", 4],
    ["ignore_lxc: [101, 102]\nmax_cores: 8", { cpu: 99 }, "cores", 4],
    ["ignore_lxc: 100, 101\nmax_cores: 8", { cpu: 99 }, "cores", 4],
    ["ignore_lxc: [102]\nmax_cores: 8", { cpu: 99 }, "cores", 5],
    // The reserve of the node.
    ["max_cores: 8\nreserve_cpu_percent: 50", { cpu: 99, node: { cores: 10, cpu: 0.5 } }, "cores", 4],
    ["max_cores: 8\nreserve_cpu_percent: 20", { cpu: 99, node: { cores: 10, cpu: 0.5 } }, "cores", 5],
    ["reserve_memory_mb: 4096", { memory: 95, node: { memoryAvailable: 4 * gibibyte } }, "memory", 1024],
    ["reserve_memory_mb: 1024", { memory: 95, node: { memoryAvailable: 4 * gibibyte } }, "memory", 1280],
    // Variables of both kinds.
    ["max_cores: ${CORES:-8}\ncpu_upper_threshold: ${UP:-50}", { cpu: 50 }, "cores", 5],
    // A boost does nothing else.
    ["scaling_mode: boost\nmax_cores: 8", { cpu: 94 }, "cores", 4],
    ["scaling_mode: boost\nmax_cores: 8", { cpu: 95 }, "cores", 6],
    ["scaling_mode: boost\nmax_cores: 8\nsaturation_threshold: 0.8\nboost_factor: 1.25", { cpu: 80 }, "cores", 5],
    ["scaling_mode: boost", { cpu: 1 }, "cores", 4],
    ["scaling_mode: boost", { memory: 95 }, "memory", 1536],
  ];

  it.each(rows)("%j, %j: %s become %s", (lines, input, resource, to) => {
    expect(sizeOf(configOf(old(lines)), input, resource)).toBe(to);
  });

  it("wants all readings of one interval", () => {
    const config = configOf(old("poll_interval: 300\nmax_cores: 8"));
    const one = busy({ cpu: 95 });
    const readings = (seconds: number) => ({
      stepSeconds: 60,
      samples: minutes(30, { cpu: 0.95, cores: 4, memory: one.memory, memoryLimit: one.memoryLimit }).samples.map(
        (sample) => (now - sample.time > seconds * 1000 ? { ...sample, cpu: 0.1 } : sample),
      ),
    });
    const cores = (seconds: number) =>
      decide({
        config: { ...config, intervalSeconds: 60 },
        inventory: inventory({ containers: [one] }),
        history: new Map([[101, readings(seconds)]]),
        state: emptyState(),
        now,
      }).decisions[0]?.to;
    expect(cores(60)).toBe(4);
    expect(cores(300)).toBe(5);
  });

  it("waits for nothing but the next look", () => {
    const config = configOf(old("max_cores: 16"));
    const first = decide({
      config,
      inventory: inventory({ containers: [busy({ cpu: 99 })] }),
      history: new Map([[101, minutes(30, { cpu: 0.99, memory: 512 * mebibyte, memoryLimit: 1024 * mebibyte })]]),
      state: emptyState(),
      now,
    });
    const state = advance(emptyState(), carriedOut(first), now);
    const later = now + 300_000;
    const grown = busy({ cpu: 99, cores: 5 });
    const samples = minutes(30, { cpu: 0.99, cores: 5, memory: grown.memory, memoryLimit: grown.memoryLimit }).samples;
    const second = decide({
      config,
      inventory: inventory({ containers: [grown], observedAt: later }),
      history: new Map([
        [101, { stepSeconds: 60, samples: samples.map((one) => ({ ...one, time: one.time + 300_000 })) }],
      ]),
      state,
      now: later,
    });
    expect([first.decisions[0]?.to, second.decisions[0]?.to]).toEqual([5, 7]);
  });

  it("changes as many containers in one cycle as want it", () => {
    const config = configOf(old("max_cores: 8"));
    const containers = Array.from({ length: 40 }, (_, index) => busy({ vmid: 200 + index, cpu: 99, cores: 1 }));
    const plan = decide({
      config,
      inventory: inventory({ containers, nodes: [node({ cores: 512, cpu: 0.1 })] }),
      history: new Map(
        containers.map(({ vmid, memory, memoryLimit }) => [
          vmid,
          minutes(30, { cpu: 0.99, cores: 1, memory, memoryLimit }),
        ]),
      ),
      state: emptyState(),
      now,
    });
    expect(plan.summary.scaleUp).toBe(40);
  });

  describe("in tiers", () => {
    const tiers = `DEFAULT: { max_cores: 8, min_memory: 256 }
TIER_web: { lxc_containers: ["101", 102], cpu_upper_threshold: 60, max_cores: 6 }
TIER_db: { lxc_containers: [102], memory_upper_threshold: 50 }
TIER_fast: { lxc_containers: [103], scaling_mode: boost, boost_factor: 2 }
`;
    it.each([
      [{ vmid: 101, cpu: 60 }, "cores", 5],
      [{ vmid: 101, cpu: 99, cores: 6 }, "cores", 6],
      [{ vmid: 101, memory: 80 }, "memory", 1280],
      // The last tier had it, whole: the threshold of the first does not count.
      [{ vmid: 102, cpu: 60 }, "cores", 4],
      [{ vmid: 102, memory: 50 }, "memory", 1280],
      // Boost alone: thresholds don't count.
      [{ vmid: 103, cpu: 90 }, "cores", 4],
      [{ vmid: 103, cpu: 1 }, "cores", 4],
      [{ vmid: 103, cpu: 96 }, "cores", 8],
      // Everything else follows DEFAULT.
      [{ vmid: 104, cpu: 60 }, "cores", 4],
      [{ vmid: 104, cpu: 80 }, "cores", 5],
    ] as const)("%j: %s become %s", (input, resource, to) => {
      expect(sizeOf(configOf(tiers), input, resource)).toBe(to);
    });
  });

  it("goes to the minimum off-peak, as far as use lets", () => {
    const config = configOf(old("energy_mode: true\noff_peak_start: 22\noff_peak_end: 6\ntimezone: Europe/Rome"));
    const day = Date.parse("2026-11-21T10:00:00Z");
    const night = Date.parse("2026-11-21T21:30:00Z");
    const idle = { cpu: 30, memory: 30 };
    expect([sizeOf(config, { ...idle, at: day }, "cores"), sizeOf(config, { ...idle, at: day }, "memory")]).toEqual([
      4, 1024,
    ]);
    // 1.2 cores are in use, and 307 MiB, which are 80 % of 384: as much as would grow it again.
    expect(sizeOf(config, { ...idle, at: night }, "cores")).toBe(2);
    expect(sizeOf(config, { ...idle, at: night }, "memory")).toBe(448);
  });

  it("keeps to the hours that do not go over midnight, which the older program took for all day", () => {
    const config = configOf(old("energy_mode: true\noff_peak_start: 1\noff_peak_end: 5\ntimezone: UTC"));
    expect(sizeOf(config, { cpu: 30, at: Date.parse("2026-11-21T00:59:00Z") }, "cores")).toBe(4);
    expect(sizeOf(config, { cpu: 30, at: Date.parse("2026-11-21T01:00:00Z") }, "cores")).toBe(2);
    expect(sizeOf(config, { cpu: 30, at: Date.parse("2026-11-21T05:00:00Z") }, "cores")).toBe(4);
  });

  it("decides the same as variables and as INI", () => {
    const keys = { CPU_UPPER_THRESHOLD: 60, MAX_CORES: 8, MIN_MEMORY: 256, IGNORE_LXC: "105" };
    const variables = Object.entries(keys).map(([key, value]) => `${key}=${value}`);
    const ini = Object.entries(keys).map(([key, value]) => `${key.toLowerCase()} = ${value}   `);
    for (const [text, file] of [
      [variables.join("\n"), ".env"],
      [`[DEFAULT]\n${ini.join("\n")}`, "lxc_autoscale.conf"],
    ] as const) {
      expect(sizeOf(configOf(text, file), { cpu: 60 }, "cores")).toBe(5);
      expect(sizeOf(configOf(text, file), { vmid: 105, cpu: 99 }, "cores")).toBe(4);
    }
  });
});

describe("lxc_autoscaler after its migration", () => {
  const base = (more = ""): string => `proxmox: { host: pve }
global: { monitoring_interval: 60 }
default_thresholds: { cpu_scale_up: 85, cpu_scale_down: 25, memory_scale_up: 90, memory_scale_down: 35 }
default_limits: { min_cpu_cores: 1, max_cpu_cores: 8, min_memory_mb: 512, max_memory_mb: 4096, cpu_step: 2, memory_step_mb: 512 }
${more}containers:
  - vmid: 101
  - vmid: 102
    thresholds: { cpu_scale_up: 70 }
    limits: { cpu_step: 1, max_memory_mb: 1536 }
    evaluation_periods: 10
  - { vmid: 103, enabled: false }
`;
  it.each([
    [{ cpu: 85 }, "cores", 6],
    [{ cpu: 84 }, "cores", 4],
    [{ cpu: 25 }, "cores", 2],
    [{ cpu: 26 }, "cores", 4],
    [{ memory: 90 }, "memory", 1536],
    [{ memory: 89 }, "memory", 1024],
    [{ memory: 35 }, "memory", 512],
    [{ memory: 36 }, "memory", 1024],
    [{ cpu: 99, cores: 7 }, "cores", 8],
    [{ vmid: 102, cpu: 70 }, "cores", 5],
    [{ vmid: 102, cpu: 69 }, "cores", 4],
    [{ vmid: 102, memory: 99, limit: 1280 }, "memory", 1536],
    [{ vmid: 103, cpu: 99 }, "cores", undefined],
    [{ vmid: 104, cpu: 99 }, "cores", undefined],
  ] as const)("%j: %s become %s", (input, resource, to) => {
    expect(sizeOf(configOf(base()), input, resource)).toBe(to);
  });

  it("decides CPU and memory apart, where one at its bound stopped the other", () => {
    const both = decisions(configOf(base()), { cpu: 99, cores: 8, memory: 95 });
    expect(both.map(({ to }) => to)).toEqual([8, 1536]);
  });

  it("holds growth back on a node over its limit, and lets shrinking go on", () => {
    const limited = configOf(base("safety: { max_cpu_usage_threshold: 60, max_memory_usage_threshold: 95 }\n"));
    const full = { node: { cpu: 0.7 } };
    expect(decisions(limited, { cpu: 99, ...full })[0]).toMatchObject({ action: "blocked", to: 4 });
    expect(sizeOf(limited, { cpu: 10, ...full }, "cores")).toBe(2);
    const off = configOf(base("safety: { max_cpu_usage_threshold: 60, enable_host_protection: false }\n"));
    expect(sizeOf(off, { cpu: 99, ...full }, "cores")).toBe(6);
  });

  it("waits for its cooldown in the direction it went", () => {
    const config = configOf(base());
    const grow = decide({
      config,
      inventory: inventory({ containers: [busy({ cpu: 99, cores: 2 })] }),
      history: new Map([[101, minutes(30, { cpu: 0.99, cores: 2, memory: 512 * mebibyte, memoryLimit: gibibyte })]]),
      state: emptyState(),
      now,
    });
    const state = advance(emptyState(), carriedOut(grow), now);
    const at = (seconds: number) => {
      const time = now + seconds * 1000;
      const samples = minutes(30, { cpu: 0.99, cores: 4, memory: 512 * mebibyte, memoryLimit: gibibyte }).samples;
      return decide({
        config,
        inventory: inventory({ containers: [busy({ cpu: 99, cores: 4 })], observedAt: time }),
        history: new Map([
          [101, { stepSeconds: 60, samples: samples.map((one) => ({ ...one, time: one.time + seconds * 1000 })) }],
        ]),
        state,
        now: time,
      }).decisions[0];
    };
    expect(grow.decisions[0]?.to).toBe(4);
    expect(rulesOf(at(299)!)).toContain("cooldown");
    expect(at(300)?.to).toBe(6);
  });
});

describe("proxmox-lxc-autoscale-ml after its migration", () => {
  const file = `scaling: { min_cpu_cores: 2, max_cpu_cores: 6, min_ram_mb: 512, max_ram_mb: 2048, cpu_scale_up_threshold: 75, cpu_scale_down_threshold: 30, ram_scale_up_threshold: 75, ram_scale_down_threshold: 30, ram_chunk_size: 50, ram_upper_limit: 1024 }
ignore_lxc: ["102"]
`;
  it.each([
    [{ cpu: 75 }, "cores", 5],
    [{ cpu: 74 }, "cores", 4],
    [{ cpu: 30 }, "cores", 3],
    [{ memory: 74 }, "memory", 1024],
    // 768 MiB in use: the least over the chunk of 50 MiB that brings it below 75 %.
    [{ memory: 75 }, "memory", 1074],
    [{ vmid: 102, cpu: 99 }, "cores", 4],
  ] as const)("%j: %s become %s", (input, resource, to) => {
    expect(sizeOf(configOf(file), input, resource)).toBe(to);
  });
});

describe("sizes that were kept", () => {
  it.each([
    ["a backup", '{"cores": 2, "memory": 1000}', "101_backup.json", [2, 1000]],
    [
      "boosts",
      '{"101": {"cpu": {"original": 2, "boosted": 3}, "memory": {"original": 768, "boosted": 1152}}}',
      "boost_state.json",
      [2, 768],
    ],
    [
      "a deployment",
      "PROXMOX_CONTAINER_ID=101\nPROXMOX_CONTAINER_CORES=2\nPROXMOX_CONTAINER_MEMORY=2048\n",
      ".env",
      [2, 2048],
    ],
  ] as const)("of %s are what its container goes back to", (_name, text, file, sizes) => {
    const found = decisions(configOf(text, file), { cpu: 10, memory: 30 });
    expect(found.map(({ to }) => to)).toEqual(sizes);
  });
});
