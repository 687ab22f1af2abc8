import type { MatchSubject } from "../../config/index.js";
import { mebibyte } from "../../model/index.js";
import type { Container, ContainerConfiguration, Decision, Sample } from "../../model/index.js";
import type { TracePlace } from "../trace/index.js";
import { larger, tolerance } from "../sizes.js";
import { FigureSum } from "./figures.js";

/** At or above this share of its ceiling a reading says that demand was at least that much: recorded averages are never quite 1. */
const ceiling = 0.999;
/** More than this over its ceiling is no usage but a reading that can't be: it counts as unknown, as it does live. */
const jitter = 1.1;
/** Changes against each other in less time than this are an oscillation. */
const hour = 3_600_000;

/** One reading of a trace. NaN is a figure that is not known. */
export interface Recorded {
  readonly time: number;
  readonly cpu: number;
  readonly cores: number;
  readonly memory: number;
  readonly memoryLimit: number;
}

/** What is known of a container beside its trace. */
export interface Known {
  readonly tags: readonly string[];
  readonly pool: string | null;
}

/**
 * A container as it would have been: it has the demand that was recorded and the size that the replay has come to. More
 * than its size it can't use, and what it uses is what the next decision sees.
 */
export class ReplayedContainer {
  readonly figures = new FigureSum();
  /** What a live loop would have recorded of it, oldest first; as far back as its settings look. */
  readonly samples: Sample[] = [];
  /** Cores, or the cpulimit where that is what the file manages; `null` until a size was recorded. */
  cpuSize: number | null = null;
  /** MiB. */
  memorySize: number | null = null;
  swapSize = 0;
  /** In cores and MiB; NaN where the last reading did not say. */
  cpuDemand = Number.NaN;
  memoryDemand = Number.NaN;
  lastTime = Number.NaN;
  managed = false;
  #changes = new Map<Decision["resource"], { readonly time: number; readonly up: boolean }>();

  constructor(
    readonly vmid: number,
    public place: TracePlace,
    readonly known: Known,
  ) {}

  get name(): string {
    return this.place.name;
  }

  /**
   * Takes a reading: the time since the one before was spent at the present size. A silence of more than `longest`
   * seconds is a gap, and counts as one `step`.
   */
  take(recorded: Recorded, place: TracePlace, step: number, longest: number): void {
    const { time, cpu, cores, memory, memoryLimit } = recorded;
    const passed = (time - this.lastTime) / 1000;
    const seconds = passed <= longest ? passed : step;
    this.lastTime = time;
    this.place = place;
    // The first recorded size is where it starts; later ones are the record's own story.
    if (this.cpuSize === null && cores > 0) this.cpuSize = cores;
    if (this.memorySize === null && memoryLimit > 0) this.memorySize = memoryLimit / mebibyte;
    this.cpuDemand = cpu <= jitter && cores > 0 ? cpu * cores : Number.NaN;
    this.memoryDemand = memory > 0 && !(memory > memoryLimit * jitter) ? memory / mebibyte : Number.NaN;
    this.#account(seconds, cpu >= ceiling, memory >= memoryLimit * ceiling);
    this.samples.push({
      time,
      cpu: usageOf(this.cpuDemand, this.cpuSize),
      cores: this.cpuSize,
      memory: this.memoryUse(),
      memoryLimit: this.memorySize === null ? null : this.memorySize * mebibyte,
    });
  }

  /** Bytes in use of its replayed size: more it can't have. */
  private memoryUse(): number | null {
    const { memoryDemand, memorySize } = this;
    return Number.isNaN(memoryDemand) || memorySize === null ? null : Math.min(memoryDemand, memorySize) * mebibyte;
  }

  #account(seconds: number, cpuCeiling: boolean, memoryCeiling: boolean): void {
    const { figures, cpuSize, cpuDemand, memorySize, memoryDemand } = this;
    if (cpuSize !== null && !Number.isNaN(cpuDemand)) {
      figures.coreSeconds += (cpuSize - cpuDemand) * seconds;
      if (cpuCeiling) figures.cpuCensored += seconds;
      if (cpuCeiling || cpuDemand >= cpuSize - tolerance) figures.cpuSaturated += seconds;
    }
    if (memorySize !== null && !Number.isNaN(memoryDemand)) {
      figures.mebibyteSeconds += (memorySize - memoryDemand) * seconds;
      if (memoryCeiling) figures.memoryCensored += seconds;
      if (memoryCeiling || memoryDemand >= memorySize - tolerance) figures.memorySaturated += seconds;
      if (larger(memoryDemand, memorySize)) {
        figures.overSeconds += seconds;
        figures.overMebibytes = Math.max(figures.overMebibytes, memoryDemand - memorySize);
      }
    }
  }

  /** Drops what nothing looks back to any more, now and then, so that dropping costs next to nothing. */
  forgetBefore(time: number): void {
    const { samples } = this;
    if ((samples[samples.length >>> 1]?.time ?? time) >= time) return;
    const keep = samples.findIndex((sample) => sample.time >= time);
    samples.splice(0, keep < 0 ? samples.length : keep);
  }

  /** Takes the size that a decision gave it. */
  resize(decision: Decision, time: number): void {
    const { resource, from, to } = decision;
    if (from === null || to === null) return;
    if (resource === "memory") this.memorySize = to;
    else if (resource === "cores" || resource === "cpulimit") this.cpuSize = to;
    else if (resource === "swap") this.swapSize = to;
    if (resource === "swap") return;
    const up = to > from;
    const before = this.#changes.get(resource);
    this.figures.changes += 1;
    if (before !== undefined && before.up !== up && time - before.time <= hour) this.figures.oscillations += 1;
    this.#changes.set(resource, { time, up });
  }

  /** Who it is, to a file that matches. */
  get subject(): MatchSubject {
    const { vmid, place, known } = this;
    return { vmid, name: place.name, node: place.node, tags: known.tags, pool: known.pool };
  }

  /** As an inventory would show it. `byLimit`: its cpulimit is what the file manages, and it has no `cores`. */
  container(byLimit: boolean): Container {
    const { vmid, place, known, cpuSize, memorySize } = this;
    return {
      vmid,
      node: place.node,
      name: place.name,
      status: "running",
      template: false,
      lock: null,
      tags: known.tags,
      pool: known.pool,
      haState: null,
      cpu: usageOf(this.cpuDemand, cpuSize),
      cores: cpuSize,
      memory: this.memoryUse(),
      memoryLimit: memorySize === null ? null : memorySize * mebibyte,
      swap: null,
      swapLimit: null,
      disk: null,
      diskLimit: null,
      uptime: null,
      pressure: null,
      stale: false,
      configuration: cpuSize === null || memorySize === null ? null : this.#configuration(cpuSize, memorySize, byLimit),
    };
  }

  #configuration(cpuSize: number, memory: number, byLimit: boolean): ContainerConfiguration {
    return {
      cores: byLimit ? null : cpuSize,
      cpulimit: byLimit ? cpuSize : null,
      memory,
      swap: this.swapSize,
      volumes: [],
      digest: "",
      pending: [],
      protection: false,
      unprivileged: true,
      description: null,
      readAt: this.lastTime,
    };
  }
}

/** Demand over size, at most all of it. */
function usageOf(demand: number, size: number | null): number | null {
  return Number.isNaN(demand) || size === null ? null : Math.min(1, demand / size);
}
