import { mebibyte } from "../../model/index.js";
import type { Container, UsageHistory, Sample } from "../../model/index.js";
import { percentile, usageWindow, type UsageWindow } from "../estimators/index.js";
import { larger, roundUp, same, smaller } from "../sizes.js";

/** What recorded usage says of a size. `unlimited`: there is no size; `unknown`: too little is recorded. */
export type Verdict = "too-big" | "too-small" | "right" | "unlimited" | "unknown";

/** How much of the time asked for the readings cover: four fifths of it, a day, an hour, or less. */
export type Confidence = "high" | "medium" | "low" | "none";

/** What one resource of one container should be by its recorded usage. Cores, or MiB. */
export interface Advice {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  /** Of CPU the one that limits it: `cpulimit` only where it is less than the cores. */
  readonly resource: "cores" | "cpulimit" | "memory";
  readonly unit: "cores" | "MiB";
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  /** `null`: no limit, or not known. */
  readonly from: number | null;
  /** What it should be; the present size where it is right, `null` where nothing can be said. */
  readonly to: number | null;
  /** In use for 95 % of the time at most. */
  readonly usual: number | null;
  /** The most that was in use. */
  readonly peak: number | null;
  /** Share of the time in which it used all it had, so that it may have wanted more. */
  readonly atLimit: number;
  /** Seconds that the readings cover. */
  readonly covered: number;
  /** Distance of the source's points in seconds: shorter peaks are averaged away. 0: nothing was recorded. */
  readonly stepSeconds: number;
}

/** Of CPU what is enough for 95 % of the time and 15 % more: the target of the Kubernetes Vertical Pod Autoscaler (`percentile`'s defaults). */
const cpuShare = 0.95;
const cpuMargin = 0.15;

/** Memory can't be shared out later like CPU: the most that was in use, and the headroom of the autoscaler file's default. */
const memoryMargin = 0.2;

/** Where so much of what it has is in use, it may have wanted more. Memory is reclaimed before the last percent. */
const ceiling = 0.95;

/** At its limit for longer than this share of the time, demand is not known but larger. */
const censoredShare = 0.01;

/** What such a container should get, as a multiple of what it has. */
const relief = 1.25;

/** A size that is less than this above what is needed is right: nobody restarts or resizes anything for it. */
const worthwhile = 0.1;

const coreGrain = 1;
const limitGrain = 0.1;
const memoryGrain = 64;

/** Smaller ones save nothing worth having, and an update of the system in the container needs this much. MiB. */
const leastMemory = 128;

/** What recorded usage up to `now` (milliseconds) over the last `overSeconds` says of a container's CPU and memory. */
export function advise(
  container: Container,
  history: UsageHistory | undefined,
  overSeconds: number,
  now: number,
): readonly Advice[] {
  return [
    adviceFor(cpuOf(container), container, history, overSeconds, now),
    adviceFor(memoryOf(container), container, history, overSeconds, now),
  ];
}

/** One resource with the ways to read it. */
interface Measure {
  readonly resource: Advice["resource"];
  readonly unit: Advice["unit"];
  readonly grain: number;
  readonly size: number | null;
  readonly unlimited: boolean;
  readonly use: (sample: Sample) => number;
  /** What it could use when the reading was taken. */
  readonly capacity: (sample: Sample) => number;
  /** What it needs, by what was in use. */
  readonly need: (window: UsageWindow) => number;
}

function cpuOf({ configuration, cores }: Container): Measure {
  const cpulimit = limitOf(configuration?.cpulimit);
  const ownCores = configuration === null ? cores : configuration.cores;
  const limited = cpulimit !== null && (ownCores === null || cpulimit < ownCores);
  return {
    resource: limited ? "cpulimit" : "cores",
    unit: "cores",
    grain: limited ? limitGrain : coreGrain,
    size: limited ? cpulimit : ownCores,
    unlimited: configuration !== null && cpulimit === null && configuration.cores === null,
    use: ({ cpu, cores: of }) => (cpu === null || of === null || cpu < 0 || cpu > 1.1 ? Number.NaN : cpu * of),
    capacity: (sample) =>
      Math.min(sample.cores ?? Number.NaN, limitOf(sample.cpulimit) ?? cpulimit ?? Number.POSITIVE_INFINITY),
    need: (window) => percentile(window, cpuShare) * (1 + cpuMargin),
  };
}

function memoryOf({ configuration, memoryLimit }: Container): Measure {
  const size = configuration?.memory ?? (memoryLimit === null ? null : memoryLimit / mebibyte);
  return {
    resource: "memory",
    unit: "MiB",
    grain: memoryGrain,
    size,
    unlimited: false,
    // 0 bytes is a failed read: even an idle container has an init process.
    use: ({ memory }) => (memory === null || memory <= 0 ? Number.NaN : memory / mebibyte),
    capacity: (sample) => (sample.memoryLimit ?? Number.NaN) / mebibyte,
    need: (window) => Math.max(leastMemory, highest(window) * (1 + memoryMargin)),
  };
}

function adviceFor(
  measure: Measure,
  { vmid, node, name }: Container,
  history: UsageHistory | undefined,
  overSeconds: number,
  now: number,
): Advice {
  const { resource, unit, size } = measure;
  const { window, atLimit } = read(measure, history, overSeconds, now);
  const stepSeconds = history?.stepSeconds ?? 0;
  const confidence = confidenceOf(window.covered, overSeconds);
  const known = { vmid, node, name, resource, unit, from: size, atLimit, covered: window.covered, stepSeconds };
  if (confidence === "none" || window.length === 0) {
    const verdict = measure.unlimited ? "unlimited" : "unknown";
    return { ...known, verdict, confidence: "none", to: null, usual: null, peak: null };
  }
  const needed = Math.max(measure.grain, roundUp(measure.need(window), measure.grain));
  const usage = { confidence, usual: percentile(window, cpuShare), peak: highest(window) };
  if (measure.unlimited) return { ...known, ...usage, verdict: "unlimited", to: needed };
  if (size === null) return { ...known, ...usage, verdict: "unknown", to: needed };
  const wanted =
    atLimit > censoredShare
      ? Math.max(needed, roundUp(size * relief, measure.grain), roundUp(size + measure.grain, measure.grain))
      : needed;
  if (larger(wanted, size)) return { ...known, ...usage, verdict: "too-small", to: wanted };
  const saves = smaller(wanted, size) && !smaller(size - wanted, size * worthwhile);
  return saves
    ? { ...known, ...usage, verdict: "too-big", to: wanted }
    : { ...known, ...usage, verdict: "right", to: size };
}

/** The usable readings of the time asked for, and the share of it spent at the limit. */
function read(
  { use, capacity }: Measure,
  history: UsageHistory | undefined,
  overSeconds: number,
  now: number,
): { readonly window: UsageWindow; readonly atLimit: number } {
  const samples = [...(history?.samples ?? [])];
  const begin = now - overSeconds * 1000;
  const from = samples.findIndex(({ time }) => time > begin);
  const after = samples.findIndex(({ time }) => time > now);
  const step = history?.stepSeconds ?? 0;
  const window = usageWindow(
    {
      length: samples.length,
      timeAt: (index) => samples[index]?.time ?? 0,
      useAt: (index) => {
        const sample = samples[index];
        return sample === undefined || sample.locked === true ? Number.NaN : use(sample);
      },
    },
    {
      from: from === -1 ? samples.length : from,
      to: after === -1 ? samples.length : after,
      begin,
      periodSeconds: step,
      // Where a fine source stands beside a coarse one, the coarse one's distance is no gap.
      longestGapAt: () => Math.max(step * 2, coarsest * 1.5),
    },
  );
  let full = 0;
  let place = 0;
  for (const sample of samples) {
    if (place < window.length && sample.time === window.times[place]) {
      const most = capacity(sample);
      if (!smaller(window.uses[place] ?? 0, most * ceiling)) full += window.seconds[place] ?? 0;
      place += 1;
    }
  }
  return { window, atLimit: window.covered > 0 ? full / window.covered : 0 };
}

/** Proxmox VE keeps half hours for a month. */
const coarsest = 1800;

function confidenceOf(covered: number, overSeconds: number): Confidence {
  if (covered >= overSeconds * 0.8) return "high";
  if (covered >= 86_400) return "medium";
  return covered >= 3600 ? "low" : "none";
}

function highest({ uses, length }: UsageWindow): number {
  let most = 0;
  for (let index = 0; index < length; index += 1) most = Math.max(most, uses[index] ?? 0);
  return most;
}

/** A limit of 0 is none. */
function limitOf(limit: number | null | undefined): number | null {
  return limit === null || limit === undefined || limit <= 0 || same(limit, 0) ? null : limit;
}
