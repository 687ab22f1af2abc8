import type { Container, Inventory, Sample } from "../../model/index.js";

/** What one look at the cluster said of one container. */
export interface ContainerReading {
  readonly vmid: number;
  /** By which another container under the same number is known. */
  readonly name: string;
  readonly sample: Sample;
}

/** What one look at the cluster said of all of them, ordered by vmid. */
export interface Reading {
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly time: number;
  readonly containers: readonly ContainerReading[];
}

/** The figures of an inventory as samples of `time`. Templates, and what is only repeated of a node that is away, are left out. */
export function readingOf({ containers }: Inventory, time: number): Reading {
  return {
    time,
    containers: containers
      .filter(({ template, stale }) => !template && !stale)
      .map((container) => ({ vmid: container.vmid, name: container.name, sample: sampleOf(container, time) })),
  };
}

function sampleOf(container: Container, time: number): Sample {
  const { cores, memoryLimit, configuration, lock, swap, disk, diskLimit, pressure } = container;
  const cpuPressure = pressure?.cpuSome ?? null;
  const memoryPressure = pressure?.memorySome ?? null;
  return {
    time,
    cpu: container.cpu === null ? null : asRecorded(container.cpu),
    cores,
    memory: container.memory,
    memoryLimit,
    ...(configuration === null ? {} : { cpulimit: configuration.cpulimit }),
    ...(swap === null ? {} : { swap }),
    ...(disk === null ? {} : { disk }),
    ...(diskLimit === null ? {} : { diskLimit }),
    ...(cpuPressure === null ? {} : { pressureCpu: asRecorded(cpuPressure / 100) }),
    ...(memoryPressure === null ? {} : { pressureMemory: asRecorded(memoryPressure / 100) }),
    ...(lock === null ? {} : { locked: true }),
  };
}

/** Fractions are kept to the millionth: what is decided now and what is decided from the record later is the same. */
export const fractionSteps = 1_000_000;

function asRecorded(fraction: number): number {
  return Math.round(fraction * fractionSteps) / fractionSteps;
}
