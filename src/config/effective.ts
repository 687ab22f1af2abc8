import type { BehaviourName } from "./behaviours.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { settingsOf } from "./layers.js";
import type { LayerSetting } from "./layers.js";
import { compileMatch } from "./match.js";
import type { Matcher } from "./match.js";
import { mergeLayers } from "./merge.js";
import type { NamedLayer } from "./merge.js";
import { presetLayer } from "./presets/index.js";
import type { PresetName } from "./presets/index.js";
import { resourceSettings } from "./resource-settings.js";
import { scheduleInForce } from "./schedule.js";
import { ledger } from "./settings-ledger.js";
import type { AutoscalerConfig, EffectiveSettings, Layer, MatchSubject } from "./settings.js";
import { disksOf, swapSettings } from "./volume-settings.js";

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
