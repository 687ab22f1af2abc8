import { DateTime } from "luxon";
import { schemaAt, type AutoscalerConfig, type SettingOrigin } from "../../config/index.js";
import { formatDuration, formatPercentage, formatSize } from "../../model/index.js";
import type { ExplainDocument, ExplainPause } from "./document.js";

/** Who is meant and what manages it, in a sentence. */
export function explainHeadline({ vmid, name, node, managed, ignoredBy, policies, notes }: ExplainDocument): string {
  const who = `CT ${vmid}${name === null ? "" : ` ${name}`}${node === null ? "" : ` on ${node}`}`;
  if (ignoredBy !== null) return `${who} is ignored (${ignoredBy}).`;
  if (!managed) {
    return notes.some((note) => note.startsWith("Whether"))
      ? `${who} is not managed, as far as that can be told without an inventory.`
      : `${who} is not managed: no policy matches it, so it is never scaled.`;
  }
  if (policies.length === 0) return `${who} is managed by defaults alone.`;
  return `${who} is managed by ${policies.length === 1 ? "policy" : "the policies"} ${policies.join(", ")}.`;
}

const directions = { up: "growth", down: "shrinking", both: "scaling" } as const;

function pauseLine({ direction, by, until, note }: ExplainPause, timezone: string): string {
  const cause = { file: "by the file", tag: "by a tag", pause: "by the command pause" }[by];
  const end = until === null ? "" : ` until ${explainTime(until, timezone)}`;
  return `Paused: ${directions[direction]}, ${cause}${end}${note === null ? "" : ` (${note})`}.`;
}

/** Schedules in force or to come, pauses and presets, a sentence each. */
export function explainCircumstances(document: ExplainDocument, timezone: string): readonly string[] {
  const { calendar, paused, preset, at } = document;
  const lines = [`At ${explainTime(at, timezone)} (${timezone}).`];
  for (const { name, inForce, until } of calendar) {
    const change = until === null ? "" : ` ${inForce ? "until" : "before"} ${explainTime(until, timezone)}`;
    lines.push(`Schedule ${name} is ${inForce ? "" : "not "}in force${change}.`);
  }
  lines.push(...paused.map((pause) => pauseLine(pause, timezone)));
  if (preset !== null) {
    lines.push(`Preset ${preset.name}: ${preset.why}`);
    for (const { resource, why } of preset.noticesAfterRestart) {
      lines.push(`A change of ${resource} is only noticed after a restart: ${why}`);
    }
  }
  return lines;
}

/** `Sat 21 Nov 2026 22:30`, of an ISO 8601 time. */
export function explainTime(time: string, timezone: string): string {
  return DateTime.fromISO(time, { zone: timezone }).setLocale("en-GB").toFormat("ccc d LLL yyyy HH:mm");
}

const mebibytesInGibibyte = 1024;

/** A value as it would stand in a file. */
export function settingText({ path, value }: SettingOrigin): string {
  if (typeof value !== "number") return String(value);
  const type = schemaAt(["defaults", ...path.split(".")])?.type;
  if (type === "duration") return formatDuration(value);
  if (type === "percentage") return formatPercentage(value);
  // Volumes are counted in GiB.
  if (type === "size") return formatSize(/^(?:rootfs|mountPoints)\b/u.test(path) ? value * mebibytesInGibibyte : value);
  return String(value);
}

/** What the policy or schedule at an origin is called; `null`: it is neither. */
export type NameOfOrigin = (origin: string, file: string | undefined) => string | null;

export function originNames(config: AutoscalerConfig): NameOfOrigin {
  const key = (origin: string, file: string | undefined): string => `${file ?? ""}\n${origin}`;
  const found = new Map<string, string>();
  for (const section of ["policies", "schedules"] as const) {
    for (const { name, index, file } of config[section]) found.set(key(`${section}[${index}]`, file), name);
  }
  return (origin, file) => found.get(key(origin, file)) ?? null;
}

/** `policy web, line 12 (preset postgresql)`, `built in`. */
export function originText({ origin, line, file, through }: SettingOrigin, nameOf: NameOfOrigin): string {
  if (origin === "built-in") return "built in";
  const name = nameOf(origin, file);
  const what = name === null ? origin : `${origin.startsWith("policies") ? "policy" : "schedule"} ${name}`;
  const place = line === null ? "" : file === undefined ? `, line ${line}` : `, ${file}:${line}`;
  return `${what}${place}${through === undefined ? "" : ` (${through})`}`;
}
