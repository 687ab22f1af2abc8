import type { AutoscalerFile, Connection, Match as MatchFile } from "./generated/autoscaler-file.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { layerOf } from "./layers.js";
import type { LayerFile } from "./layers.js";
import type { Places } from "./places.js";
import type {
  AutoscalerConfig,
  FileConnection,
  Layer,
  Match,
  Mode,
  ScheduleWindow,
  UnresolvedSetting,
} from "./settings.js";

/** What building a configuration needs beside the values: where they stand. */
export interface BuildContext {
  readonly file: string;
  readonly places: Places;
  /** The 1-based line of an offset. */
  readonly lineAt: (offset: number) => number;
  readonly unresolved: readonly UnresolvedSetting[];
}

/** An entry of a list whose every value is known, with its index in the file. */
function entries<T>(list: readonly T[] | undefined): readonly (readonly [number, T])[] {
  return [...(list ?? []).entries()];
}

function linesOf(layer: LayerFile, context: BuildContext): Readonly<Record<string, number>> {
  const lines: Record<string, number> = {};
  const collect = (parent: object, prefix: string): void => {
    for (const [key, value] of Object.entries(parent) as [string, unknown][]) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      const span = context.places.key(parent, key);
      if (span !== null) lines[path] = context.lineAt(span.start);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, path);
    }
  };
  for (const key of ["cpu", "memory", "cooldown"] as const) {
    const part = layer[key];
    if (part !== undefined) collect(part, key);
  }
  for (const key of ["cpu", "memory", "priority"] as const) {
    const span = layer[key] === undefined ? null : context.places.key(layer, key);
    if (span !== null) lines[key] = context.lineAt(span.start);
  }
  return lines;
}

function buildLayer(layer: LayerFile, context: BuildContext): Layer {
  return layerOf(layer, linesOf(layer, context));
}

function matchOf(match: MatchFile): Match {
  return match;
}

function windowOf(when: {
  readonly days?: readonly (readonly number[])[];
  readonly from: number;
  readonly to: number;
}): ScheduleWindow {
  const { days, from, to } = when;
  return days === undefined ? { from, to } : { days: [...new Set(days.flat())].sort((a, b) => a - b), from, to };
}

function connectionOf(connection: Connection): FileConnection {
  const { url, alsoTry, token, fingerprint, ca } = connection;
  return {
    ...(url === undefined ? {} : { url }),
    ...(alsoTry === undefined ? {} : { alsoTry }),
    ...(token === undefined ? {} : { token }),
    ...(fingerprint === undefined ? {} : { fingerprints: fingerprint }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Makes the configuration of a file that has no errors, with the defaults of the schema where the file is silent. */
export function buildConfig(file: AutoscalerFile, context: BuildContext): AutoscalerConfig {
  const { places, lineAt } = context;
  const lineOf = (list: object | undefined, index: number): number => {
    const span = list === undefined ? null : places.key(list, index);
    return span === null ? 1 : lineAt(span.start);
  };
  const { defaults = {}, safety } = file;
  const defaultsLayer = buildLayer(defaults, context);
  return {
    file: context.file,
    version: 1,
    intervalSeconds: file.interval ?? builtInNumber("interval"),
    timezone: file.timezone ?? String(builtIn("timezone")),
    mode: file.mode ?? (builtIn("mode") as Mode),
    connection: connectionOf(file.connection ?? {}),
    defaults: defaults.match === undefined ? defaultsLayer : { ...defaultsLayer, match: matchOf(defaults.match) },
    policies: entries(file.policies).map(([index, policy]) => ({
      name: policy.name ?? `policies[${index}]`,
      index,
      line: lineOf(file.policies, index),
      match: matchOf(policy.match),
      layer: buildLayer(policy, context),
    })),
    ignore: matchOf(file.ignore ?? {}),
    schedules: entries(file.schedules).map(([index, schedule]) => ({
      name: schedule.name ?? `schedules[${index}]`,
      index,
      line: lineOf(file.schedules, index),
      match: matchOf(schedule.match),
      when: windowOf(schedule.when),
      layer: buildLayer(schedule, context),
    })),
    groups: entries(file.groups).map(([index, group]) => ({
      ...group,
      name: group.name ?? `groups[${index}]`,
      index,
      line: lineOf(file.groups, index),
    })),
    safety: {
      reserve: {
        cpu: safety?.reserve?.cpu ?? builtInNumber("safety.reserve.cpu"),
        memory: safety?.reserve?.memory ?? builtInNumber("safety.reserve.memory"),
      },
      nodeLimits: {
        cpu: safety?.nodeLimits?.cpu ?? builtInNumber("safety.nodeLimits.cpu"),
        memory: safety?.nodeLimits?.memory ?? builtInNumber("safety.nodeLimits.memory"),
      },
      maxChangesPerCycle: safety?.maxChangesPerCycle ?? builtInNumber("safety.maxChangesPerCycle"),
      maxConcurrent: safety?.maxConcurrent ?? builtInNumber("safety.maxConcurrent"),
    },
    notifications: file.notifications ?? [],
    metrics: file.metrics ?? null,
    unresolved: context.unresolved,
  };
}
