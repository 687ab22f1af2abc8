import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readAutoscalerFile } from "../../src/config/index.js";
import type { AutoscalerConfig } from "../../src/config/index.js";
import { advance, decide, emptyState, planDocument } from "../../src/engine/index.js";
import type { Container, ContainerHistory, Node, PlanDocument } from "../../src/model/index.js";
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
  sample,
} from "./fixtures.js";

const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

function read(text: string): AutoscalerConfig {
  const { config, findings } = readAutoscalerFile(text, {
    file: "autoscaler.yaml",
    environment: { PROXMOX_TOKEN: "scaler@pve!ours=00000000-0000-0000-0000-000000000000" },
  });
  if (config === null) throw new Error(findings.map(({ message }) => message).join("\n"));
  return config;
}

function plan(
  text: string,
  containers: readonly Container[],
  options: { at?: number; readings?: (vmid: number) => ContainerHistory | undefined; nodes?: readonly Node[] } = {},
): PlanDocument {
  const at = options.at ?? now;
  const history = new Map<number, ContainerHistory>();
  for (const { vmid } of containers) {
    const readings = options.readings?.(vmid);
    if (readings !== undefined) history.set(vmid, readings);
  }
  return planDocument(
    decide({
      config: read(text),
      inventory: inventory({ containers, nodes: options.nodes ?? [node(), node({ name: "pve2" })], observedAt: at }),
      history,
      state: emptyState(),
      now: at,
    }),
  );
}

describe("the contract's example", () => {
  it("takes web-1 from 4 cores to what brings it to 60 %", () => {
    const { decisions } = plan(example, [container({ cpu: 0.95 })]);
    expect(
      decisions.map(({ resource, policy, policies, action, from, to, uncapped }) => ({
        resource,
        policy,
        policies,
        action,
        from,
        to,
        uncapped,
      })),
    ).toEqual([
      { resource: "cores", policy: "web", policies: ["web"], action: "scale-up", from: 4, to: 7, uncapped: 7 },
      { resource: "memory", policy: "web", policies: ["web"], action: "hold", from: 1024, to: 1024, uncapped: 1024 },
    ]);
  });

  it("takes at most two cores at once where maxStep says so", () => {
    const limited = example.replace("tolerance: 10%, max: 12", "tolerance: 10%, max: 12, maxStep: 2");
    const [cores] = plan(limited, [container({ cpu: 0.95 })]).decisions;
    expect(cores).toMatchObject({ action: "scale-up", from: 4, to: 6, uncapped: 7 });
    expect(cores?.reasons).toEqual([
      { rule: "target", text: "95 % of 4 cores is 3.8 in use; at 60 % that takes 7 (6.33, rounded up)" },
      { rule: "max-step", text: "at most 2 cores at once" },
    ]);
  });

  it("manages what a policy matches, holds what is ignored, and says nothing of the rest", () => {
    const containers = [
      container({ vmid: 104, name: "web-2" }),
      container({ vmid: 105, name: "db", tags: [] }),
      container({ vmid: 120, name: "other", tags: [] }),
      container({ vmid: 121, tags: ["web", "no-scale"] }),
      container({ vmid: 122, node: "pve3" }),
      container({ vmid: 123, name: "BATCH-7", tags: [], pool: "jobs", configuration: configuration({ cpulimit: 2 }) }),
      container({ vmid: 124, name: "batch-8", tags: [], pool: "other" }),
    ];
    const { decisions, summary } = plan(example, containers);
    expect(decisions.map(({ vmid, resource, policy }) => `${vmid} ${resource} ${policy ?? "-"}`)).toEqual([
      "104 cores web",
      "104 memory web",
      "105 cores database",
      "105 memory database",
      "121 cores web",
      "121 memory web",
      "123 cpulimit batch",
      "123 memory batch",
    ]);
    expect(rulesOf(decisions[0]!)).toEqual(["ignored"]);
    expect(rulesOf(decisions[4]!)).toEqual(["ignored"]);
    expect(decisions[4]?.reasons[0]?.text).toContain("no-scale");
    expect(summary.containers).toBe(4);
  });

  it("boosts the database's memory beside its thresholds", () => {
    const figures = { memory: 990 * mebibyte };
    const database = container({ vmid: 105, name: "db", tags: [], cpu: 0.5, ...figures });
    const { decisions } = plan(example, [database], { readings: () => minutes(10, figures) });
    // 990 of 1024 MiB is 96.7 %: one step is 1536, the boost 1536 too
    expect(decisions[1]).toMatchObject({ resource: "memory", action: "scale-up", to: 1536 });
    const waiting = plan(example, [database], {
      readings: () => ({
        stepSeconds: 60,
        samples: [sample(60), sample(120), ...minutes(1, figures).samples].sort((a, b) => a.time - b.time),
      }),
    });
    expect(waiting.decisions[1]?.action).toBe("hold");
  });

  it("sizes a batch job's cpulimit in halves", () => {
    const job = container({
      vmid: 123,
      name: "batch-1",
      tags: [],
      pool: "jobs",
      cpu: 0.45,
      configuration: configuration({ cpulimit: 2 }),
    });
    const { decisions } = plan(example, [job], { readings: () => minutes(5, { cpu: 0.45 }) });
    // 1.8 of 2 CPUs is 90 %; the thresholds' steps of one core were dropped with the resource: half a CPU at a time
    expect(decisions[0]).toMatchObject({ resource: "cpulimit", action: "scale-up", from: 2, to: 2.5, uncapped: 2.5 });
  });

  it("keeps the reserve of 2 GiB and a tenth of the cores", () => {
    const nodes = [node({ cores: 10, cpu: 0.75 })];
    const [cores] = plan(example, [container({ cpu: 0.95 })], { nodes }).decisions;
    // 10 − 1 − 7.5 = 1.5
    expect(cores).toMatchObject({ to: 5, uncapped: 7 });
    expect(cores?.reasons.at(-1)).toEqual({
      rule: "node-reserve",
      text: "node pve1 has 1.5 cores to give beside the reserve of 10 % of its cores",
    });
  });

  it("makes no more than five changes in one cycle", () => {
    const containers = Array.from({ length: 7 }, (_, index) => container({ vmid: 130 + index, cpu: 0.95 }));
    const { summary } = plan(example, containers, { nodes: [node({ cores: 128 })] });
    expect(summary).toMatchObject({ containers: 7, scaleUp: 5, blocked: 2 });
  });
});

describe("a schedule", () => {
  const web = container({
    cpu: 0.55,
    cores: 8,
    memory: 2 * gibibyte,
    memoryLimit: 6 * gibibyte,
    configuration: configuration({ cores: 8, memory: 6144 }),
  });
  const at = (time: string) => plan(example, [web], { at: Date.parse(time) }).decisions;

  it("brings a size inside its bounds from the minute it begins to the minute it ends", () => {
    // Friday 20 November, 22:00 in Berlin
    expect(at("2026-11-20T20:59:59Z")[0]).toMatchObject({ action: "hold", to: 8 });
    // 4.4 cores in use: down to 5, and 2 GiB × 1.2 = 2457.6 MiB, rounded up to 2496
    expect(at("2026-11-20T21:00:00Z").map(({ to }) => to)).toEqual([5, 2496]);
    expect(rulesOf(at("2026-11-20T21:00:00Z")[0]!)).toEqual(["max", "in-use", "target"]);
    // It is still Friday's on Saturday morning.
    expect(at("2026-11-21T04:59:59Z")[0]?.to).toBe(5);
    expect(at("2026-11-21T05:00:00Z")[0]).toMatchObject({ action: "hold", to: 8 });
    // Saturday night has none.
    expect(at("2026-11-21T21:00:00Z")[0]).toMatchObject({ action: "hold", to: 8 });
  });

  const window = (days: string, from: string, to: string) => `version: 1
timezone: Europe/Berlin
defaults:
  cpu: { min: 1, max: 8 }
policies:
  - { name: web, match: { tags: [web] } }
schedules:
  - { name: narrow, match: { tags: [web] }, when: { days: [${days}], from: "${from}", to: "${to}" }, cpu: { max: 6 } }
`;

  it("counts a time that is skipped as the first instant after it", () => {
    const text = window("sun", "02:30", "04:00");
    // 29 March 2026: 02:00 becomes 03:00, which is 01:00 UTC
    const sizeAt = (time: string) => plan(text, [web], { at: Date.parse(time) }).decisions[0]?.to;
    expect(sizeAt("2026-03-29T00:59:59Z")).toBe(8);
    expect(sizeAt("2026-03-29T01:00:00Z")).toBe(6);
    expect(sizeAt("2026-03-29T01:59:59Z")).toBe(6);
    expect(sizeAt("2026-03-29T02:00:00Z")).toBe(8);
  });

  it("counts a time that comes twice as its first", () => {
    const text = window("sun", "02:30", "04:00");
    // 25 October 2026: 03:00 becomes 02:00 again; the first 02:30 is 00:30 UTC, 04:00 is 03:00 UTC
    const sizeAt = (time: string) => plan(text, [web], { at: Date.parse(time) }).decisions[0]?.to;
    expect(sizeAt("2026-10-25T00:29:59Z")).toBe(8);
    expect(sizeAt("2026-10-25T00:30:00Z")).toBe(6);
    expect(sizeAt("2026-10-25T02:59:59Z")).toBe(6);
    expect(sizeAt("2026-10-25T03:00:00Z")).toBe(8);
  });
});

describe("a loop over a busy hour", () => {
  it("grows step by step with the cooldown between, holds, and shrinks after the quiet it asks for", () => {
    const text = `version: 1
interval: 60s
defaults:
  cpu:
    min: 1
    max: 8
    scaleUp: { above: 80%, for: 2m, step: 1 }
    scaleDown: { below: 25%, for: 15m, step: 1 }
  cooldown: { up: 3m, down: 10m }
policies:
  - { name: web, match: { tags: [web] } }
`;
    const config = read(text);
    // Cores asked for: 3.6 for half an hour, then 0.3.
    const demandAt = (minute: number) => (minute < 30 ? 3.6 : 0.3);
    let state = emptyState();
    let cores = 2;
    const samples: ReturnType<typeof sample>[] = [];
    const changes: string[] = [];
    for (let minute = 0; minute < 75; minute += 1) {
      const time = now + minute * 60_000;
      const cpu = Math.min(1, demandAt(minute) / cores);
      const present = container({ cpu, cores, configuration: configuration({ cores }) });
      samples.push({ ...sample(0, { cpu, cores }), time });
      const result = decide({
        config,
        inventory: inventory({ observedAt: time, containers: [present] }),
        history: new Map([[101, { stepSeconds: 60, samples }]]),
        state,
        now: time,
      });
      state = advance(state, carriedOut(result), time);
      const [decision] = result.decisions;
      if (decision !== undefined && decision.to !== null && decision.to !== cores) {
        changes.push(`${minute}: ${cores} → ${decision.to}`);
        cores = decision.to;
      }
    }
    // The first growth after two readings; the cooldown of 3 minutes; 3.6 of 5 is 72 %.
    // At minute 44 fifteen readings are quiet; then the cooldown of 10 minutes; 0.3 of 2 is 15 %.
    expect(changes).toEqual(["1: 2 → 3", "4: 3 → 4", "7: 4 → 5", "44: 5 → 4", "54: 4 → 3", "64: 3 → 2", "74: 2 → 1"]);
  });
});
