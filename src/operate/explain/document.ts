import {
  compileMatch,
  openKeys,
  presetOf,
  scheduleState,
  type AutoscalerConfig,
  type EffectiveSettings,
  type MatchSubject,
  type RestartNotice,
  type SettingOrigin,
} from "../../config/index.js";
import { pausedByTag, type PauseDirection } from "../../engine/index.js";
import type { Container, OutcomeDocument } from "../../model/index.js";
import type { RecordedChange, RecordedPause } from "./past.js";

export interface ExplainInput {
  readonly config: AutoscalerConfig;
  readonly subject: MatchSubject;
  /** `null`: it is in no inventory that is known. */
  readonly container: Container | null;
  readonly settings: EffectiveSettings;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly history: readonly RecordedChange[];
  readonly pauses: readonly RecordedPause[];
  readonly notes: readonly string[];
}

export interface ExplainSchedule {
  readonly name: string;
  readonly inForce: boolean;
  /** ISO 8601, UTC: when that changes; `null`: never. */
  readonly until: string | null;
}

export interface ExplainPause {
  readonly direction: PauseDirection;
  /** `file`: the key `pause`; `tag`: a tag in Proxmox VE; `pause`: the command, for this container or for everything. */
  readonly by: "file" | "tag" | "pause";
  readonly until: string | null;
  readonly note: string | null;
}

export interface ExplainChange {
  readonly time: string;
  readonly run: string;
  readonly cluster: string;
  readonly resource: OutcomeDocument["resource"];
  readonly unit: OutcomeDocument["unit"];
  readonly from: number | null;
  readonly to: number | null;
  readonly outcome: OutcomeDocument["outcome"];
  readonly reasons: OutcomeDocument["reasons"];
  readonly error?: string;
}

/** What `explain --format json` prints; its schema is `schemas/explain.schema.json`. */
export interface ExplainDocument {
  readonly vmid: number;
  /** `null` without an inventory that has it. */
  readonly name: string | null;
  readonly node: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly managed: boolean;
  readonly ignoredBy: string | null;
  readonly policies: readonly string[];
  /** Names of those in force. */
  readonly schedules: readonly string[];
  readonly behaviour: string;
  readonly preset: {
    readonly name: string;
    readonly title: string;
    readonly why: string;
    readonly noticesAfterRestart: readonly RestartNotice[];
  } | null;
  readonly settings: readonly SettingOrigin[];
  /** The schedules that match it, in force or not. */
  readonly calendar: readonly ExplainSchedule[];
  readonly paused: readonly ExplainPause[];
  /** The newest first. */
  readonly history: readonly ExplainChange[];
  readonly notes: readonly string[];
}

/** What holds of a container, where each value comes from, until when, and what was done to it. Reads nothing itself. */
export function explainDocument(input: ExplainInput): ExplainDocument {
  const { config, subject, container, settings, at, history, notes } = input;
  const preset = settings.preset === null ? null : presetOf(settings.preset);
  return {
    vmid: subject.vmid,
    name: container?.name ?? null,
    node: container?.node ?? null,
    at: iso(at),
    managed: settings.managed,
    ignoredBy: settings.ignoredBy,
    policies: settings.policies,
    schedules: settings.schedules,
    behaviour: settings.behaviour,
    preset:
      preset === null
        ? null
        : {
            name: preset.name,
            title: preset.title,
            why: preset.why,
            noticesAfterRestart: preset.noticesAfterRestart,
          },
    settings: settings.origins,
    calendar: calendarOf(input),
    paused: pausesFor(input),
    history: explainedChanges(history),
    notes: [...openNotes(config, subject), ...unresolvedNotes(config), ...notes],
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function calendarOf({ config, subject, settings, at }: ExplainInput): readonly ExplainSchedule[] {
  if (!settings.matched) return [];
  return config.schedules
    .filter(({ match }) => compileMatch(match).all(subject))
    .map(({ name, when }) => {
      const { inForce, until } = scheduleState(when, config, at);
      return { name, inForce, until: until === null ? null : iso(until) };
    });
}

function pausesFor({ container, settings, pauses, config }: ExplainInput): readonly ExplainPause[] {
  const inFile = settings.origins.find(({ path }) => path === "pause")?.value;
  const byTag = container === null ? null : pausedByTag(container.tags);
  const byMode = config.mode === "paused";
  return [
    ...(byMode ? [{ direction: "both", by: "file", until: null, note: "mode: paused" } as const] : []),
    ...(inFile === "up" || inFile === "down" || inFile === "both"
      ? [{ direction: inFile, by: "file", until: null, note: null } as const]
      : []),
    ...(byTag === null ? [] : [{ direction: byTag, by: "tag", until: null, note: null } as const]),
    ...pauses.map(
      ({ pause: { direction, until, note } }) =>
        ({ direction, by: "pause", until: until === null ? null : iso(until), note }) as const,
    ),
  ];
}

/** The changes of runs, as they are told. */
export function explainedChanges(history: readonly RecordedChange[]): readonly ExplainChange[] {
  return history.map(changeOf);
}

function changeOf({ time, run, cluster, outcome }: RecordedChange): ExplainChange {
  const { resource, unit, from, to, reasons, error } = outcome;
  const change = { time: iso(time), run, cluster, resource, unit, from, to, outcome: outcome.outcome, reasons };
  return error === undefined ? change : { ...change, error };
}

/** What can't be judged without knowing more of the container. */
function openNotes(config: AutoscalerConfig, subject: MatchSubject): readonly string[] {
  const notes: string[] = [];
  const add = (what: string, match: AutoscalerConfig["ignore"], any = false): void => {
    const keys = openKeys(match, subject, any);
    if (keys.length === 0) return;
    const words = keys.map((key) => `\`${key}\``).join(" and ");
    notes.push(`Whether ${what} matches depends on ${words}, known only with an inventory: it does not count here.`);
  };
  add("`ignore`", config.ignore, true);
  if (config.defaults.match !== undefined) add("`defaults.match`", config.defaults.match);
  for (const { name, match } of config.policies) add(`policy \`${name}\``, match);
  for (const { name, match } of config.schedules) add(`schedule \`${name}\``, match);
  return notes;
}

function unresolvedNotes({ unresolved }: AutoscalerConfig): readonly string[] {
  return unresolved
    .filter(({ path }) => !/^(?:connection|notifications|history)\b/u.test(path))
    .map(({ path, reference }) => `\`${path}\` is ${reference}, which is not known here, and counts as not given.`);
}
