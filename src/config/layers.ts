import type { Cooldown, Cpu, Memory } from "./generated/autoscaler-file.js";
import type { CooldownLayer, CpuLayer, Layer, MemoryLayer, PercentileLayer, ThresholdLayer } from "./settings.js";

/** A setting of one layer, by its path in the file. */
export interface LayerSetting {
  /** `cpu.scaleUp.above`. A strategy or boost that is there without any key of its own has the value `null`. */
  readonly path: string;
  readonly value: string | number | boolean | null;
  /** `defaults`, `policies[0]`, `schedules[1]`. */
  readonly origin: string;
  readonly line: number | null;
}

type Value = string | number | boolean | undefined;

/** The part of a policy, schedule or `defaults` that makes a layer, as the file has it. */
export interface LayerFile {
  readonly cpu?: Cpu;
  readonly memory?: Memory;
  readonly cooldown?: Cooldown;
  readonly priority?: number;
}

/** Drops what is not given: `undefined` is not a value of an optional key here. */
function given<T extends object>(entries: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key of Object.keys(entries) as (keyof T)[]) if (entries[key] !== undefined) kept[key] = entries[key];
  return kept as T;
}

function cooldownLayer(cooldown: Cooldown | undefined): CooldownLayer | undefined {
  return cooldown === undefined
    ? undefined
    : given<CooldownLayer>({ upSeconds: cooldown.up, downSeconds: cooldown.down });
}

interface DirectionFile {
  readonly above?: number;
  readonly below?: number;
  readonly for?: number;
  readonly step?: number;
  readonly maxStep?: number;
}

function thresholdLayer(direction: DirectionFile | undefined): ThresholdLayer | undefined {
  if (direction === undefined) return undefined;
  return given<ThresholdLayer>({
    threshold: direction.above ?? direction.below,
    forSeconds: direction.for,
    step: direction.step,
    maxStep: direction.maxStep,
  });
}

function resourceLayer(file: Cpu & Memory): CpuLayer & MemoryLayer {
  const { percentile, boost } = file;
  return given<CpuLayer & MemoryLayer>({
    min: file.min,
    max: file.max,
    step: file.step,
    maxStep: file.maxStep,
    scaleUp: thresholdLayer(file.scaleUp),
    scaleDown: thresholdLayer(file.scaleDown),
    target: file.target,
    tolerance: file.tolerance,
    percentile:
      percentile === undefined
        ? undefined
        : given<PercentileLayer>({ of: percentile.of, overSeconds: percentile.over, margin: percentile.margin }),
    fixed: file.fixed,
    boost:
      boost === undefined
        ? undefined
        : given({
            above: boost.above,
            samples: boost.samples,
            factor: boost.factor,
            fallbackFactor: boost.fallbackFactor,
            durationSeconds: boost.duration,
          }),
    cooldown: cooldownLayer(file.cooldown),
    shrink: file.shrink,
    resource: file.resource,
    manageUnlimited: file.manageUnlimited,
    headroom: file.headroom,
  });
}

/** Makes a layer of what the file has. `lines` gives the line of each path. */
export function layerOf(file: LayerFile, lines: Readonly<Record<string, number>>): Layer {
  return given<Layer>({
    lines,
    cpu: file.cpu === undefined ? undefined : resourceLayer(file.cpu),
    memory: file.memory === undefined ? undefined : resourceLayer(file.memory),
    cooldown: cooldownLayer(file.cooldown),
    priority: file.priority,
  });
}

function resourceSettings(layer: CpuLayer & MemoryLayer): readonly (readonly [string, Value | null])[] {
  const { scaleUp, scaleDown, percentile, boost, cooldown } = layer;
  const settings: (readonly [string, Value | null])[] = [
    ["resource", layer.resource],
    ["min", layer.min],
    ["max", layer.max],
    ["step", layer.step],
    ["maxStep", layer.maxStep],
    ["target", layer.target],
    ["tolerance", layer.tolerance],
    ["fixed", layer.fixed],
    ["headroom", layer.headroom],
    ["shrink", layer.shrink],
    ["manageUnlimited", layer.manageUnlimited],
    ["cooldown.up", cooldown?.upSeconds],
    ["cooldown.down", cooldown?.downSeconds],
  ];
  for (const [name, direction, threshold] of [
    ["scaleUp", scaleUp, "above"],
    ["scaleDown", scaleDown, "below"],
  ] as const) {
    if (direction === undefined) continue;
    settings.push(
      [name, null],
      [`${name}.${threshold}`, direction.threshold],
      [`${name}.for`, direction.forSeconds],
      [`${name}.step`, direction.step],
      [`${name}.maxStep`, direction.maxStep],
    );
  }
  if (percentile !== undefined) {
    settings.push(
      ["percentile", null],
      ["percentile.of", percentile.of],
      ["percentile.over", percentile.overSeconds],
      ["percentile.margin", percentile.margin],
    );
  }
  if (boost !== undefined) {
    settings.push(
      ["boost", null],
      ["boost.above", boost.above],
      ["boost.samples", boost.samples],
      ["boost.factor", boost.factor],
      ["boost.fallbackFactor", boost.fallbackFactor],
      ["boost.duration", boost.durationSeconds],
    );
  }
  return settings;
}

/** The settings of a layer, by path. */
export function settingsOf(layer: Layer, origin: string): ReadonlyMap<string, LayerSetting> {
  const settings = new Map<string, LayerSetting>();
  const add = (path: string, value: Value | null): void => {
    if (value !== undefined) settings.set(path, { path, value, origin, line: layer.lines?.[path] ?? null });
  };
  for (const resource of ["cpu", "memory"] as const) {
    const part = layer[resource];
    if (part === undefined) continue;
    add(resource, null);
    for (const [path, value] of resourceSettings(part)) add(`${resource}.${path}`, value);
  }
  add("cooldown.up", layer.cooldown?.upSeconds);
  add("cooldown.down", layer.cooldown?.downSeconds);
  add("priority", layer.priority);
  return settings;
}
