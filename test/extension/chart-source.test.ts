import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChartSource, type ChartChange } from "../../src/extension/charts/chart-source.js";
import { Emitter } from "../../src/extension/base/emitter.js";
import { Cluster } from "../../src/extension/cluster/cluster.js";
import type { ClusterChange } from "../../src/extension/cluster/clusters.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import type { ChartDocument, ChartSubject, FigureName } from "../../src/views/index.js";
import { csvOf, isChartDocument, isChartTail, tailOf } from "../../src/views/index.js";
import { HandClock } from "./builders.js";

let simulator: Simulator;
let directory: string;
let cluster: Cluster;
let clock: HandClock;
let changes: Emitter<ClusterChange>;
let connected: boolean;
const open: ChartSource[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ clock: "manual", start: Date.now() });
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-chart-"));
  clock = new HandClock();
  changes = new Emitter();
  connected = true;
  const [tokenId = "", secret = ""] = simulator.token.split("=");
  cluster = new Cluster(
    { id: "x", label: "demo", endpoints: [simulator.url], fingerprints: [simulator.fingerprint], tokenId, demo: true },
    {
      secret: () => Promise.resolve(secret),
      refreshSeconds: () => 10,
      timeoutSeconds: () => 10,
      recordsDirectory: () => directory,
      timers: clock.timers,
    },
  );
  cluster.inventory.onDidChange(() => changes.fire({ cluster }));
  await cluster.inventory.refresh();
});

afterEach(async () => {
  for (const source of open.splice(0)) source.dispose();
  cluster.dispose();
  await simulator.close();
  await rm(directory, { recursive: true, force: true });
});

const containers = (...vmids: readonly number[]): ChartSubject => ({
  kind: "containers",
  containers: vmids.map((vmid) => ({ cluster: "x", vmid })),
});

function chartOf(subject: ChartSubject): ChartSource {
  const source = new ChartSource({
    clusters: { byId: (id) => (connected && id === "x" ? cluster : undefined), onDidChange: changes.event },
    subject,
    span: "hour",
    timeOfDay: (time) => new Date(time).toISOString().slice(11, 16),
    timers: clock.timers,
  });
  open.push(source);
  return source;
}

async function shown(subject: ChartSubject): Promise<ChartSource> {
  const source = chartOf(subject);
  source.show();
  await idle(source);
  return source;
}

async function idle(source: ChartSource): Promise<void> {
  await cluster.inventory.whenIdle();
  await source.whenIdle();
}

/** What a click on the clock of everybody brings. */
async function later(source: ChartSource, seconds: number): Promise<void> {
  await simulator.control.advance(seconds * 1000);
  clock.advance(seconds);
  await idle(source);
}

function newest({ things: [thing] }: ChartDocument, figure: FigureName): number | null | undefined {
  return thing?.live.values[figure]?.at(-1) ?? thing?.recorded.values[figure]?.findLast((value) => value !== null);
}

describe("the chart of a container", () => {
  it("has an hour of what was recorded, and what is seen now", async () => {
    const source = await shown(containers(101));
    const { title, subtitle, things, from, to, stepSeconds, notices, reading } = source.document;
    expect([title, notices, reading, stepSeconds]).toEqual(["web-1 (101)", [], false, 60]);
    expect(subtitle).toMatch(/^pve\d · demo \(127\.0\.0\.1:\d+\)$/u);
    expect(to - from).toBe(3_600_000);
    expect(things[0]?.recorded.times.length).toBeGreaterThan(50);
    expect(things[0]?.live.times).toHaveLength(1);
    expect(newest(source.document, "cpu")).toBeGreaterThan(0);
    expect(newest(source.document, "memory")).toBeLessThanOrEqual(newest(source.document, "memoryLimit") ?? 0);
  });

  it("is a document and a tail that the page takes", async () => {
    const { document } = await shown(containers(101, 102));
    expect(isChartDocument(JSON.parse(JSON.stringify(document)))).toBe(true);
    expect(isChartTail(JSON.parse(JSON.stringify(tailOf(document))))).toBe(true);
    expect(csvOf(document).split("\r\n").length).toBeGreaterThan(100);
  });

  it("follows live: swap and pressure too, which no bulk request has", async () => {
    const source = await shown(containers(102));
    const told: ChartChange[] = [];
    source.onDidChange((change) => told.push(change));
    await later(source, 10);
    await later(source, 10);
    const [thing] = source.document.things;
    expect(thing?.live.times.length).toBeGreaterThanOrEqual(2);
    expect(told).toContain("tail");
    expect(thing?.live.values.swapLimit?.at(-1)).toBeGreaterThanOrEqual(0);
    expect(thing?.live.values.pressureCpu?.at(-1)).toBeGreaterThanOrEqual(0);
    expect(thing?.live.values.netIn?.at(-1)).toBeGreaterThanOrEqual(0);
  });

  it("goes by the cluster's clock, whatever ours shows", async () => {
    await simulator.control.advance(600_000);
    await cluster.inventory.refresh();
    const source = await shown(containers(101));
    const seen = source.document.things[0]?.live.times.at(-1) ?? 0;
    expect(Math.abs(seen - simulator.control.now())).toBeLessThan(30_000);
    expect(source.document.to).toBe(seen);
    await later(source, 10);
    expect(source.document.things[0]?.live.conditions).not.toContain("unknown");
  });

  it.each(["day", "week", "month", "year"] as const)("goes to a %s", async (span) => {
    const source = await shown(containers(101));
    source.choose(span);
    expect(source.document).toMatchObject({ span, reading: true });
    await idle(source);
    const { document } = source;
    expect(document.reading).toBe(false);
    expect(document.things[0]?.recorded.times.length).toBeGreaterThan(300);
    expect(document.stepSeconds).toBe({ day: 60, week: 1800, month: 1800, year: 21_600 }[span]);
  });

  it("reads nothing while nobody looks, and goes on when somebody does", async () => {
    const source = await shown(containers(101));
    source.hide();
    await idle(source);
    simulator.control.forgetRequests();
    await later(source, 3600);
    expect(simulator.control.requests()).toEqual([]);
    expect(clock.waiting).toBe(0);
    source.show();
    await later(source, 0);
    const paths = simulator.control.requests().map(({ path }) => path);
    expect(paths.some((path) => path.includes("/rrddata"))).toBe(true);
  });

  it("says that it is stopped, and draws its limits alone", async () => {
    simulator.control.setRunning(101, false);
    await simulator.control.advance(10_000);
    await cluster.inventory.refresh();
    const source = await shown(containers(101));
    const [thing] = source.document.things;
    expect(thing?.note).toBe("It is stopped.");
    expect(thing?.live.conditions.at(-1)).toBe("off");
    expect(thing?.live.values).not.toHaveProperty("cpu");
  });

  it("says that it is gone", async () => {
    const source = await shown(containers(4711));
    expect(source.document.things[0]?.note).toBe("There is no container 4711 in this cluster any more.");
    expect(source.document.title).toBe("CT 4711");
  });

  it("has what the autoscaler changed as marks", async () => {
    const { audit } = await cluster.records();
    const name = cluster.name;
    const outcome = {
      vmid: 101,
      node: "pve1",
      name: "web-1",
      policy: null,
      policies: [],
      resource: "cores",
      unit: "cores",
      action: "scale-up",
      from: 1,
      to: 2,
      uncapped: 2,
      reasons: [],
      outcome: "applied",
      verified: true,
    } as const;
    await audit.append(name, "r1", simulator.control.now() - 60_000, { event: "outcome", outcome });
    await audit.append(name, "r1", simulator.control.now() - 50_000, {
      event: "outcome",
      outcome: { ...outcome, vmid: 102 },
    });
    const source = await shown(containers(101));
    expect(source.document.marks).toMatchObject([{ name: "web-1 (101)", change: "cores 1 → 2", direction: "up" }]);
  });
});

describe("trouble", () => {
  it("a server that does not answer is said with what is known, and tried again", async () => {
    const source = await shown(containers(101));
    const before = source.document.things[0]?.recorded.times.length;
    simulator.control.addFault({ kind: "drop" });
    await later(source, 60);
    const [notice] = source.document.notices;
    expect(notice?.text).toMatch(/^demo \(127\.0\.0\.1:\d+\): .+ What is drawn was known at \d\d:\d\d\.$/u);
    expect(notice?.action).toEqual({ run: "retry", title: "Try again" });
    expect(source.document.things[0]?.recorded.times).toHaveLength(before ?? 0);
    simulator.control.clearFaults();
    await source.refresh();
    await idle(source);
    expect(source.document.notices).toEqual([]);
    expect(source.document.things[0]?.note).toBeNull();
  });

  it("a cluster that is not connected is said, and shown as soon as it is", async () => {
    connected = false;
    const source = await shown(containers(101));
    expect(source.document.notices).toMatchObject([{ action: { run: "connect" } }]);
    connected = true;
    changes.fire({ cluster: null });
    await idle(source);
    expect(source.document.notices).toEqual([]);
    expect(source.document.title).toBe("web-1 (101)");
    expect(newest(source.document, "cpu")).toBeGreaterThan(0);
  });

  it("after the end nothing is left: no timer, no request", async () => {
    const source = await shown(containers(101));
    source.dispose();
    await idle(source);
    simulator.control.forgetRequests();
    await later(source, 3600);
    expect([clock.waiting, simulator.control.requests()]).toEqual([0, []]);
  });
});

it("the chart of a node has its figures", async () => {
  const source = await shown({ kind: "node", cluster: "x", node: "pve1" });
  expect([source.document.title, source.document.things[0]?.note]).toEqual(["Node pve1", null]);
  for (const figure of ["cpu", "memory", "swap", "disk", "netIn", "ioWait", "pressureCpu"] as const) {
    expect(newest(source.document, figure), figure).toBeGreaterThanOrEqual(0);
  }
});

it("several containers are named, each with its own", async () => {
  const source = await shown(containers(102, 101));
  expect(source.document.title).toBe("2 containers");
  expect(source.document.things.map(({ name }) => name)).toEqual(["web-2 (102)", "web-1 (101)"]);
});
