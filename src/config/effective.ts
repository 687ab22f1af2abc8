import { builtIn } from "./built-in.js";
import { settingsOf } from "./layers.js";
import { compileMatch } from "./match.js";
import type { Matcher } from "./match.js";
import { builtInGrain, kindOf, mergeLayers } from "./merge.js";
import type { Merged, NamedLayer } from "./merge.js";
import { scheduleInForce } from "./schedule.js";
import type {
  AutoscalerConfig,
  Boost,
  EffectiveSettings,
  MatchSubject,
  ResourceSettings,
  SettingOrigin,
  Strategy,
  Threshold,
} from "./settings.js";

/** A configuration made ready for many containers: matchers compiled, layers flattened, results kept by what matched. */
interface Compiled {
  readonly ignore: Matcher;
  readonly defaultsMatch: Matcher | null;
  readonly defaults: NamedLayer;
  readonly policies: readonly (NamedLayer & { readonly matcher: Matcher })[];
  readonly schedules: readonly (NamedLayer & { readonly matcher: Matcher })[];
  /** Whether each schedule is in force at `at`, for the containers of one cycle. */
  inForce: { readonly at: number; readonly schedules: readonly boolean[] };
  /** By what matched; of containers that are not ignored. */
  readonly results: Map<string, EffectiveSettings>;
}

const compiledOf = new WeakMap<AutoscalerConfig, Compiled>();

function compile(config: AutoscalerConfig): Compiled {
  const known = compiledOf.get(config);
  if (known !== undefined) return known;
  const { defaults } = config;
  const compiled: Compiled = {
    ignore: compileMatch(config.ignore),
    defaultsMatch: defaults.match === undefined ? null : compileMatch(defaults.match),
    defaults: { origin: "defaults", settings: settingsOf(defaults, "defaults") },
    policies: config.policies.map(({ match, layer, index }) => ({
      matcher: compileMatch(match),
      origin: `policies[${index}]`,
      settings: settingsOf(layer, `policies[${index}]`),
    })),
    schedules: config.schedules.map(({ match, layer, index }) => ({
      matcher: compileMatch(match),
      origin: `schedules[${index}]`,
      settings: settingsOf(layer, `schedules[${index}]`),
    })),
    inForce: { at: Number.NaN, schedules: [] },
    results: new Map(),
  };
  compiledOf.set(config, compiled);
  return compiled;
}

/** Collects the settings of one container while they are read out of the merged layers, each with its origin. */
interface Ledger {
  readonly origins: SettingOrigin[];
  /** The value in force; a built-in one where no layer gives it. */
  take(path: string, fallback?: string | number | boolean | null): string | number | boolean | null;
  number(path: string, fallback?: string | number | boolean | null): number | null;
}

function ledger(merged: Merged): Ledger {
  const origins: SettingOrigin[] = [];
  const take: Ledger["take"] = (path, fallback = null) => {
    const setting = merged.get(path);
    if (setting !== undefined && setting.value !== null) {
      origins.push({ path, value: setting.value, origin: setting.origin, line: setting.line });
      return setting.value;
    }
    if (fallback !== null) origins.push({ path, value: fallback, origin: "built-in", line: null });
    return fallback;
  };
  return {
    origins,
    take,
    number(path, fallback = null) {
      const value = take(path, fallback);
      return typeof value === "number" ? value : null;
    },
  };
}

/** `most` is the resource's own `maxStep`, which counts for a direction that has none. */
function threshold(
  book: Ledger,
  path: string,
  key: "above" | "below",
  { grain, most }: { readonly grain: number; readonly most: number | null },
): Threshold {
  const at = book.number(`${path}.${key}`, builtIn(`defaults.${path}.${key}`)) ?? 1;
  const forSeconds = book.number(`${path}.for`, builtIn(`defaults.${path}.for`)) ?? 0;
  const step = book.number(`${path}.step`, grain) ?? grain;
  const maxStep = book.number(`${path}.maxStep`, Math.max(step, most ?? step)) ?? step;
  return { threshold: at, forSeconds, step, maxStep };
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
      return { kind, of: part("of"), overSeconds: part("over"), margin: part("margin") };
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
  // The resource's own cooldown goes before the one for both.
  const cooldown = (direction: "up" | "down"): number => {
    const own = `${resource}.cooldown.${direction}`;
    return (
      (merged.has(own) ? book.number(own) : numberIn(merged, `cooldown.${direction}`)) ??
      Number(builtIn(`defaults.cooldown.${direction}`))
    );
  };
  return {
    resource: managed,
    min,
    max,
    step,
    maxStep,
    strategy,
    boost,
    cooldown: { upSeconds: cooldown("up"), downSeconds: cooldown("down") },
    shrink:
      book.take(`${resource}.shrink`, builtIn(`defaults.${resource}.shrink`)) === "immediate" ? "immediate" : "gradual",
    headroom: resource === "memory" ? (book.number("memory.headroom", builtIn("defaults.memory.headroom")) ?? 0) : 0,
    manageUnlimited:
      resource === "cpu" && book.take("cpu.manageUnlimited", builtIn("defaults.cpu.manageUnlimited")) === true,
  };
}

function numberIn(merged: Merged, path: string): number | null {
  const value = merged.get(path)?.value;
  return typeof value === "number" ? value : null;
}

function settle(
  config: AutoscalerConfig,
  compiled: Compiled,
  policies: readonly number[],
  schedules: readonly number[],
): EffectiveSettings {
  const layers: NamedLayer[] = [compiled.defaults];
  for (const index of policies) layers.push(...compiled.policies.slice(index, index + 1));
  for (const index of schedules) layers.push(...compiled.schedules.slice(index, index + 1));
  const merged = mergeLayers(layers);
  const book = ledger(merged);
  const cpu = resourceSettings(book, merged, "cpu");
  const memory = resourceSettings(book, merged, "memory");
  for (const direction of ["up", "down"]) book.take(`cooldown.${direction}`, builtIn(`defaults.cooldown.${direction}`));
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

/**
 * The settings of a container at a time (milliseconds since the epoch): `defaults`, then every matching policy in the
 * order of the file, then every matching schedule in force; later wins, key by key. Bounds come as the file has them:
 * the engine alone rounds them to the grain. Cheap enough for every container of every cycle, because what the same
 * layers come to is worked out once per configuration.
 */
export function effectiveSettings(config: AutoscalerConfig, subject: MatchSubject, at: number): EffectiveSettings {
  const compiled = compile(config);
  const ignoredBy = compiled.ignore.any(subject);
  const policies = matching(compiled.policies, subject, null);
  if (policies.length === 0 && compiled.defaultsMatch?.all(subject) !== true) {
    return ignoredBy === null ? unmatched : { ...unmatched, ignoredBy };
  }

  if (compiled.inForce.at !== at) {
    const schedules = config.schedules.map(({ when }) => scheduleInForce(when, config.timezone, at));
    compiled.inForce = { at, schedules };
  }
  const schedules = matching(compiled.schedules, subject, compiled.inForce.schedules);
  const key = schedules.length === 0 ? policies.join(",") : `${policies.join(",")}|${schedules.join(",")}`;
  let settled = compiled.results.get(key);
  if (settled === undefined) {
    settled = settle(config, compiled, policies, schedules);
    compiled.results.set(key, settled);
  }
  return ignoredBy === null ? settled : { ...settled, managed: false, ignoredBy };
}
