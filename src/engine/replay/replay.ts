import { effectiveSettings, type AutoscalerConfig, type EffectiveSettings } from "../../config/index.js";
import { isChange, outcomeOf } from "../../model/index.js";
import type { Container, ContainerHistory, Decision, Node, Outcome, Reason } from "../../model/index.js";
import { advance } from "../advance.js";
import { decide } from "../decide.js";
import { lookBackSeconds } from "../look-back.js";
import { emptyState, type State } from "../state.js";
import type { Trace, TracePlace } from "../trace/index.js";
import { FigureSum, type ReplayFigures } from "./figures.js";
import { replayNotes } from "./notes.js";
import { ReplayedContainer, type Known } from "./replayed-container.js";

/** A node of known size. Sizes are cores and bytes. */
export interface NodeSize {
  readonly name: string;
  readonly cores: number;
  readonly memory: number;
}

export interface ReplayInput {
  readonly config: AutoscalerConfig;
  readonly trace: Trace;
  /** Tags and pools, which a trace has none of, by vmid; without them what asks for them does not match. */
  readonly known?: ReadonlyMap<number, Known>;
  /**
   * Nodes by their sizes. Their use is what the trace's containers use on them, and nothing beside it. Without them
   * reserve and node limits are not applied.
   */
  readonly nodes?: readonly NodeSize[];
  /** Gets every change as it is made. */
  readonly onChange?: (change: ReplayedChange) => void;
  /** Gets every reading with the sizes that the replay had at that time. */
  readonly onReading?: (reading: ReplayedReading) => void;
}

/** A change that would have been made. */
export interface ReplayedChange {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly vmid: number;
  readonly name: string;
  readonly resource: Decision["resource"];
  readonly unit: Decision["unit"];
  readonly from: number;
  readonly to: number;
  readonly reasons: readonly Reason[];
}

/** One reading of the trace and the sizes it met. Demand is NaN where the trace does not say. */
export interface ReplayedReading {
  readonly time: number;
  readonly vmid: number;
  readonly place: TracePlace;
  /** Cores; `null` until a size was recorded. */
  readonly cpuSize: number | null;
  readonly cpuDemand: number;
  /** MiB. */
  readonly memorySize: number | null;
  readonly memoryDemand: number;
  /** So many readings of it are kept for the decisions to come. */
  readonly samples: number;
}

export interface ContainerFigures extends ReplayFigures {
  readonly vmid: number;
  readonly name: string;
  /** Whether the file manages it at any time of the trace. */
  readonly managed: boolean;
}

export interface Replay extends ReplayFigures {
  readonly file: string;
  /** By vmid: every container of the trace, so that two files are compared on the same. */
  readonly containers: readonly ContainerFigures[];
  /** What the trace could not tell, in sentences. */
  readonly notes: readonly string[];
}

/** How far a replay has come, from 0 to 1. */
export type Progress = number;

/** Times that are off by less than this are as far apart as they should be. */
const jitter = 0.95;

/** What a file would have done with recorded usage: the whole of {@link replaying} at once. */
export function replay(input: ReplayInput): Replay {
  const steps = replaying(input);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs the engine over recorded usage, as a live loop would have met it: the same `decide`, the same `advance`, and
 * containers that react to their new sizes. Decides at each time of the trace at least an interval after the last
 * decision, and yields after each, so that whoever runs it may show progress or stop. Pure: the same input gives the same
 * result.
 */
export function* replaying(input: ReplayInput): Generator<Progress, Replay, void> {
  const { config, trace, onChange, onReading } = input;
  const { time: times } = trace;
  const step = stepSecondsOf(trace) || config.intervalSeconds;
  const period = Math.max(config.intervalSeconds, step);
  const world = new World(input, step);
  let state: State = emptyState();
  let decidedAt = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < trace.length;) {
    const now = times[at] ?? 0;
    for (; at < trace.length && times[at] === now; at += 1) {
      const container = world.take(at, 2 * period);
      if (container !== null && onReading !== undefined) onReading(readingOf(container, now));
    }
    if (now - decidedAt < config.intervalSeconds * 1000 * jitter) continue;
    decidedAt = now;
    const inventory = world.inventory(now, 2 * period);
    const { decisions } = decide({ config, inventory, history: world.history, state, now });
    const outcomes: Outcome[] = [];
    for (const decision of decisions) {
      const changed = isChange(decision);
      outcomes.push(outcomeOf(decision, changed ? "applied" : "skipped", changed));
      if (!changed) continue;
      world.resize(decision, now);
      if (onChange !== undefined && decision.resource !== "swap") onChange(changeOf(decision, now));
    }
    state = advance(state, outcomes, now);
    yield at / trace.length;
  }
  return world.result(config.file);
}

/** Everything that is replayed: the containers by vmid, their histories, and what is known of their settings. */
class World {
  readonly history = new Map<number, ContainerHistory>();
  readonly #containers = new Map<number, ReplayedContainer>();
  /** By the trace's own index of places. */
  readonly #ofPlace: (ReplayedContainer | undefined)[] = [];
  #ordered: readonly ReplayedContainer[] | null = null;
  readonly #lookBack = new WeakMap<EffectiveSettings, number>();

  constructor(
    readonly input: ReplayInput,
    readonly step: number,
  ) {}

  /** Gives the trace's reading at an index to its container. */
  take(at: number, longest: number): ReplayedContainer | null {
    const { trace } = this.input;
    const index = trace.place[at] ?? 0;
    const place = trace.places[index];
    if (place === undefined) return null;
    const container = (this.#ofPlace[index] ??= this.#containerOf(place));
    container.take(
      {
        time: trace.time[at] ?? 0,
        cpu: trace.cpu[at] ?? Number.NaN,
        cores: trace.cores[at] ?? Number.NaN,
        memory: trace.memory[at] ?? Number.NaN,
        memoryLimit: trace.memoryLimit[at] ?? Number.NaN,
      },
      place,
      this.step,
      longest,
    );
    return container;
  }

  #containerOf(place: TracePlace): ReplayedContainer {
    const { vmid } = place;
    const known = this.#containers.get(vmid);
    if (known !== undefined) return known;
    const made = new ReplayedContainer(vmid, place, this.input.known?.get(vmid) ?? nothingKnown);
    this.#containers.set(vmid, made);
    this.#ordered = null;
    this.history.set(vmid, { stepSeconds: this.step, samples: made.samples });
    return made;
  }

  /** The containers that are there: one that has not been read for longer than `longest` seconds is gone, for now. */
  inventory(now: number, longest: number): Parameters<typeof decide>[0]["inventory"] {
    const { config } = this.input;
    this.#ordered ??= [...this.#containers.values()].sort((a, b) => a.vmid - b.vmid);
    const containers: Container[] = [];
    // Histories have every reading already, so the inventory has none that is newer.
    let observedAt = now;
    for (const one of this.#ordered) {
      if (now - one.lastTime > longest * 1000) continue;
      observedAt = Math.min(observedAt, one.lastTime);
      const settings = effectiveSettings(config, one.subject, now);
      one.managed ||= settings.managed;
      one.forgetBefore(now - this.#keepSeconds(settings) * 1000);
      containers.push(one.container(settings.cpu?.resource === "cpulimit"));
    }
    return { cluster: "", observedAt, quorate: null, nodes: this.#nodes(containers), containers, problems: [] };
  }

  /** A schedule may look back further than what is in force now, so there is an hour to spare. */
  #keepSeconds(settings: EffectiveSettings): number {
    let seconds = this.#lookBack.get(settings);
    if (seconds === undefined) {
      seconds = lookBackSeconds(this.input.config, settings);
      this.#lookBack.set(settings, seconds);
    }
    return seconds;
  }

  #nodes(containers: readonly Container[]): readonly Node[] {
    return (this.input.nodes ?? []).map(({ name, cores, memory }) => {
      let cpuUse = 0;
      let memoryUse = 0;
      for (const container of containers) {
        if (container.node !== name) continue;
        cpuUse += (container.cpu ?? 0) * (container.cores ?? 0);
        memoryUse += container.memory ?? 0;
      }
      return {
        name,
        status: "online",
        cpu: Math.min(1, cpuUse / cores),
        cores,
        memory: memoryUse,
        memoryLimit: memory,
        memoryAvailable: Math.max(0, memory - memoryUse),
        uptime: null,
        fingerprint: null,
      };
    });
  }

  resize(decision: Decision, now: number): void {
    this.#containers.get(decision.vmid)?.resize(decision, now);
  }

  result(file: string): Replay {
    const { config, known } = this.input;
    const containers = [...this.#containers.values()].sort((a, b) => a.vmid - b.vmid);
    const total = new FigureSum();
    for (const { figures } of containers) total.add(figures);
    return {
      file,
      ...total.result(),
      containers: containers.map(({ vmid, name, managed, figures }) => ({ vmid, name, managed, ...figures.result() })),
      notes: replayNotes(config, { known: known !== undefined, nodes: this.input.nodes !== undefined }),
    };
  }
}

const nothingKnown: Known = { tags: [], pool: null };

/** Median distance of the trace's times in seconds; 0 where it has only one. */
export function stepSecondsOf({ length, time }: Trace): number {
  const distances: number[] = [];
  for (let at = 1; at < length; at += 1) {
    const distance = (time[at] ?? 0) - (time[at - 1] ?? 0);
    if (distance > 0) distances.push(distance);
  }
  return (Float64Array.from(distances).sort()[distances.length >>> 1] ?? 0) / 1000;
}

function changeOf({ vmid, name, resource, unit, from, to, reasons }: Decision, time: number): ReplayedChange {
  return { time, vmid, name, resource, unit, from: from ?? 0, to: to ?? 0, reasons };
}

function readingOf(container: ReplayedContainer, time: number): ReplayedReading {
  const { vmid, place, cpuSize, cpuDemand, memorySize, memoryDemand, samples } = container;
  return { time, vmid, place, cpuSize, cpuDemand, memorySize, memoryDemand, samples: samples.length };
}
