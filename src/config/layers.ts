import type {
  Cooldown,
  Cpu,
  Disk,
  Estimate,
  Forecast,
  Memory,
  MountPoints,
  Policy,
  Swap,
} from "./generated/autoscaler-file.js";
import type {
  CooldownLayer,
  CpuLayer,
  DiskLayer,
  EstimateLayer,
  ForecastLayer,
  Layer,
  MemoryLayer,
  PercentileLayer,
  ThresholdLayer,
} from "./settings.js";

/** A setting of one layer, by its path in the file. */
export interface LayerSetting {
  /** `cpu.scaleUp.above`. A strategy or boost that is there without any key of its own has the value `null`. */
  readonly path: string;
  readonly value: string | number | boolean | null;
  /** `defaults`, `policies[0]`, `schedules[1]`. */
  readonly origin: string;
  readonly line: number | null;
  /** The included file it stands in. */
  readonly file?: string;
  /** What gave the value where the layer only names it: `preset postgresql`. */
  readonly through?: string;
}

type Value = string | number | boolean | undefined;

/** The part of a policy, schedule or `defaults` that makes a layer, as the file has it. */
export interface LayerFile {
  readonly preset?: NonNullable<Policy["preset"]>;
  readonly behaviour?: NonNullable<Policy["behaviour"]>;
  readonly cpu?: Cpu;
  readonly memory?: Memory;
  readonly swap?: Swap;
  readonly rootfs?: Disk;
  readonly mountPoints?: MountPoints;
  readonly pause?: NonNullable<Policy["pause"]>;
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
  readonly pressure?: number;
}

function thresholdLayer(direction: DirectionFile | undefined): ThresholdLayer | undefined {
  if (direction === undefined) return undefined;
  return given<ThresholdLayer>({
    threshold: direction.above ?? direction.below,
    forSeconds: direction.for,
    step: direction.step,
    maxStep: direction.maxStep,
    pressure: direction.pressure,
  });
}

function estimateLayer(estimate: Estimate | undefined): EstimateLayer | undefined {
  return estimate === undefined
    ? undefined
    : given<EstimateLayer>({ of: estimate.of, overSeconds: estimate.over, ignoreSpikes: estimate.ignoreSpikes });
}

function forecastLayer(forecast: Forecast | undefined): ForecastLayer | undefined {
  return forecast === undefined
    ? undefined
    : given<ForecastLayer>({ withinSeconds: forecast.within, overSeconds: forecast.over });
}

const mebibytesInGibibyte = 1024;

/** Sizes of volumes are in GiB, as they are decided on. */
function diskLayer(disk: Disk): DiskLayer {
  const gibibytes = (size: number | undefined): number | undefined =>
    size === undefined ? undefined : size / mebibytesInGibibyte;
  const { scaleUp } = disk;
  const { step, maxStep } = scaleUp ?? {};
  return given<DiskLayer>({
    max: gibibytes(disk.max),
    step: gibibytes(disk.step),
    scaleUp:
      scaleUp === undefined
        ? undefined
        : given<ThresholdLayer>({
            threshold: scaleUp.above,
            forSeconds: scaleUp.for,
            step: gibibytes(step),
            maxStep: gibibytes(maxStep),
          }),
    forecast: forecastLayer(disk.forecast),
    cooldown: disk.cooldown === undefined ? undefined : given<CooldownLayer>({ upSeconds: disk.cooldown.up }),
  });
}

function disksOf({ rootfs, mountPoints }: LayerFile): Layer["disks"] {
  if (rootfs === undefined && mountPoints === undefined) return undefined;
  const volumes = { ...(rootfs === undefined ? {} : { rootfs }), ...mountPoints };
  return Object.fromEntries(Object.entries(volumes).map(([volume, disk]) => [volume, diskLayer(disk)]));
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
        : given<PercentileLayer>({
            of: percentile.of,
            overSeconds: percentile.over,
            margin: percentile.margin,
            halfLifeSeconds: percentile.halfLife,
          }),
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
    estimate: estimateLayer(file.estimate),
    stabilisation: cooldownLayer(file.stabilisation),
    forecast: forecastLayer(file.forecast),
    atMinimum: file.atMinimum,
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
    preset: file.preset,
    behaviour: file.behaviour,
    swap: file.swap,
    disks: disksOf(file),
    pause: file.pause,
    cooldown: cooldownLayer(file.cooldown),
    priority: file.priority,
  });
}

type PathValue = readonly [string, Value | null];

function forecastSettings(forecast: ForecastLayer | undefined): readonly PathValue[] {
  if (forecast === undefined) return [];
  return [
    ["forecast", null],
    ["forecast.within", forecast.withinSeconds],
    ["forecast.over", forecast.overSeconds],
  ];
}

function diskSettings({ max, step, scaleUp, forecast, cooldown }: DiskLayer): readonly PathValue[] {
  const settings: PathValue[] = [
    ["max", max],
    ["step", step],
    ["cooldown.up", cooldown?.upSeconds],
    ...forecastSettings(forecast),
  ];
  if (scaleUp !== undefined) {
    settings.push(
      ["scaleUp", null],
      ["scaleUp.above", scaleUp.threshold],
      ["scaleUp.for", scaleUp.forSeconds],
      ["scaleUp.step", scaleUp.step],
      ["scaleUp.maxStep", scaleUp.maxStep],
    );
  }
  return settings;
}

function resourceSettings(layer: CpuLayer & MemoryLayer): readonly PathValue[] {
  const { scaleUp, scaleDown, percentile, boost, cooldown, estimate, stabilisation } = layer;
  const settings: PathValue[] = [
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
    ["estimate.of", estimate?.of],
    ["estimate.over", estimate?.overSeconds],
    ["estimate.ignoreSpikes", estimate?.ignoreSpikes],
    ["stabilisation.up", stabilisation?.upSeconds],
    ["stabilisation.down", stabilisation?.downSeconds],
    ["atMinimum", layer.atMinimum],
    ["cooldown.up", cooldown?.upSeconds],
    ["cooldown.down", cooldown?.downSeconds],
    ...forecastSettings(layer.forecast),
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
      [`${name}.pressure`, direction.pressure],
    );
  }
  if (percentile !== undefined) {
    settings.push(
      ["percentile", null],
      ["percentile.of", percentile.of],
      ["percentile.over", percentile.overSeconds],
      ["percentile.margin", percentile.margin],
      ["percentile.halfLife", percentile.halfLifeSeconds],
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
  const from = layer.file === undefined ? {} : { file: layer.file };
  const add = (path: string, value: Value | null): void => {
    if (value !== undefined) settings.set(path, { path, value, origin, line: layer.lines?.[path] ?? null, ...from });
  };
  for (const resource of ["cpu", "memory"] as const) {
    const part = layer[resource];
    if (part === undefined) continue;
    add(resource, null);
    for (const [path, value] of resourceSettings(part)) add(`${resource}.${path}`, value);
  }
  if (layer.swap !== undefined) {
    add("swap", null);
    add("swap.ofMemory", layer.swap.ofMemory);
    add("swap.min", layer.swap.min);
    add("swap.max", layer.swap.max);
  }
  for (const [volume, disk] of Object.entries(layer.disks ?? {})) {
    const path = volume === "rootfs" ? volume : `mountPoints.${volume}`;
    add(path, null);
    for (const [key, value] of diskSettings(disk)) add(`${path}.${key}`, value);
  }
  add("preset", layer.preset);
  add("behaviour", layer.behaviour);
  add("cooldown.up", layer.cooldown?.upSeconds);
  add("cooldown.down", layer.cooldown?.downSeconds);
  add("pause", layer.pause);
  add("priority", layer.priority);
  return settings;
}
