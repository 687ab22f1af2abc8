/** Bytes of a megabyte as the older monitor counts it: kB of /proc/meminfo by 1024. */
import { mebibyte } from "../../model/index.js";

export interface MetricsTrace {
  /** The trace as CSV, ordered by time. */
  readonly text: string;
  readonly samples: number;
  readonly containers: number;
  /** Entries that could not be read. */
  readonly skipped: number;
  /** Readings that had failed: the older monitor wrote 0 for them. */
  readonly failed: number;
  /** Other fields of the entries, which a trace has no column for. */
  readonly others: readonly string[];
}

const header = "time,vmid,node,name,cpu,cores,memory,memory_limit";

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The cycles of `lxc_metrics.json`; `null` where the value is something else. */
export function metricsCycles(value: unknown): readonly Fields[] | null {
  const cycles = (Array.isArray(value) ? value : [value]).filter(isFields);
  const some = cycles.some((cycle) =>
    Object.values(cycle).some((entry) => isFields(entry) && "cpu_usage_percent" in entry),
  );
  return some ? cycles : null;
}

function figure(value: unknown, least: number, most: number): number | null {
  return typeof value === "number" && value >= least && value <= most ? value : null;
}

/** Milliseconds of `2024-08-20T14:05:09.123456`: the clock of the host, without a zone, is taken for UTC. */
function timeOf(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/u.exec(value.trim());
  if (match === null) return null;
  const [, day, time, , zone = "Z"] = match;
  const at = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(at) ? null : at;
}

/** Makes a trace for `replay` of what the older monitor recorded. What it could not read stays empty, never 0. */
export function metricsTrace(cycles: readonly Fields[]): MetricsTrace {
  const rows: {
    readonly time: number;
    readonly vmid: number;
    readonly cpu: number | null;
    readonly memory: number | null;
    readonly limit: number | null;
  }[] = [];
  const others = new Set<string>();
  let skipped = 0;
  let failed = 0;
  for (const cycle of cycles) {
    for (const [key, entry] of Object.entries(cycle)) {
      if (key === "summary") continue;
      const vmid = /^\d{3,9}$/u.test(key) ? Number(key) : null;
      const time = isFields(entry) ? timeOf(entry["timestamp"]) : null;
      if (vmid === null || time === null || !isFields(entry)) {
        skipped += 1;
        continue;
      }
      for (const field of Object.keys(entry))
        if (!/^(?:timestamp|cpu_usage_percent|memory_usage_mb|memory_total_mb)$/u.test(field)) others.add(field);
      const cpu = figure(entry["cpu_usage_percent"], 0, 100);
      const memory = figure(entry["memory_usage_mb"], 0, 64 * 1024 * 1024);
      const limit = figure(entry["memory_total_mb"], 1, 64 * 1024 * 1024);
      // No container runs in nothing: memory of 0 is a reading that failed, and with it the processor's 0.
      const lost = memory === 0;
      if (lost) failed += 1;
      rows.push({
        time,
        vmid,
        cpu: cpu === null || (lost && cpu === 0) ? null : cpu / 100,
        memory: lost ? null : memory,
        limit,
      });
    }
  }
  rows.sort((a, b) => a.time - b.time || a.vmid - b.vmid);
  const seen = new Set<string>();
  const lines = [header];
  for (const { time, vmid, cpu, memory, limit } of rows) {
    const stamp = `${new Date(time).toISOString().slice(0, 19)}Z`;
    if (seen.has(`${stamp} ${vmid}`)) {
      skipped += 1;
      continue;
    }
    seen.add(`${stamp} ${vmid}`);
    const bytes = (size: number | null): string => (size === null ? "" : String(Math.round(size * mebibyte)));
    lines.push(`${stamp},${vmid},,,${cpu === null ? "" : Number(cpu.toFixed(6))},,${bytes(memory)},${bytes(limit)}`);
  }
  return {
    text: `${lines.join("\n")}\n`,
    samples: lines.length - 1,
    containers: new Set(rows.map(({ vmid }) => vmid)).size,
    skipped,
    failed,
    others: [...others].sort().slice(0, 50),
  };
}
