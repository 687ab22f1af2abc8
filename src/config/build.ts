import type { AutoscalerFile, Connection, Match as MatchFile } from "./generated/autoscaler-file.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { placedSettings } from "./layer-places.js";
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

/** An entry of a list, with where it is in the file. */
interface Entry<T> {
  readonly entry: T;
  readonly index: number;
  readonly line: number;
}

function entriesOf<T extends object>(
  list: readonly T[] | undefined,
  { places, lineAt }: BuildContext,
): readonly Entry<T>[] {
  return (list ?? []).map((entry, at) => {
    const place = list === undefined ? null : places.of(list, at);
    const span = place?.key ?? place?.value;
    return { entry, index: place?.index ?? at, line: span === undefined ? 1 : lineAt(span.start) };
  });
}

function linesOf(layer: LayerFile, { places, lineAt }: BuildContext): Readonly<Record<string, number>> {
  const lines: Record<string, number> = {};
  for (const [path, { place }] of placedSettings(layer, "", places))
    lines[path] = lineAt((place.key ?? place.value).start);
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
    policies: entriesOf(file.policies, context).map(({ entry: policy, index, line }) => ({
      name: policy.name ?? `policies[${index}]`,
      index,
      line,
      match: matchOf(policy.match),
      layer: buildLayer(policy, context),
    })),
    ignore: matchOf(file.ignore ?? {}),
    schedules: entriesOf(file.schedules, context).map(({ entry: schedule, index, line }) => ({
      name: schedule.name ?? `schedules[${index}]`,
      index,
      line,
      match: matchOf(schedule.match),
      when: windowOf(schedule.when),
      layer: buildLayer(schedule, context),
    })),
    groups: entriesOf(file.groups, context).map(({ entry: group, index, line }) => ({
      ...group,
      name: group.name ?? `groups[${index}]`,
      index,
      line,
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
