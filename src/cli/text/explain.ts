import { DateTime } from "luxon";
import { schemaAt, type SettingOrigin } from "../../config/index.js";
import { formatDuration, formatPercentage, formatSize } from "../../model/index.js";
import type { ExplainDocument, ExplainPause } from "../json/explain.js";
import { printable, type Paint } from "../output.js";
import { table, wrap } from "../table.js";
import { changeText } from "./sizes.js";

export interface ExplainTextOptions {
  readonly paint: Paint;
  /** Columns of the terminal; `null`: no limit. */
  readonly width: number | null;
  /** What the policy or schedule at an origin is called. */
  readonly nameOf: (origin: string, file: string | undefined) => string | null;
  /** The file's, in which times are shown. */
  readonly timezone: string;
}

/** What `explain` says in words: what holds, where from, until when, and what was done. */
export function explainText(document: ExplainDocument, options: ExplainTextOptions): string {
  const { paint, width } = options;
  const fold = (text: string): readonly string[] => (width === null ? [text] : wrap(text, width));
  const sections: (readonly string[])[] = [
    [...fold(paint("bold", headline(document))), ...circumstances(document, options).flatMap(fold)],
  ];
  if (document.settings.length > 0) sections.push(settingsTable(document, options));
  if (document.history.length > 0) {
    const rows = document.history.map(({ time, resource, outcome, reasons, error, ...change }) => [
      when(time, options.timezone),
      resource,
      changeText(change),
      outcome,
      printable(error ?? reasons[0]?.text ?? ""),
    ]);
    const columns = [
      { title: "WHEN" },
      { title: "RESOURCE" },
      { title: "CHANGE" },
      { title: "OUTCOME" },
      { title: "WHY", wraps: true },
    ];
    sections.push([
      paint("bold", "What the last runs did"),
      ...table(columns, rows, { width, heading: (text) => paint("dim", text) }),
    ]);
  }
  const notes = document.notes.flatMap((note) => fold(`${paint("yellow", "Note:")} ${printable(note)}`));
  if (notes.length > 0) sections.push(notes);
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function headline({ vmid, name, node, managed, ignoredBy, policies, notes }: ExplainDocument): string {
  const who = `CT ${vmid}${name === null ? "" : ` ${printable(name)}`}${node === null ? "" : ` on ${printable(node)}`}`;
  if (ignoredBy !== null) return `${who} is ignored (${printable(ignoredBy)}).`;
  if (!managed) {
    return notes.some((note) => note.startsWith("Whether"))
      ? `${who} is not managed, as far as that can be told without an inventory.`
      : `${who} is not managed: no policy matches it, so it is never scaled.`;
  }
  if (policies.length === 0) return `${who} is managed by defaults alone.`;
  const words = policies.map(printable).join(", ");
  return `${who} is managed by ${policies.length === 1 ? "policy" : "the policies"} ${words}.`;
}

const directions = { up: "growth", down: "shrinking", both: "scaling" } as const;

function pauseLine({ direction, by, until, note }: ExplainPause, timezone: string): string {
  const cause = { file: "by the file", tag: "by a tag", pause: "by the command pause" }[by];
  const end = until === null ? "" : ` until ${when(until, timezone)}`;
  return `Paused: ${directions[direction]}, ${cause}${end}${note === null ? "" : ` (${printable(note)})`}.`;
}

function circumstances(document: ExplainDocument, { timezone }: ExplainTextOptions): readonly string[] {
  const { calendar, paused, preset, at } = document;
  const lines = [`At ${when(at, timezone)} (${timezone}).`];
  for (const { name, inForce, until } of calendar) {
    const change = until === null ? "" : ` ${inForce ? "until" : "before"} ${when(until, timezone)}`;
    lines.push(`Schedule ${printable(name)} is ${inForce ? "" : "not "}in force${change}.`);
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

/** `Sat 21 Nov 2026 22:30`. */
function when(time: string, timezone: string): string {
  return DateTime.fromISO(time, { zone: timezone }).setLocale("en-GB").toFormat("ccc d LLL yyyy HH:mm");
}

function settingsTable({ settings }: ExplainDocument, { paint, width, nameOf }: ExplainTextOptions): readonly string[] {
  const rows = settings.map((setting) => [setting.path, settingText(setting), originText(setting, { paint, nameOf })]);
  const columns = [{ title: "SETTING" }, { title: "VALUE" }, { title: "FROM", wraps: true }];
  return table(columns, rows, { width, heading: (text) => paint("dim", text) });
}

const mebibytesInGibibyte = 1024;

/** A value as it would stand in a file. */
function settingText({ path, value }: SettingOrigin): string {
  if (typeof value !== "number") return String(value);
  const type = schemaAt(["defaults", ...path.split(".")])?.type;
  if (type === "duration") return formatDuration(value);
  if (type === "percentage") return formatPercentage(value);
  // Volumes are counted in GiB.
  if (type === "size") return formatSize(/^(?:rootfs|mountPoints)\b/u.test(path) ? value * mebibytesInGibibyte : value);
  return String(value);
}

/** `policy web, line 12 (preset postgresql)`. */
function originText(
  { origin, line, file, through }: SettingOrigin,
  { paint, nameOf }: Pick<ExplainTextOptions, "paint" | "nameOf">,
): string {
  if (origin === "built-in") return paint("dim", "built in");
  const name = nameOf(origin, file);
  const what = name === null ? origin : `${origin.startsWith("policies") ? "policy" : "schedule"} ${printable(name)}`;
  const place = line === null ? "" : file === undefined ? `, line ${line}` : `, ${printable(file)}:${line}`;
  return `${what}${place}${through === undefined ? "" : ` (${through})`}`;
}
