import { webcrypto } from "node:crypto";
import "reflect-metadata";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { decide, emptyState } from "../../src/engine/index.js";
import type { History, Sample } from "../../src/model/index.js";
import {
  configuredHistory,
  dryRun,
  namedPrometheus,
  openPrometheus,
  prometheusHistory,
  SampleStore,
  type HistorySource,
  type PrometheusServer,
} from "../../src/operate/index.js";
import { bench, configuration, type Bench } from "./harness.js";
import { loop } from "./loop-harness.js";
import { ensurePrometheus, installSeconds, startPrometheus, type ServerCertificate } from "./prometheus-program.js";
import { readings } from "./readings.js";

beforeAll(() => ensurePrometheus(), installSeconds * 1000);

const text = (more = ""): string => `version: 1
interval: 60s
mode: recommend
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 16, scaleUp: { above: 60%, for: 5m }, scaleDown: { below: 30%, for: 15m } }
    memory: { min: 128MiB, max: 16GiB, scaleUp: { above: 70%, for: 5m, step: 64MiB }, scaleDown: { below: 50%, for: 30m, step: 64MiB } }
${more}`;

/** A name of prometheus-pve-exporter and what it says of a sample; what does not run has zeros there. */
const exporter: readonly (readonly [string, (sample: Sample) => number])[] = [
  ["pve_up", ({ memory }) => (memory === null ? 0 : 1)],
  ["pve_cpu_usage_ratio", ({ cpu }) => cpu ?? 0],
  ["pve_cpu_usage_limit", ({ cores }) => cores ?? 0],
  ["pve_memory_usage_bytes", ({ memory }) => memory ?? 0],
  ["pve_memory_size_bytes", ({ memoryLimit }) => memoryLimit ?? 0],
];

const ours: readonly (readonly [string, (sample: Sample) => number])[] = [
  ["lxc_autoscaler_container_up", ({ memory }) => (memory === null ? 0 : 1)],
  ["lxc_autoscaler_container_cpu_usage_ratio", ({ cpu }) => cpu ?? Number.NaN],
  ["lxc_autoscaler_container_cpu_cores", ({ cores }) => cores ?? 0],
  ["lxc_autoscaler_container_memory_usage_bytes", ({ memory }) => memory ?? Number.NaN],
  ["lxc_autoscaler_container_memory_limit_bytes", ({ memoryLimit }) => memoryLimit ?? 0],
  ["lxc_autoscaler_container_cpulimit_cores", ({ cpulimit }) => cpulimit ?? 0],
  ["lxc_autoscaler_container_locked", ({ locked }) => (locked === true ? 1 : 0)],
];

/** What a server would hold that has asked an exporter whenever a sample was taken. */
function openMetrics(
  history: History,
  metrics: typeof exporter,
  labels: (vmid: number) => string,
  keep: (vmid: number, sample: Sample) => boolean = () => true,
): string {
  const lines = metrics.flatMap(([name, figure]) => [
    `# TYPE ${name} gauge`,
    ...[...history].flatMap(([vmid, history]) =>
      readings(history)
        .filter((sample) => keep(vmid, sample))
        .map((sample) => `${name}{${labels(vmid)}} ${figure(sample)} ${sample.time / 1000}`),
    ),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}

const asExporter = (vmid: number): string => `id="lxc/${vmid}",instance="pve1:9221"`;

interface Recorded {
  readonly on: Bench;
  readonly local: History;
  readonly now: number;
}

/** An hour of the simulated cluster as the loop has kept it. */
async function recorded(): Promise<Recorded> {
  const on = await bench({ scenario: "rush" });
  await loop(on, {
    text: text(),
    cycles: 60,
    before: (cycle) => {
      if (cycle === 20) on.simulator.control.lock(103, "backup");
      if (cycle === 30) on.simulator.control.unlock(103);
      if (cycle === 40) on.simulator.control.setRunning(104, false);
    },
  });
  const samples = new SampleStore({ directory: on.directory, endpoint: on.simulator.url });
  const now = on.simulator.control.now();
  return { on, local: await samples.read("demo", { from: 0, to: now }), now };
}

async function ask(
  { on, now }: Recorded,
  server: PrometheusServer,
  cluster?: string,
): Promise<Awaited<ReturnType<HistorySource>>> {
  const { containers } = await on.gateway.inventory();
  const source = prometheusHistory({ server, intervalSeconds: 60, ...(cluster === undefined ? {} : { cluster }) });
  return source({
    cluster: "demo",
    containers: containers.filter(({ template }) => !template).map((container) => ({ container, seconds: 3600 })),
    now,
  });
}

describe("usage from a Prometheus server", () => {
  it(
    "is what was recorded, under the names of prometheus-pve-exporter, and decides the same",
    { timeout: 60_000 },
    async () => {
      const world = await recorded();
      const { on, local, now } = world;
      await using prometheus = await startPrometheus(openMetrics(local, exporter, asExporter));
      await using server = openPrometheus({ url: prometheus.url });
      const { history, problems } = await ask(world, server);
      expect(problems).toEqual([]);
      expect([...history.keys()].sort()).toEqual([...local.keys()].sort());
      for (const [vmid, recorded] of local) {
        const { stepSeconds } = recorded;
        expect(history.get(vmid)?.stepSeconds).toBe(stepSeconds);
        // Neither cpulimits nor locks nor disks are known to that exporter.
        expect(readings(history.get(vmid))).toEqual(
          readings(recorded).map(({ time, cpu, cores, memory, memoryLimit }) => ({
            time,
            cpu,
            cores,
            memory,
            memoryLimit,
          })),
        );
      }
      const config = configuration(text());
      const inventory = {
        ...(await on.gateway.inventory({ configurationOf: () => true, nodeMemory: true })),
        observedAt: now,
      };
      const decideOn = (usage: History) =>
        decide({ config, inventory, history: usage, state: emptyState(), now }).decisions;
      const [fromServer, fromHere] = [decideOn(history), decideOn(local)].map((decisions) =>
        // The locked one is judged by fewer readings where locks are known.
        decisions.filter(({ vmid }) => vmid !== 103),
      );
      expect(fromServer).toEqual(fromHere);
      expect(new Set(fromHere?.map(({ action }) => action)).size).toBeGreaterThan(2);
    },
  );

  it("is complete under our own names, cpulimits and locks included", { timeout: 60_000 }, async () => {
    const world = await recorded();
    const { local } = world;
    const labels = (vmid: number): string => `vmid="${vmid}",cluster="demo"`;
    const other = (vmid: number): string => `vmid="${vmid}",cluster="other"`;
    const elsewhere: History = new Map(
      [...local].map(([vmid, recorded]) => [
        vmid,
        {
          stepSeconds: recorded.stepSeconds,
          samples: readings(recorded).map((sample) => ({ ...sample, cpu: 1, cores: 64 })),
        },
      ]),
    );
    const both =
      openMetrics(local, ours, labels).replace("# EOF\n", "") +
      openMetrics(elsewhere, ours, other).replace(/^# TYPE.*\n/gmu, "");
    // OpenMetrics wants the series of a name together.
    const sorted = ours
      .flatMap(([name]) => [`# TYPE ${name} gauge`, ...both.split("\n").filter((line) => line.startsWith(`${name}{`))])
      .join("\n");
    await using prometheus = await startPrometheus(`${sorted}\n# EOF\n`);
    await using server = openPrometheus({ url: prometheus.url });
    const { history, problems } = await ask(world, server, "demo");
    expect(problems).toEqual([]);
    for (const [vmid, recorded] of local) {
      expect(readings(history.get(vmid))).toEqual(
        readings(recorded).map(({ time, cpu, cores, memory, memoryLimit, cpulimit = null, locked }) => ({
          time,
          cpu,
          cores,
          memory,
          memoryLimit,
          cpulimit,
          ...(locked === true ? { locked } : {}),
        })),
      );
    }
    expect(readings(history.get(103)).filter(({ locked }) => locked)).toHaveLength(10);
  });

  it(
    "has a gap where the exporter did not answer, and nothing of a container it does not know",
    { timeout: 60_000 },
    async () => {
      const world = await recorded();
      const { local, now } = world;
      const away = (time: number): boolean => time > now - 40 * 60_000 && time <= now - 33 * 60_000;
      const kept = openMetrics(local, exporter, asExporter, (vmid, { time }) => vmid !== 106 && !away(time));
      await using prometheus = await startPrometheus(kept);
      await using server = openPrometheus({ url: prometheus.url });
      const { history } = await ask(world, server);
      expect(history.has(106)).toBe(false);
      const times = readings(history.get(101)).map(({ time }) => time);
      expect(times).toEqual(
        readings(local.get(101))
          .map(({ time }) => time)
          .filter((time) => !away(time)),
      );
      expect(times.length).toBeLessThan(60);
    },
  );

  it("is asked for in pieces where it is long", { timeout: 60_000 }, async () => {
    const world = await recorded();
    const end = world.now;
    // A point every five seconds for a day: 17,280, of which one answer may have 11,000.
    const count = 17_280;
    const samples = Array.from({ length: count }, (_, index): Sample => ({
      time: end - (count - 1 - index) * 5000,
      cpu: (index % 100) / 100,
      cores: 2,
      memory: 2 ** 28 + index * 4096,
      memoryLimit: 2 ** 30,
    }));
    const long: History = new Map([[101, { stepSeconds: 5, samples }]]);
    await using prometheus = await startPrometheus(openMetrics(long, exporter, asExporter));
    await using server = openPrometheus({ url: prometheus.url });
    const { containers } = await world.on.gateway.inventory();
    const { history, problems } = await prometheusHistory({ server, intervalSeconds: 5 })({
      cluster: "demo",
      containers: containers.filter(({ vmid }) => vmid === 101).map((container) => ({ container, seconds: 86_400 })),
      now: end,
    });
    expect(problems).toEqual([]);
    expect(history.get(101)).toEqual({ stepSeconds: 5, samples });
  });

  it("is asked over TLS with a given authority, and by no other", { timeout: 60_000 }, async () => {
    const world = await recorded();
    const certificate = await selfSigned();
    await using prometheus = await startPrometheus(openMetrics(world.local, exporter, asExporter), certificate);
    await using server = openPrometheus({ url: prometheus.url, authority: certificate.certificate, token: "secret" });
    expect((await ask(world, server)).history.size).toBe(world.local.size);
    await using distrusting = openPrometheus({ url: prometheus.url });
    const { history, problems } = await ask(world, distrusting);
    expect(history.size).toBe(0);
    expect(problems).toMatchObject([{ message: expect.stringMatching(/its certificate is not trusted/u) as string }]);
  });

  it("is a problem and no failure where the server is away: Proxmox's own records take its place", async () => {
    const on = await bench();
    const config = configuration(text('history: { source: auto, prometheus: { url: "http://127.0.0.1:1" } }'));
    await using server = openPrometheus({ url: "http://127.0.0.1:1", token: "secret" });
    const samples = new SampleStore({ directory: on.directory, endpoint: on.simulator.url });
    const prometheus = prometheusHistory({ server, intervalSeconds: 60 });
    const source = configuredHistory({ config, gateway: on.gateway, samples, prometheus });
    const { containers } = await on.gateway.inventory();
    const running = containers.filter(({ status, template }) => status === "running" && !template);
    const wanted = running.map((container) => ({ container, seconds: 1800 }));
    const now = on.simulator.control.now();
    const { history, problems } = await source({ cluster: "demo", containers: wanted, now });
    expect(history.size).toBe(running.length);
    expect(problems.map(({ message }) => message)).toEqual([
      "Prometheus at 127.0.0.1:1 could not be read: nothing listens there.",
    ]);
  });

  it("is opened for a dry run where the file names it, with its secrets looked up then", async () => {
    const world = await recorded();
    await using prometheus = await startPrometheus(openMetrics(world.local, exporter, asExporter));
    const config = configuration(text('history: { source: prometheus, prometheus: { url: "${env:PROMETHEUS_URL}" } }'));
    const { gateway, stateStore } = world.on;
    const dryRunWith = async (environment: Record<string, string>) => {
      const source = namedPrometheus(config, { environment, readFile: () => null });
      return dryRun({
        gateway,
        config,
        stateStore,
        now: world.now,
        ...(source === null ? {} : { prometheus: source }),
      });
    };
    const { history, inventory } = await dryRunWith({ PROMETHEUS_URL: prometheus.url });
    expect(history.size).toBeGreaterThan(0);
    expect(inventory.problems).toEqual([]);
    const lacking = await dryRunWith({});
    expect(lacking.inventory.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^history\.prometheus\.url refers to .*PROMETHEUS_URL.*, which is not set\.$/u),
    ]);
    expect(namedPrometheus(configuration(text("")), { environment: {}, readFile: () => null })).toBeNull();
  });

  it("never sends a token unencrypted to another machine", () => {
    expect(() => openPrometheus({ url: "http://prometheus.example:9090", token: "secret" })).toThrow(/use https/u);
    expect(() => openPrometheus({ url: "https://user:secret@prometheus.example" })).toThrow(/holds a password/u);
    expect(() => openPrometheus({ url: "prometheus:9090" })).toThrow(/no address/u);
    expect(() => openPrometheus({ url: "https://prometheus.example", authority: "nonsense" })).toThrow(
      /no PEM certificate/u,
    );
  });
});

async function selfSigned(): Promise<ServerCertificate> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=127.0.0.1",
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate: certificate.toString("pem"), key: PemConverter.encode(key, "PRIVATE KEY") };
}
