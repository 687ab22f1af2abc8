import type {
  AutoscalerFile,
  Connection,
  Defaults,
  History,
  Match as MatchFile,
  Safety as SafetyFile,
  When,
} from "./generated/autoscaler-file.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { normalise, shapeAt } from "./normalise.js";
import { placedSettings } from "./layer-places.js";
import { layerOf } from "./layers.js";
import type { LayerFile } from "./layers.js";
import type { Places } from "./places.js";
import type {
  AutoscalerConfig,
  BusinessHours,
  DateRange,
  FileConnection,
  HistorySettings,
  Layer,
  Match,
  Mode,
  Safety,
  ScheduleWindow,
  UnresolvedSetting,
} from "./settings.js";

/** What building a configuration needs beside the values: where they stand. */
export interface BuildContext {
  readonly file: string;
  readonly places: Places;
  /** `defaults` of the files that are included, the lowest first. */
  readonly below: readonly Defaults[];
  /** The included file that an offset is in; `null` for the file itself. */
  readonly fileAt: (offset: number) => string | null;
  /** The 1-based line of an offset, in its file. */
  readonly lineAt: (offset: number) => number;
  readonly unresolved: readonly UnresolvedSetting[];
  /** Days on which the calendar of the file has an event. */
  readonly calendarDates: readonly DateRange[];
}

/** An entry of a list, with where it is in the file. */
interface Entry<T> {
  readonly entry: T;
  readonly index: number;
  readonly line: number;
  /** What it is called where it has no name: its place, with its file where that is another one. */
  readonly place: string;
  /** The included file it stands in. */
  readonly from: { readonly file?: string };
}

function entriesOf<T extends object>(
  list: readonly T[] | undefined,
  word: string,
  { places, lineAt, fileAt }: BuildContext,
): readonly Entry<T>[] {
  return (list ?? []).map((entry, at) => {
    const place = list === undefined ? null : places.of(list, at);
    const span = place?.key ?? place?.value;
    const file = span === undefined ? null : fileAt(span.start);
    const index = place?.index ?? at;
    return {
      entry,
      index,
      line: span === undefined ? 1 : lineAt(span.start),
      place: `${file === null ? "" : `${file}: `}${word}[${index}]`,
      from: file === null ? {} : { file },
    };
  });
}

/** A layer stands in one file as a whole. */
function buildLayer(layer: LayerFile, { places, lineAt, fileAt }: BuildContext): Layer {
  const lines: Record<string, number> = {};
  let file: string | null = null;
  for (const [path, { place }] of placedSettings(layer, "", places)) {
    const { start } = place.key ?? place.value;
    lines[path] = lineAt(start);
    file ??= fileAt(start);
  }
  const built = layerOf(layer, lines);
  return file === null ? built : { ...built, file };
}

function matchOf(match: MatchFile): Match {
  return match;
}

const wholeDay = { from: 0, to: 24 * 60 } as const;

function weekdays(days: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(days.flat())].sort((a, b) => a - b);
}

function windowOf(when: When): ScheduleWindow {
  const { days, from = wholeDay.from, to = wholeDay.to, dates, holidays, during, outside } = when;
  return {
    from,
    to,
    ...(days === undefined ? {} : { days: weekdays(days) }),
    ...(dates === undefined ? {} : { dates }),
    ...(holidays === undefined ? {} : { holidays }),
    ...(during === undefined ? {} : { during }),
    ...(outside === undefined ? {} : { outside }),
  };
}

function usualDays(): readonly (readonly number[])[] {
  const path = "businessHours.days";
  return normalise(shapeAt(path).default, path) as readonly (readonly number[])[];
}

/** False where a part of the time is not known, because a reference is not set: then it is in force at none. */
function isTimed(when: When, { places }: BuildContext): boolean {
  for (const key of places.keys(when)) if (when[key as keyof When] === undefined) return false;
  return true;
}

function businessHoursOf({ businessHours }: AutoscalerFile): BusinessHours {
  const { days, from, to } = businessHours ?? {};
  return {
    days: weekdays(days ?? usualDays()),
    from: from ?? builtInNumber("businessHours.from"),
    to: to ?? builtInNumber("businessHours.to"),
  };
}

/** The limits where no file says otherwise. */
export function builtInSafety(): Safety {
  return safetyOf();
}

function safetyOf(safety: SafetyFile = {}): Safety {
  const { reserve, nodeLimits, emergency, lease } = safety;
  const or = (given: number | undefined, path: string): number => given ?? builtInNumber(`safety.${path}`);
  return {
    reserve: { cpu: or(reserve?.cpu, "reserve.cpu"), memory: or(reserve?.memory, "reserve.memory") },
    nodeLimits: { cpu: or(nodeLimits?.cpu, "nodeLimits.cpu"), memory: or(nodeLimits?.memory, "nodeLimits.memory") },
    maxChangesPerCycle: or(safety.maxChangesPerCycle, "maxChangesPerCycle"),
    maxConcurrent: or(safety.maxConcurrent, "maxConcurrent"),
    maxChangesPerDay: safety.maxChangesPerDay ?? null,
    emergency: emergency === undefined ? null : { memory: or(emergency.memory, "emergency.memory") },
    lease: { container: lease?.container ?? null, durationSeconds: or(lease?.duration, "lease.duration") },
    storageReserve: or(safety.storageReserve, "storageReserve"),
  };
}

function historyOf({ source, retention, prometheus }: History = {}): HistorySettings {
  return {
    source: source ?? (builtIn("history.source") as HistorySettings["source"]),
    retentionSeconds: retention ?? builtInNumber("history.retention"),
    prometheus: prometheus ?? null,
  };
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
  const { defaults = {} } = file;
  const defaultsLayer = buildLayer(defaults, context);
  return {
    file: context.file,
    version: 1,
    intervalSeconds: file.interval ?? builtInNumber("interval"),
    timezone: file.timezone ?? String(builtIn("timezone")),
    mode: file.mode ?? (builtIn("mode") as Mode),
    connection: connectionOf(file.connection ?? {}),
    defaults: defaults.match === undefined ? defaultsLayer : { ...defaultsLayer, match: matchOf(defaults.match) },
    includedDefaults: context.below.map((below) => buildLayer(below, context)),
    policies: entriesOf(file.policies, "policies", context).map(({ entry: policy, index, line, place, from }) => ({
      ...from,
      name: policy.name ?? place,
      index,
      line,
      match: matchOf(policy.match),
      layer: buildLayer(policy, context),
    })),
    ignore: matchOf(file.ignore ?? {}),
    schedules: entriesOf(file.schedules, "schedules", context)
      .filter(({ entry }) => isTimed(entry.when, context))
      .map(({ entry: schedule, index, line, place, from }) => ({
        ...from,
        name: schedule.name ?? place,
        index,
        line,
        match: matchOf(schedule.match),
        when: windowOf(schedule.when),
        layer: buildLayer(schedule, context),
      })),
    groups: entriesOf(file.groups, "groups", context).map(({ entry: group, index, line, place, from }) => ({
      ...group,
      ...from,
      name: group.name ?? place,
      index,
      line,
    })),
    holidays: { dates: [...(file.holidays?.dates ?? []), ...context.calendarDates], file: file.holidays?.file ?? null },
    businessHours: businessHoursOf(file),
    safety: safetyOf(file.safety),
    history: historyOf(file.history),
    includes: file.include ?? [],
    notifications: file.notifications ?? [],
    metrics: file.metrics ?? null,
    unresolved: context.unresolved,
  };
}
