import type { ContainerHistory, Sample } from "../../model/index.js";
import { amountOf } from "./numbers.js";
import type { RecordedRow } from "./shapes.js";

/** Reads `rrddata` of a container: a point a step, gaps with `time` alone. `cpu` is a fraction of `maxcpu`. */
export function historyOf(rows: readonly RecordedRow[]): ContainerHistory {
  const samples = new Map<number, Sample>();
  const times: number[] = [];
  for (const row of rows) {
    const seconds = amountOf(row.time);
    if (seconds === null) continue;
    times.push(seconds);
    const sample: Sample = {
      time: seconds * 1000,
      cpu: amountOf(row.cpu),
      cores: amountOf(row.maxcpu),
      memory: amountOf(row.mem),
      memoryLimit: amountOf(row.maxmem),
      ...diskOf(row),
      ...pressureOf(row),
    };
    if (sample.cpu !== null || sample.memory !== null) samples.set(sample.time, sample);
  }
  return {
    stepSeconds: medianStep(times.sort((a, b) => a - b)),
    samples: [...samples.values()].sort((a, b) => a.time - b.time),
  };
}

/** What the root file system had; 0 bytes used are no measurement but a container that did not run. */
function diskOf(row: RecordedRow): Pick<Sample, "disk" | "diskLimit"> {
  const limit = amountOf(row.maxdisk);
  return limit === null ? {} : { disk: amountOf(row.disk) || null, diskLimit: limit };
}

/** Proxmox VE 8 records none, and neither does 9 on cgroup v1: then it stays unsaid. */
function pressureOf(row: RecordedRow): Pick<Sample, "pressureCpu" | "pressureMemory"> {
  const cpu = amountOf(row.pressurecpusome);
  const memory = amountOf(row.pressurememorysome);
  if (cpu === null && memory === null) return {};
  return {
    pressureCpu: cpu === null ? null : cpu / 100,
    pressureMemory: memory === null ? null : memory / 100,
  };
}

/** Of all points, gaps included: 60 s where there are too few to tell, the finest step Proxmox records. */
export function medianStep(times: readonly number[]): number {
  const steps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 60;
}
