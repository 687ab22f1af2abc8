import { behaviourOf } from "./behaviours.js";
import type { Behaviour, BehaviourName, Eagerness } from "./behaviours.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { settingsOf } from "./layers.js";
import type { LayerSetting } from "./layers.js";
import { compileMatch } from "./match.js";
import type { Matcher } from "./match.js";
import { builtInGrain, kindOf, mergeLayers, volumePath } from "./merge.js";
import type { Merged, NamedLayer } from "./merge.js";
import { presetLayer } from "./presets/index.js";
import type { PresetName } from "./presets/index.js";
import { scheduleInForce } from "./schedule.js";
import type {
  AutoscalerConfig,
  Boost,
  DiskSettings,
  DiskVolume,
  EffectiveSettings,
  Estimate,
  EstimateOf,
  Forecast,
  Layer,
  MatchSubject,
  PausedDirections,
  ResourceSettings,
  SettingOrigin,
  Strategy,
  SwapSettings,
  Threshold,
} from "./settings.js";

/** A configuration made ready for many containers: matchers compiled, layers flattened, results kept by what matched. */
interface Compiled {
  readonly ignore: Matcher;
  readonly defaultsMatch: Matcher | null;
  readonly defaults: readonly NamedLayer[];
  readonly policies: readonly MatchedLayers[];
  readonly schedules: readonly MatchedLayers[];
  /** Whether each schedule is in force at `at`, for the containers of one cycle. The same list as long as it says the same. */
  inForce: { readonly at: number; readonly schedules: readonly boolean[] };
  /** By vmid: what was asked for last. From one cycle to the next hardly any container becomes another one. */
  readonly last: Map<number, LastAsked>;
  /** By what matched; of containers that are not ignored. */
  readonly results: Map<string, EffectiveSettings>;
}

/** The settings of a container, and what they were worked out from. */
interface LastAsked extends MatchSubject {
  readonly inForce: readonly boolean[];
  readonly settings: EffectiveSettings;
}

/** A policy or schedule: its own layer, under it that of its preset where it names one. */
interface MatchedLayers {
  readonly matcher: Matcher;
  readonly layers: readonly NamedLayer[];
}

/** A layer of the file, after that of the preset it names, if any. A preset's values come from the line that names it. */
function layersOf(layer: Layer, origin: string): readonly NamedLayer[] {
  const own: NamedLayer = { origin, settings: settingsOf(layer, origin) };
  const preset = layer.preset === undefined ? null : presetLayer(layer.preset);
  if (preset === null) return [own];
  const settings = new Map<string, LayerSetting>();
  const given = { line: layer.lines?.["preset"] ?? null, through: `preset ${layer.preset ?? ""}` };
  for (const [path, setting] of settingsOf(preset, origin)) settings.set(path, { ...setting, ...given });
  return [{ origin, settings }, own];
}

const compiledOf = new WeakMap<AutoscalerConfig, Compiled>();

function compile(config: AutoscalerConfig): Compiled {
  const known = compiledOf.get(config);
  if (known !== undefined) return known;
  const { defaults } = config;
  const compiled: Compiled = {
    ignore: compileMatch(config.ignore),
    defaultsMatch: defaults.match === undefined ? null : compileMatch(defaults.match),
    defaults: [...config.includedDefaults, defaults].flatMap((layer) => layersOf(layer, "defaults")),
    policies: config.policies.map(({ match, layer, index }) => ({
      matcher: compileMatch(match),
      layers: layersOf(layer, `policies[${index}]`),
    })),
    schedules: config.schedules.map(({ match, layer, index }) => ({
      matcher: compileMatch(match),
      layers: layersOf(layer, `schedules[${index}]`),
    })),
    inForce: { at: Number.NaN, schedules: [] },
    last: new Map(),
    results: new Map(),
  };
  compiledOf.set(config, compiled);
  return compiled;
}

/** Collects the settings of one container while they are read out of the merged layers, each with its origin. */
interface Ledger {
  readonly origins: SettingOrigin[];
  /** How eagerly sizes change, where the behaviour in force is not the built-in one. */
  readonly behaviour: InForceBehaviour | null;
  /** The value in force; a built-in one where no layer gives it. */
  take(path: string, fallback?: string | number | boolean | null): string | number | boolean | null;
  number(path: string, fallback?: string | number | boolean | null): number | null;
  /** The value in force; that of the behaviour where no layer gives it, or else the built-in one. */
  eager(path: string, part: (behaviour: Behaviour) => number, fallback: () => number): number;
}

/** A behaviour, with the setting that names it. */
interface InForceBehaviour extends Behaviour {
  readonly setting: LayerSetting;
}

function behaviourInForce(merged: Merged): InForceBehaviour | null {
  const setting = merged.get("behaviour");
  if (setting === undefined || setting.value === "normal") return null;
  return { ...behaviourOf(setting.value as BehaviourName), setting };
}

function ledger(merged: Merged): Ledger {
  const origins: SettingOrigin[] = [];
  const behaviour = behaviourInForce(merged);
  const take: Ledger["take"] = (path, fallback = null) => {
    const setting = merged.get(path);
    if (setting !== undefined && setting.value !== null) {
      origins.push(originOf(setting, path, setting.value));
      return setting.value;
    }
    if (fallback !== null) origins.push({ path, value: fallback, origin: "built-in", line: null });
    return fallback;
  };
  const number: Ledger["number"] = (path, fallback = null) => {
    const value = take(path, fallback);
    return typeof value === "number" ? value : null;
  };
  return {
    origins,
    behaviour,
    take,
    number,
    eager(path, part, fallback) {
      const given = merged.get(path)?.value;
      if (behaviour === null || typeof given === "number") return number(path, fallback()) ?? 0;
      const value = part(behaviour);
      const through = `behaviour ${String(behaviour.setting.value)}`;
      origins.push({ ...originOf(behaviour.setting, path, value), through });
      return value;
    },
  };
}

function originOf(setting: LayerSetting, path: string, value: string | number | boolean): SettingOrigin {
  const { origin, line, file, through } = setting;
  const found = file === undefined ? { path, value, origin, line } : { path, value, origin, line, file };
  return through === undefined ? found : { ...found, through };
}

/** `most` is the resource's own `maxStep`, which counts for a direction that has none. */
function threshold(
  book: Ledger,
  path: string,
  key: "above" | "below",
  { grain, most }: { readonly grain: number; readonly most: number | null },
): Threshold {
  const direction = (behaviour: Behaviour): Eagerness => (key === "above" ? behaviour.up : behaviour.down);
  const at = book.number(`${path}.${key}`, builtIn(`defaults.${path}.${key}`)) ?? 1;
  const forSeconds = book.eager(
    `${path}.for`,
    (behaviour) => direction(behaviour).forSeconds,
    () => builtInNumber(`defaults.${path}.for`),
  );
  const step = book.number(`${path}.step`, grain) ?? grain;
  const maxStep =
    most === null
      ? book.eager(
          `${path}.maxStep`,
          (behaviour) => step * direction(behaviour).steps,
          () => step,
        )
      : (book.number(`${path}.maxStep`, Math.max(step, most)) ?? step);
  const pressure = key === "above" ? book.number(`${path}.pressure`) : null;
  const found = { threshold: at, forSeconds, step, maxStep };
  return pressure === null ? found : { ...found, pressure };
}

function strategyOf(
  book: Ledger,
  merged: Merged,
  resource: "cpu" | "memory",
  steps: { readonly grain: number; readonly most: number | null },
): Strategy | null {
  const kind = kindOf((path) => merged.has(path), resource);
  switch (kind) {
    case null:
      return null;
    case "thresholds":
      return {
        kind,
        up: merged.has(`${resource}.scaleUp`) ? threshold(book, `${resource}.scaleUp`, "above", steps) : null,
        down: merged.has(`${resource}.scaleDown`) ? threshold(book, `${resource}.scaleDown`, "below", steps) : null,
      };
    case "target": {
      const target = book.number(`${resource}.target`) ?? 1;
      const tolerance = book.number(`${resource}.tolerance`, builtIn(`defaults.${resource}.tolerance`)) ?? 0;
      return { kind, target, tolerance };
    }
    case "percentile": {
      const part = (key: string): number =>
        book.number(`${resource}.percentile.${key}`, builtIn(`defaults.${resource}.percentile.${key}`)) ?? 0;
      const halfLifeSeconds = book.number(`${resource}.percentile.halfLife`);
      return { kind, of: part("of"), overSeconds: part("over"), margin: part("margin"), halfLifeSeconds };
    }
    case "fixed":
      return { kind, size: book.number(`${resource}.fixed`) ?? 0 };
  }
}

function boostOf(book: Ledger, merged: Merged, resource: "cpu" | "memory"): Boost | null {
  if (!merged.has(`${resource}.boost`)) return null;
  const part = (key: string): number =>
    book.number(`${resource}.boost.${key}`, builtIn(`defaults.${resource}.boost.${key}`)) ?? 0;
  return {
    above: part("above"),
    samples: part("samples"),
    factor: part("factor"),
    fallbackFactor: part("fallbackFactor"),
    durationSeconds: part("duration"),
  };
}

/** Told where `target` sizes by it, or a layer says something about it. */
function estimateOf(book: Ledger, merged: Merged, resource: "cpu" | "memory", strategy: Strategy | null): Estimate {
  const paths = ["of", "over", "ignoreSpikes"].map((key) => `${resource}.estimate.${key}`);
  const told = strategy?.kind === "target" || paths.some((path) => merged.has(path));
  const part = (key: string): string | number | boolean => {
    const fallback = builtIn(`defaults.${resource}.estimate.${key}`);
    return told ? (book.take(`${resource}.estimate.${key}`, fallback) ?? fallback) : fallback;
  };
  const of = part("of") as EstimateOf;
  return of === "last" && part("ignoreSpikes") !== true
    ? { of, overSeconds: builtInNumber(`defaults.${resource}.estimate.over`), ignoreSpikes: false }
    : { of, overSeconds: Number(part("over")), ignoreSpikes: part("ignoreSpikes") === true };
}

/** `path` is that of a resource or volume. */
function forecastOf(book: Ledger, merged: Merged, path: string): Forecast | null {
  if (!merged.has(`${path}.forecast`)) return null;
  const withinSeconds = book.number(`${path}.forecast.within`, builtIn("defaults.cpu.forecast.within")) ?? 0;
  if (withinSeconds === 0) return null;
  const overSeconds = book.number(`${path}.forecast.over`, builtIn("defaults.cpu.forecast.over")) ?? 0;
  return { withinSeconds, overSeconds };
}

function pauseOf(merged: Merged): PausedDirections {
  return (merged.get("pause")?.value ?? builtIn("defaults.pause")) as PausedDirections;
}

function resourceSettings(book: Ledger, merged: Merged, resource: "cpu" | "memory"): ResourceSettings | null {
  if (!merged.has(resource)) return null;
  const managed =
    resource === "memory"
      ? "memory"
      : book.take("cpu.resource", builtIn("defaults.cpu.resource")) === "cpulimit"
        ? "cpulimit"
        : "cores";
  const min = book.number(`${resource}.min`);
  const max = book.number(`${resource}.max`);
  const step = book.number(`${resource}.step`, builtInGrain(managed)) ?? builtInGrain(managed);
  const maxStep = book.number(`${resource}.maxStep`);
  const strategy = strategyOf(book, merged, resource, { grain: step, most: maxStep });
  const boost = boostOf(book, merged, resource);
  const stabilisation = (direction: "up" | "down"): number =>
    book.eager(
      `${resource}.stabilisation.${direction}`,
      (behaviour) => behaviour[direction].stabilisationSeconds,
      () => builtInNumber(`defaults.${resource}.stabilisation.${direction}`),
    );
  return {
    resource: managed,
    min,
    max,
    step,
    maxStep,
    strategy,
    boost,
    estimate: estimateOf(book, merged, resource, strategy),
    stabilisation: { upSeconds: stabilisation("up"), downSeconds: stabilisation("down") },
    forecast: forecastOf(book, merged, resource),
    atMinimum: book.take(`${resource}.atMinimum`, builtIn(`defaults.${resource}.atMinimum`)) === true,
    pause: pauseOf(merged),
    cooldown: {
      upSeconds: cooldownOf(book, merged, resource, "up"),
      downSeconds: cooldownOf(book, merged, resource, "down"),
    },
    shrink:
      book.take(`${resource}.shrink`, builtIn(`defaults.${resource}.shrink`)) === "immediate" ? "immediate" : "gradual",
    headroom: resource === "memory" ? (book.number("memory.headroom", builtIn("defaults.memory.headroom")) ?? 0) : 0,
    manageUnlimited:
      resource === "cpu" && book.take("cpu.manageUnlimited", builtIn("defaults.cpu.manageUnlimited")) === true,
  };
}

/** The cooldown of a resource or volume: its own goes before the one for all. */
function cooldownOf(book: Ledger, merged: Merged, path: string, direction: "up" | "down"): number {
  const own = `${path}.cooldown.${direction}`;
  const common = (): number => numberIn(merged, `cooldown.${direction}`) ?? commonCooldown(book, direction);
  return merged.has(own) ? (book.number(own) ?? common()) : common();
}

function commonCooldown({ behaviour }: Ledger, direction: "up" | "down"): number {
  return behaviour?.[direction].cooldownSeconds ?? builtInNumber(`defaults.cooldown.${direction}`);
}

function numberIn(merged: Merged, path: string): number | null {
  const value = merged.get(path)?.value;
  return typeof value === "number" ? value : null;
}

function swapSettings(book: Ledger, merged: Merged): SwapSettings | null {
  if (!merged.has("swap")) return null;
  return {
    ofMemory: book.number("swap.ofMemory", builtIn("defaults.swap.ofMemory")) ?? 0,
    min: book.number("swap.min", builtIn("defaults.swap.min")) ?? 0,
    max: book.number("swap.max"),
    pause: pauseOf(merged),
  };
}

const mebibytesInGibibyte = 1024;

function diskSettings(book: Ledger, merged: Merged, path: string, volume: DiskVolume): DiskSettings {
  const gibibytes = (key: string): number => builtInNumber(`defaults.rootfs.${key}`) / mebibytesInGibibyte;
  const max = book.number(`${path}.max`);
  const grain = book.number(`${path}.step`, gibibytes("step")) ?? 1;
  let up: Threshold | null = null;
  if (merged.has(`${path}.scaleUp`)) {
    const part = (key: string, fallback: string | number | boolean): number =>
      book.number(`${path}.scaleUp.${key}`, fallback) ?? 0;
    const step = part("step", Math.max(grain, gibibytes("scaleUp.step")));
    up = {
      threshold: part("above", builtIn("defaults.rootfs.scaleUp.above")),
      forSeconds: part("for", builtIn("defaults.rootfs.scaleUp.for")),
      step,
      maxStep: part("maxStep", step),
    };
  }
  return {
    volume,
    up,
    max,
    step: grain,
    forecast: forecastOf(book, merged, path),
    cooldown: { upSeconds: cooldownOf(book, merged, path, "up") },
    pause: pauseOf(merged),
  };
}

/** The volumes that some layer says something about, `rootfs` first and mount points in their order. */
function disksOf(book: Ledger, merged: Merged): readonly DiskSettings[] {
  const found: { readonly path: string; readonly volume: DiskVolume; readonly rank: number }[] = [];
  for (const path of merged.keys()) {
    const match = volumePath.exec(path);
    if (match === null) continue;
    const volume = (match[1] ?? "rootfs") as DiskVolume;
    found.push({ path, volume, rank: volume === "rootfs" ? -1 : Number(volume.slice(2)) });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.map(({ path, volume }) => diskSettings(book, merged, path, volume));
}

function settle(
  config: AutoscalerConfig,
  compiled: Compiled,
  policies: readonly number[],
  schedules: readonly number[],
): EffectiveSettings {
  const layers: NamedLayer[] = [...compiled.defaults];
  for (const index of policies) layers.push(...(compiled.policies[index]?.layers ?? []));
  for (const index of schedules) layers.push(...(compiled.schedules[index]?.layers ?? []));
  const merged = mergeLayers(layers);
  const book = ledger(merged);
  const cpu = resourceSettings(book, merged, "cpu");
  const memory = resourceSettings(book, merged, "memory");
  const swap = swapSettings(book, merged);
  const disks = disksOf(book, merged);
  for (const direction of ["up", "down"] as const) {
    book.eager(
      `cooldown.${direction}`,
      (behaviour) => behaviour[direction].cooldownSeconds,
      () => builtInNumber(`defaults.cooldown.${direction}`),
    );
  }
  const preset = book.take("preset") as PresetName | null;
  const behaviour = book.take("behaviour", builtIn("defaults.behaviour")) as BehaviourName;
  book.take("pause", builtIn("defaults.pause"));
  const priority = book.number("priority", builtIn("defaults.priority")) ?? 0;
  return {
    managed: true,
    matched: true,
    ignoredBy: null,
    policies: policies.flatMap((index) => config.policies[index]?.name ?? []),
    schedules: schedules.flatMap((index) => config.schedules[index]?.name ?? []),
    priority,
    cpu,
    memory,
    swap,
    disks,
    preset,
    behaviour,
    origins: book.origins,
  };
}

const unmatched: EffectiveSettings = {
  managed: false,
  matched: false,
  ignoredBy: null,
  policies: [],
  schedules: [],
  priority: 0,
  cpu: null,
  memory: null,
  swap: null,
  disks: [],
  preset: null,
  behaviour: "normal",
  origins: [],
};

const none: readonly number[] = [];

/** The indexes of the layers that match, of those in force. */
function matching(
  layers: readonly { readonly matcher: Matcher }[],
  subject: MatchSubject,
  inForce: readonly boolean[] | null,
): readonly number[] {
  let found: number[] | null = null;
  for (let index = 0; index < layers.length; index += 1) {
    if (inForce !== null && inForce[index] !== true) continue;
    if (layers[index]?.matcher.all(subject) === true) (found ??= []).push(index);
  }
  return found ?? none;
}

/** Whether each schedule is in force: another list only where it says something else than before. */
function inForceAt(compiled: Compiled, config: AutoscalerConfig, at: number): readonly boolean[] {
  const { inForce } = compiled;
  if (inForce.at === at) return inForce.schedules;
  const now = config.schedules.map(({ when }) => scheduleInForce(when, config, at));
  const before = inForce.schedules;
  const same = now.length === before.length && now.every((one, index) => one === before[index]);
  compiled.inForce = { at, schedules: same ? before : now };
  return compiled.inForce.schedules;
}

/** All that a match may look at. */
function isSameSubject(a: MatchSubject, b: MatchSubject): boolean {
  return a.name === b.name && a.node === b.node && a.pool === b.pool && haveSameTags(a.tags, b.tags);
}

function haveSameTags(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * The settings of a container at a time (milliseconds since the epoch): `defaults`, then every matching policy in the
 * order of the file, then every matching schedule in force; later wins, key by key. Bounds come as the file has them:
 * the engine alone rounds them to the grain. Cheap enough for every container of every cycle, because what the same
 * layers come to is worked out once per configuration, and who matches only where the container or the time has changed it.
 */
export function effectiveSettings(config: AutoscalerConfig, subject: MatchSubject, at: number): EffectiveSettings {
  const compiled = compile(config);
  return settingsFor(config, compiled, subject, inForceAt(compiled, config, at));
}

/** {@link effectiveSettings} for many containers at one time: what is the same for all of them is looked up once. */
export function settingsAt(config: AutoscalerConfig, at: number): (subject: MatchSubject) => EffectiveSettings {
  const compiled = compile(config);
  const inForce = inForceAt(compiled, config, at);
  return (subject) => settingsFor(config, compiled, subject, inForce);
}

function settingsFor(
  config: AutoscalerConfig,
  compiled: Compiled,
  subject: MatchSubject,
  inForce: readonly boolean[],
): EffectiveSettings {
  const last = compiled.last.get(subject.vmid);
  if (last !== undefined && last.inForce === inForce && isSameSubject(last, subject)) return last.settings;
  const settings = workOut(config, compiled, subject, inForce);
  const { vmid, name, node, tags, pool } = subject;
  // Not the subject itself, which may be a whole container with all its figures.
  compiled.last.set(vmid, { vmid, name, node, tags, pool, inForce, settings });
  return settings;
}

function workOut(
  config: AutoscalerConfig,
  compiled: Compiled,
  subject: MatchSubject,
  inForce: readonly boolean[],
): EffectiveSettings {
  const ignoredBy = compiled.ignore.any(subject);
  const policies = matching(compiled.policies, subject, null);
  if (policies.length === 0 && compiled.defaultsMatch?.all(subject) !== true) {
    return ignoredBy === null ? unmatched : { ...unmatched, ignoredBy };
  }
  const schedules = matching(compiled.schedules, subject, inForce);
  const key = schedules.length === 0 ? policies.join(",") : `${policies.join(",")}|${schedules.join(",")}`;
  let settled = compiled.results.get(key);
  if (settled === undefined) {
    settled = settle(config, compiled, policies, schedules);
    compiled.results.set(key, settled);
  }
  return ignoredBy === null ? settled : { ...settled, managed: false, ignoredBy };
}
