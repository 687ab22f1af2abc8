import type { Field, Ledger, Section } from "./ledger.js";
import { layerDraft } from "./layer.js";
import type { LayerSetting } from "./layer.js";
import type { Figure, Values } from "./values.js";
import { count, percent, seconds, size } from "./values.js";

/**
 * The settings of proxmox-lxc-autoscale that a tier may have of its own, as its documentation describes them:
 * - CPU up: `inc = clamp(int((usage − upper) / cpu_scale_divisor), core_min_increment, core_max_increment)`
 * - CPU down: `dec = max(core_min_increment, int((lower − usage) / cpu_scale_divisor))`
 * - memory up: `inc = max(memory_min_increment × behaviour, int((usage − upper) × memory_min_increment / memory_scale_factor))`
 * - memory down: `dec = min_decrease_chunk × behaviour`
 */
export interface OldSizing {
  readonly mode: "threshold" | "boost";
  readonly modeField: Field | null;
  readonly cpu: {
    readonly upper: Figure;
    readonly lower: Figure;
    readonly min: Figure;
    readonly max: Figure;
    readonly leastStep: Figure;
    readonly mostStep: Figure;
  };
  readonly memory: {
    readonly upper: Figure;
    readonly lower: Figure;
    readonly min: Figure;
    readonly max: Figure | null;
    readonly step: Figure;
    readonly chunk: Figure;
  };
  readonly boost: {
    readonly factor: Figure;
    readonly fallback: Figure;
    readonly duration: Figure;
    readonly saturation: Figure;
    readonly samples: Figure;
  };
  readonly divisor: Figure;
  readonly factor: Figure;
}

/** What the older program took where neither the tier nor `DEFAULT` said anything. */
const builtIn = {
  cpuUpper: 80,
  cpuLower: 20,
  memoryUpper: 80,
  memoryLower: 20,
  minCores: 1,
  maxCores: 4,
  minMemory: 512,
  leastCores: 1,
  mostCores: 2,
  memoryStep: 256,
  chunk: 128,
} as const;

const percentage = { least: 0, most: 100, noun: "a percentage" };
const cores = { least: 1, most: 8192, whole: true, noun: "a number of cores" };
const megabytes = { least: 16, most: 64 * 1024 * 1024, whole: true, noun: "a number of megabytes" };

/** Reads the sizing of `DEFAULT`, or of a tier over it. */
export function readSizing(ledger: Ledger, values: Values, section: Section, base: OldSizing | null): OldSizing {
  const figure = (
    key: string,
    fallback: Figure | undefined,
    builtInValue: number,
    limits: Parameters<Values["figure"]>[2],
  ): Figure => {
    const field = section.take(key);
    const own = values.optionalFigure(field, limits);
    if (own === null) return fallback ?? { known: builtInValue, written: null, field: null };
    return Number.isNaN(own.known) ? { ...own, known: fallback?.known ?? builtInValue } : own;
  };
  const modeField = section.take("scaling_mode");
  const mode = values.choice(modeField, ["threshold", "boost"] as const, base?.mode ?? "threshold");
  const maxMemory = values.optionalFigure(section.take("max_memory"), megabytes);
  const sizing: OldSizing = {
    mode,
    modeField: modeField ?? base?.modeField ?? null,
    cpu: {
      upper: figure("cpu_upper_threshold", base?.cpu.upper, builtIn.cpuUpper, { ...percentage, least: 1 }),
      lower: figure("cpu_lower_threshold", base?.cpu.lower, builtIn.cpuLower, percentage),
      min: figure("min_cores", base?.cpu.min, builtIn.minCores, cores),
      max: figure("max_cores", base?.cpu.max, builtIn.maxCores, cores),
      leastStep: figure("core_min_increment", base?.cpu.leastStep, builtIn.leastCores, cores),
      mostStep: figure("core_max_increment", base?.cpu.mostStep, builtIn.mostCores, cores),
    },
    memory: {
      upper: figure("memory_upper_threshold", base?.memory.upper, builtIn.memoryUpper, { ...percentage, least: 1 }),
      lower: figure("memory_lower_threshold", base?.memory.lower, builtIn.memoryLower, percentage),
      min: figure("min_memory", base?.memory.min, builtIn.minMemory, megabytes),
      max: maxMemory ?? base?.memory.max ?? null,
      step: figure("memory_min_increment", base?.memory.step, builtIn.memoryStep, { ...megabytes, least: 1 }),
      chunk: figure("min_decrease_chunk", base?.memory.chunk, builtIn.chunk, { ...megabytes, least: 1 }),
    },
    boost: {
      factor: figure("boost_factor", base?.boost.factor, 1.5, { least: 1.01, most: 16, noun: "a factor" }),
      fallback: figure("boost_fallback_factor", base?.boost.fallback, 1.25, {
        least: 1.01,
        most: 16,
        noun: "a factor",
      }),
      duration: figure("boost_duration", base?.boost.duration, 120, {
        least: 1,
        most: 604_800,
        whole: true,
        noun: "a number of seconds",
      }),
      saturation: figure("saturation_threshold", base?.boost.saturation, 0.95, {
        least: 0.01,
        most: 1,
        noun: "a fraction",
      }),
      samples: figure("consecutive_samples", base?.boost.samples, 3, {
        least: 1,
        most: 1000,
        whole: true,
        noun: "a number of samples",
      }),
    },
    divisor: figure("cpu_scale_divisor", base?.divisor, 2, { least: 0.001, most: 100_000, noun: "a number above 0" }),
    factor: figure("memory_scale_factor", base?.factor, 1.5, { least: 0.001, most: 100_000, noun: "a number above 0" }),
  };
  return consistent(ledger, sizing, base);
}

/** Where two figures contradict each other the older program refused to start: both go back to what holds below. */
function consistent(ledger: Ledger, sizing: OldSizing, base: OldSizing | null): OldSizing {
  const { cpu, memory, boost } = sizing;
  const refuse = (
    code: "below-above-above" | "min-above-max" | "out-of-range",
    message: string,
    ...figures: readonly Figure[]
  ): void => {
    // A finding about two places stands on the later one.
    const fields = figures.map(({ field }) => field).filter((field) => field !== null);
    fields.sort((a, b) => b.span.start - a.span.start);
    const [later, ...others] = fields;
    if (later !== undefined) ledger.mistake(later, code, message);
    for (const field of others) if (!ledger.isSettled(field)) ledger.leftOut(field, message);
  };
  const plain = (known: number): Figure => ({ known, written: null, field: null });
  let next = sizing;
  if (cpu.lower.known >= cpu.upper.known) {
    refuse(
      "below-above-above",
      `\`cpu_lower_threshold\` (${cpu.lower.known}) must be less than \`cpu_upper_threshold\` (${cpu.upper.known}).`,
      cpu.lower,
      cpu.upper,
    );
    next = {
      ...next,
      cpu: {
        ...next.cpu,
        lower: base?.cpu.lower ?? plain(builtIn.cpuLower),
        upper: base?.cpu.upper ?? plain(builtIn.cpuUpper),
      },
    };
  }
  if (memory.lower.known >= memory.upper.known) {
    refuse(
      "below-above-above",
      `\`memory_lower_threshold\` (${memory.lower.known}) must be less than \`memory_upper_threshold\` (${memory.upper.known}).`,
      memory.lower,
      memory.upper,
    );
    next = {
      ...next,
      memory: {
        ...next.memory,
        lower: base?.memory.lower ?? plain(builtIn.memoryLower),
        upper: base?.memory.upper ?? plain(builtIn.memoryUpper),
      },
    };
  }
  if (cpu.min.known > cpu.max.known) {
    refuse(
      "min-above-max",
      `\`min_cores\` (${cpu.min.known}) is above \`max_cores\` (${cpu.max.known}).`,
      cpu.min,
      cpu.max,
    );
    next = {
      ...next,
      cpu: {
        ...next.cpu,
        min: base?.cpu.min ?? plain(builtIn.minCores),
        max: base?.cpu.max ?? plain(builtIn.maxCores),
      },
    };
  }
  if (memory.max !== null && memory.min.known > memory.max.known) {
    refuse(
      "min-above-max",
      `\`min_memory\` (${memory.min.known}) is above \`max_memory\` (${memory.max.known}).`,
      memory.max,
    );
    next = { ...next, memory: { ...next.memory, max: null } };
  }
  if (boost.fallback.known > boost.factor.known) {
    refuse(
      "out-of-range",
      `\`boost_fallback_factor\` (${boost.fallback.known}) is above \`boost_factor\` (${boost.factor.known}).`,
      boost.fallback,
    );
    next = { ...next, boost: { ...next.boost, fallback: { ...boost.factor } } };
  }
  return next;
}

export interface SizingSurroundings {
  /** Seconds between two looks of the older program. */
  readonly interval: Figure;
  readonly behaviour: { readonly factor: number; readonly field: Field | null; readonly name: string };
  /** MiB of which every size of the file is a multiple. */
  readonly grain: number;
}

/** Sizes of memory a file names, for the grain that suits them all. */
export function sizesOf({ memory }: OldSizing, behaviour: number): readonly number[] {
  return [memory.min.known, memory.max?.known ?? 0, scaled(memory.step, behaviour), scaled(memory.chunk, behaviour)];
}

/** The largest grain up to our own of 64 MiB that all these sizes are multiples of. */
export function grainOf(sizes: readonly number[]): number {
  for (const grain of [64, 32, 16, 8, 4, 2]) if (sizes.every((one) => one % grain === 0)) return grain;
  return 1;
}

function scaled({ known }: Figure, factor: number): number {
  return Math.max(1, Math.floor(known * factor));
}

function rounded(value: number, grain: number): number {
  return Math.max(grain, Math.floor(value / grain) * grain);
}

/** What holds whatever the mode: bounds. */
export function boundSettings(sizing: OldSizing, grain: number): readonly LayerSetting[] {
  const draft = layerDraft();
  draft.add("cpu.min", count(sizing.cpu.min), [sizing.cpu.min]);
  draft.add("cpu.max", count(sizing.cpu.max), [sizing.cpu.max]);
  draft.add("memory.min", size(sizing.memory.min), [sizing.memory.min]);
  if (sizing.memory.max !== null) {
    draft.add(
      "memory.max",
      size(sizing.memory.max),
      [sizing.memory.max],
      "The older program documented `max_memory` but never read it, and memory grew without a limit: this one keeps to it.",
    );
  }
  if (grain !== 64) draft.add("memory.step", size({ known: grain, written: null, field: null }), []);
  return draft.settings;
}

/** What the mode of a container asks for: thresholds, or boosts alone. */
export function strategySettings(sizing: OldSizing, surroundings: SizingSurroundings): readonly LayerSetting[] {
  return sizing.mode === "boost" ? boostSettings(sizing) : thresholdSettings(sizing, surroundings);
}

function thresholdSettings(
  sizing: OldSizing,
  { interval, behaviour, grain }: SizingSurroundings,
): readonly LayerSetting[] {
  const { cpu, memory, divisor, factor } = sizing;
  const draft = layerDraft();
  const window = seconds(interval);
  const least = cpu.leastStep.known > cpu.mostStep.known ? cpu.mostStep : cpu.leastStep;
  draft.add("cpu.scaleUp.above", percent(cpu.upper), [cpu.upper]);
  draft.add("cpu.scaleUp.for", window, []);
  draft.add("cpu.scaleUp.step", count(least), [cpu.leastStep]);
  draft.add(
    "cpu.scaleUp.step",
    count(least),
    [divisor],
    `A growth was (usage − threshold) / ${divisor.known} cores, between the two increments. Here it is the fewest cores between \`step\` and \`maxStep\` that bring usage below \`above\`.`,
  );
  draft.add("cpu.scaleUp.maxStep", count(cpu.mostStep), [cpu.mostStep]);
  const lower = belowOf(cpu.lower);
  if (lower !== null) {
    draft.add("cpu.scaleDown.below", lower, [cpu.lower]);
    draft.add("cpu.scaleDown.for", window, []);
    draft.add("cpu.scaleDown.step", count(least), [cpu.leastStep]);
    // Just below the threshold the older program took the least away; `maxStep` would let usage come up to `above` at once.
    const fastest = `A shrink was (threshold − usage) / ${divisor.known} cores, at least the increment: an idle container lost several at once. Here it is \`step\` each time; \`maxStep\` takes more.`;
    draft.add(
      "cpu.scaleDown.step",
      count(least),
      [divisor],
      cpu.lower.known / divisor.known >= least.known + 1 ? fastest : null,
    );
  } else draft.add("cpu.scaleUp.above", percent(cpu.upper), [cpu.lower], neverShrinks("cpu_lower_threshold"));

  const step = scaled(memory.step, behaviour.factor);
  const written = (figure: Figure): Figure =>
    behaviour.factor === 1 ? figure : { ...figure, known: scaled(figure, behaviour.factor), written: null };
  const multiplied =
    behaviour.factor === 1 || behaviour.field === null
      ? null
      : `\`behaviour: ${behaviour.name}\` multiplied the steps of memory by ${behaviour.factor}; the steps here are the result.`;
  draft.add("memory.scaleUp.above", percent(memory.upper), [memory.upper]);
  draft.add("memory.scaleUp.for", window, []);
  draft.add("memory.scaleUp.step", size(written(memory.step)), [memory.step]);
  if (multiplied !== null) draft.add("memory.scaleUp.step", size(written(memory.step)), [behaviour.field], multiplied);
  const largest = rounded(((100 - memory.upper.known) * memory.step.known) / factor.known, grain);
  if (memory.step.written === null && largest > step) {
    const difference = `A growth was (usage − threshold) × ${memory.step.known} / ${factor.known} MB, at least the increment. Here it is the least between \`step\` and \`maxStep\` that brings usage below \`above\`.`;
    draft.add("memory.scaleUp.maxStep", size({ known: largest, written: null, field: null }), [factor], difference);
  }
  const memoryLower = belowOf(memory.lower);
  if (memoryLower !== null) {
    draft.add("memory.scaleDown.below", memoryLower, [memory.lower]);
    draft.add("memory.scaleDown.for", window, []);
    draft.add("memory.scaleDown.step", size(written(memory.chunk)), [memory.chunk]);
    if (multiplied !== null) draft.add("memory.scaleDown.step", size(written(memory.chunk)), [behaviour.field]);
  } else
    draft.add("memory.scaleUp.above", percent(memory.upper), [memory.lower], neverShrinks("memory_lower_threshold"));
  return merged(draft.settings);
}

/** A threshold of 0 never held: no usage is below it. */
function belowOf(lower: Figure): string | null {
  return lower.written === null && lower.known < 1 ? null : percent(lower);
}

function neverShrinks(key: string): string {
  return `\`${key}: 0\` meant that nothing shrinks, so there is no \`scaleDown\`.`;
}

function boostSettings({ boost, modeField }: OldSizing): readonly LayerSetting[] {
  const draft = layerDraft();
  for (const resource of ["cpu", "memory"] as const) {
    const path = `${resource}.boost`;
    const mode =
      "In boost mode the older program did nothing else, and its boosts went over `max_cores`: here they stay within `max`.";
    // A reference to a fraction can't be made one to a percentage.
    const fixed =
      boost.saturation.written === null ? null : "It came from a variable as a fraction; write it as a percentage.";
    draft.add(
      `${path}.above`,
      percent({ ...boost.saturation, known: boost.saturation.known * 100, written: null }),
      [boost.saturation],
      fixed,
    );
    draft.add(`${path}.samples`, count(boost.samples), [boost.samples]);
    draft.add(
      `${path}.factor`,
      count(boost.factor),
      [boost.factor, modeField],
      resource === "cpu" && modeField !== null ? mode : null,
    );
    draft.add(`${path}.fallbackFactor`, count(boost.fallback), [boost.fallback]);
    draft.add(`${path}.duration`, seconds(boost.duration), [boost.duration]);
  }
  return draft.settings;
}

/** Several keys of the old file may give one of the new: one setting with all of them. */
function merged(settings: readonly LayerSetting[]): readonly LayerSetting[] {
  const byPath = new Map<string, LayerSetting>();
  for (const setting of settings) {
    const before = byPath.get(setting.path);
    byPath.set(
      setting.path,
      before === undefined
        ? setting
        : {
            ...setting,
            fields: [...before.fields, ...setting.fields],
            changes: [...before.changes, ...setting.changes],
          },
    );
  }
  return [...byPath.values()];
}
