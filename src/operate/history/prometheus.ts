import type { UsageHistory, Sample } from "../../model/index.js";
import { medianStep } from "./step.js";
import { mergeHistories } from "./merge.js";
import { PrometheusError, type PrometheusServer, type Series } from "./prometheus-server.js";
import type { HistorySource, WantedHistory } from "./source.js";

export interface PrometheusHistoryOptions {
  readonly server: PrometheusServer;
  /** Value of the label `cluster`, where one server has the figures of several. */
  readonly cluster?: string;
  /** Finer readings than one an interval decide nothing. */
  readonly intervalSeconds: number;
}

/** The names that one exporter gives to the same figures. */
interface Dialect {
  readonly label: string;
  /** What the label says of a container. */
  readonly value: (vmid: number | string) => string;
  /** The `figure` of each name; `up` is 1 where the container runs. */
  readonly metrics: Readonly<Record<"up" | "cpu" | "cores" | "memory" | "memoryLimit", string>> & {
    /** CPUs' worth of time, 0 where there is no limit. */
    readonly cpulimit?: string;
    /** 1 where it is locked. */
    readonly locked?: string;
  };
}

type Figure = keyof Dialect["metrics"];
type Row = Partial<Record<Figure, number>>;
/** Rows by vmid and time in seconds. */
type Table = Map<number, Map<number, Row>>;

/** Ours first: prometheus-pve-exporter knows neither cpulimit nor locks. */
const dialects: readonly Dialect[] = [
  {
    label: "vmid",
    value: (vmid) => String(vmid),
    metrics: {
      up: "lxc_autoscaler_container_up",
      cpu: "lxc_autoscaler_container_cpu_usage_ratio",
      cores: "lxc_autoscaler_container_cpu_cores",
      memory: "lxc_autoscaler_container_memory_usage_bytes",
      memoryLimit: "lxc_autoscaler_container_memory_limit_bytes",
      cpulimit: "lxc_autoscaler_container_cpulimit_cores",
      locked: "lxc_autoscaler_container_locked",
    },
  },
  {
    label: "id",
    value: (vmid) => `lxc/${vmid}`,
    metrics: {
      up: "pve_up",
      cpu: "pve_cpu_usage_ratio",
      cores: "pve_cpu_usage_limit",
      memory: "pve_memory_usage_bytes",
      memoryLimit: "pve_memory_size_bytes",
    },
  },
];

/** With more containers than this all are asked for, which is shorter than their numbers. */
const mostNamed = 200;
/** Prometheus refuses more points of one series in one answer. */
const mostPoints = 11_000;
/** Of all series together, so that an answer stays below some 30 MB. */
const mostValues = 1_000_000;
/** Beyond a day a reading in five minutes is enough: a week of every minute of 500 containers would be 20 million figures. */
const fineSeconds = 24 * 3600;
const coarseStep = 300;
/** Over so long it is counted how often the exporter is asked. */
const probeSeconds = 1800;
const steps: readonly number[] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];

/**
 * Usage from a Prometheus-compatible server, as prometheus-pve-exporter or this program's own metrics put it there: one
 * query a figure for all containers. Each point is the last value of its step; where the exporter did not answer
 * there is none, because a value that is merely repeated is no reading.
 */
export function prometheusHistory(options: PrometheusHistoryOptions): HistorySource {
  return async (request) => {
    const { containers, now, signal } = request;
    if (containers.length === 0) return { history: new Map<number, UsageHistory>(), problems: [] };
    try {
      const at = Math.floor(now / 1000);
      const exporter = await exporterOf(options, containers, at, signal);
      if (exporter === null) {
        const message = `Prometheus at ${options.server.name} has no figures of these containers in the last ${probeSeconds / 60} minutes: neither prometheus-pve-exporter's (${dialects[1]?.metrics.cpu ?? ""}) nor ours${options.cluster === undefined ? "" : ` with cluster="${options.cluster}"`}.`;
        return { history: new Map<number, UsageHistory>(), problems: [{ node: null, message }] };
      }
      const seconds = Math.max(probeSeconds, ...containers.map((wanted) => wanted.seconds));
      const fine = await read(options, exporter, containers, at, Math.min(seconds, fineSeconds), exporter.step, signal);
      if (seconds <= fineSeconds) return { history: fine, problems: [] };
      const long = containers.filter((wanted) => wanted.seconds > fineSeconds);
      const coarse = await read(options, exporter, long, at, seconds, Math.max(coarseStep, exporter.step), signal);
      const history = new Map(fine);
      for (const [vmid, found] of coarse) {
        const merged = mergeHistories([fine.get(vmid), found]);
        if (merged !== undefined) history.set(vmid, merged);
      }
      return { history, problems: [] };
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      return { history: new Map<number, UsageHistory>(), problems: [{ node: null, message: error.message }] };
    }
  };
}

interface Exporter {
  readonly dialect: Dialect;
  /** Seconds between its points, or an interval where that is longer. */
  readonly step: number;
}

/** Whose names the server has, and how often it asks. */
async function exporterOf(
  { server, cluster, intervalSeconds }: PrometheusHistoryOptions,
  containers: readonly WantedHistory[],
  at: number,
  signal: AbortSignal | undefined,
): Promise<Exporter | null> {
  for (const dialect of dialects) {
    const query = `count_over_time(${selector(dialect, "cpu", containers, cluster)}[${probeSeconds}s])`;
    const counts = (await server.query(query, at, signal))
      .flatMap(({ points }) => points.map(([, value]) => value))
      .filter((count) => count > 0)
      .sort((a, b) => a - b);
    // Of several exporters of one cluster each has its own series; a container that is new has fewer points.
    const count = counts[Math.floor(counts.length / 2)];
    if (count === undefined) continue;
    const measured = probeSeconds / count;
    const scraped = steps.find((step) => step >= measured * 0.9) ?? 3600;
    return { dialect, step: Math.max(scraped, intervalSeconds) };
  }
  return null;
}

/** All figures of a stretch of time that ends now, at points that are multiples of the step. */
async function read(
  { server, cluster }: PrometheusHistoryOptions,
  { dialect }: Exporter,
  containers: readonly WantedHistory[],
  at: number,
  seconds: number,
  step: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, UsageHistory>> {
  const end = Math.floor(at / step) * step;
  const first = Math.ceil((at - seconds) / step) * step;
  const wanted = new Set(containers.map(({ container }) => container.vmid));
  const points = Math.max(1, Math.min(mostPoints, Math.floor(mostValues / Math.max(1, wanted.size))));
  const table: Table = new Map();
  for (let start = first; start <= end; start += points * step) {
    const range = { start, end: Math.min(end, start + (points - 1) * step), step };
    for (const [figure, metric] of Object.entries(dialect.metrics) as [Figure, string][]) {
      if (metric === "") continue;
      // A millisecond less than the step: a value that stands exactly at the point before is not this one's.
      const last = `last_over_time(${selector(dialect, figure, containers, cluster)}[${step * 1000 - 1}ms])`;
      const series = await server.queryRange(`max by (${dialect.label}) (${last})`, range, signal);
      for (const one of series) enter(table, figure, one, dialect, wanted);
    }
  }
  const history = new Map<number, UsageHistory>();
  for (const [vmid, rows] of table) {
    const samples = [...rows]
      .sort(([a], [b]) => a - b)
      .flatMap(([time, row]) => sampleOf(time * 1000, row, dialect) ?? []);
    if (samples.length > 0) history.set(vmid, { stepSeconds: medianStep(samples.map(({ time }) => time)), samples });
  }
  return history;
}

function enter(
  table: Table,
  figure: Figure,
  { labels, points }: Series,
  { label, value }: Dialect,
  wanted: ReadonlySet<number>,
): void {
  const vmid = Number(/\d+$/u.exec(labels[label] ?? "")?.[0] ?? Number.NaN);
  if (!wanted.has(vmid) || labels[label] !== value(vmid)) return;
  let rows = table.get(vmid);
  if (rows === undefined) table.set(vmid, (rows = new Map<number, Row>()));
  for (const [time, number] of points) {
    const row = rows.get(time);
    if (row === undefined) rows.set(time, { [figure]: number });
    else row[figure] = number;
  }
}

/** `null` for a point that says nothing of the usage, such as the limit of a container alone. */
function sampleOf(time: number, row: Row, { metrics }: Dialect): Sample | null {
  const { up, cpu, cores, memory, memoryLimit, cpulimit, locked } = row;
  if (up === undefined && cpu === undefined && memory === undefined) return null;
  // The figures of a container that does not run are zeros and no readings; and no running one has no memory in use.
  const running = up !== 0 && memory !== 0;
  const figure = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  const limit = figure(cpulimit);
  return {
    time,
    cpu: running ? figure(cpu) : null,
    cores: positive(figure(cores)),
    memory: running ? figure(memory) : null,
    memoryLimit: positive(figure(memoryLimit)),
    ...(metrics.cpulimit === undefined || limit === null ? {} : { cpulimit: limit === 0 ? null : limit }),
    ...(locked === 1 ? { locked: true } : {}),
  };
}

function positive(value: number | null): number | null {
  return value === 0 ? null : value;
}

function selector(
  { label, value, metrics }: Dialect,
  figure: Figure,
  containers: readonly WantedHistory[],
  cluster: string | undefined,
): string {
  const named = containers.length <= mostNamed;
  const pattern = value(named ? `(?:${containers.map(({ container }) => container.vmid).join("|")})` : "[0-9]+");
  const also = cluster === undefined ? "" : `,cluster=${JSON.stringify(cluster)}`;
  return `${metrics[figure] ?? ""}{${label}=~"${pattern}"${also}}`;
}
