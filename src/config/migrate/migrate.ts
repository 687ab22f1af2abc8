import type { Finding } from "../../model/index.js";
import { mostFindings, severityOf } from "../codes.js";
import { isMap, isScalar, parseDocument, rangeOf, spanOf } from "../document.js";
import type { AutoscalerDocument, Node, PlacedProblem, Span } from "../document.js";
import { isEventLog, migrateEventLog, readEventLog } from "./event-log.js";
import { formatNames, formatOfKeys, formatOfRecord, formatOfText } from "./formats.js";
import type { FormatId } from "./formats.js";
import { migrateDeploymentVariables } from "./deployment-variables.js";
import { openLedger } from "./ledger.js";
import type { Ledger, LedgerNote, MigratedKey, NewVariable } from "./ledger.js";
import { migrateLxcAutoscale } from "./lxc-autoscale.js";
import { migrateLxcAutoscaler } from "./lxc-autoscaler.js";
import { migrateMachineLearning } from "./machine-learning.js";
import { metricsCycles, metricsTrace } from "./metrics-trace.js";
import { migrateNexcage } from "./nexcage.js";
import { newMap, writeFile } from "./new-file.js";
import { oldEnvironment, oldIni } from "./old-lines.js";
import { oldJson, oldYaml } from "./old-file.js";
import type { OldFile } from "./old-tree.js";
import { migrateBackup, migrateBoostState, migrateMapping } from "./records.js";
import { migrateServiceAutoscaler } from "./service-autoscaler.js";

/** One thing to know about a migration, at its place in the older file. */
export interface MigrationNote extends Finding {
  readonly severity: "warning" | "information";
  /** The key of the older file; `null`: it is about the whole. */
  readonly key: string | null;
}

/** An older file as version 1, with what became of everything in it. */
export interface Migration {
  readonly kind: "migrated";
  readonly format: FormatId;
  readonly formatName: string;
  /** A trace is CSV, for `replay`. */
  readonly product: "configuration" | "trace";
  readonly text: string;
  /** In the order of the older file. */
  readonly notes: readonly MigrationNote[];
  /** Every key of the older file and what became of it. Empty for a trace or a log. */
  readonly keys: readonly MigratedKey[];
  /** Variables to set before the new file is used. */
  readonly variables: readonly NewVariable[];
}

/** Why there is nothing to migrate. */
export interface NotMigrated {
  readonly kind: "current" | "unknown" | "unreadable";
  /** For `unreadable`: what is wrong with the text. */
  readonly findings: readonly Finding[];
}

export interface MigrateOptions {
  /** The name, for notes; some records are told by it. */
  readonly file: string;
}

/** An older file that was recognised, before anything is written. */
export interface Recognised {
  readonly format: FormatId;
  readonly place: Span;
  /** What can't be read in it: then nothing else is known. */
  readonly problems: readonly PlacedProblem[];
  readonly read: () => OldFile | null;
}

/** What the readers of the older programs took: `]# comment`, `"x"# comment`, and a directive for YAML 1.1. */
function isHarmless({ code, span }: PlacedProblem, text: string): boolean {
  return code === "syntax" && /^(?:\S?#|%YAML)/u.test(text.slice(span.start, span.start + 5));
}

function topKeys(root: Node | null): readonly string[] {
  if (!isMap(root)) return [];
  return root.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

function keysInside(document: AutoscalerDocument, key: string): readonly string[] {
  if (!isMap(document.root)) return [];
  const pair = document.root.items.find((item) => isScalar(item.key) && item.key.value === key);
  return topKeys((pair?.value ?? null) as Node | null);
}

/** Where an older file begins, for the finding about it as a whole. */
function firstPlace(document: AutoscalerDocument): Span {
  const key = isMap(document.root) ? (document.root.items[0]?.key as Node | undefined) : undefined;
  if (key !== undefined) return spanOf(key);
  const start = Math.max(0, document.text.search(/\S/u));
  return { start, end: start + (/^[^\r\n]*/u.exec(document.text.slice(start))?.[0].trimEnd().length ?? 0) };
}

/** Tells an older format by a document that was read; `null`: it is none. */
export function recogniseOlder(document: AutoscalerDocument, file: string): Recognised | null {
  const { text, root } = document;
  if (document.problems.some(({ code }) => code === "too-large")) return null;
  const place = firstPlace(document);
  const byLines = formatOfText(text);
  if (byLines === "lxc-autoscale-ini") {
    countLines(document);
    return { format: byLines, place, problems: [], read: () => oldIni(text) };
  }
  if (isMap(root)) {
    const format = formatOfKeys(topKeys(root), (key) => keysInside(document, key)) ?? recordIn(text, file);
    const problems = document.problems.filter(
      (problem) => problem.code !== "unknown-reference" && !isHarmless(problem, text),
    );
    if (format !== null) return { format, place, problems, read: () => oldYaml(document) ?? jsonIn(text) };
  }
  if (byLines === null || isMap(root)) return null;
  countLines(document);
  return { format: byLines, place, problems: [], read: () => oldEnvironment(text) };
}

/** Of a text that is no YAML the reader of YAML knows only the lines it came to. */
function countLines({ text, lines }: AutoscalerDocument): void {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  lines.lineStarts = starts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function recordIn(text: string, file: string): FormatId | null {
  return /^\s*\{/u.test(text) ? formatOfRecord(parsed(text), file) : null;
}

function jsonIn(text: string): OldFile | null {
  return /^\s*\{/u.test(text) ? oldJson(text, parsed(text)) : null;
}

const withoutMark = (source: string): string => (source.startsWith("\uFEFF") ? source.slice(1) : source);

/**
 * Records in JSON that are told, and read, without YAML: usage of the older monitor and the log of events.
 * `null`: it is none of them.
 */
export function recordFormat(source: string): "metrics" | "event-log" | null {
  const text = withoutMark(source);
  if (!/^\s*[[{]/u.test(text)) return null;
  if (text.includes("container_id") && isEventLog(text)) return "event-log";
  if (!text.includes("cpu_usage_percent")) return null;
  return metricsCycles(parsed(text)) === null ? null : "metrics";
}

function translate(
  format: FormatId,
  ledger: Ledger,
  file: string,
): { readonly new: ReturnType<typeof newMap>; readonly heading: readonly string[] } {
  const made = newMap();
  const heading = ((): readonly string[] => {
    switch (format) {
      case "lxc-autoscale":
      case "lxc-autoscale-groups":
        return migrateLxcAutoscale(ledger, made, { variables: false, ownClock: false });
      case "lxc-autoscale-v1":
      case "lxc-autoscale-autoconf":
      case "lxc-autoscale-ini":
        return migrateLxcAutoscale(ledger, made, { variables: false, ownClock: true });
      case "lxc-autoscale-variables":
        return migrateLxcAutoscale(ledger, made, { variables: true, ownClock: true });
      case "lxc-autoscaler":
        return migrateLxcAutoscaler(ledger, made);
      case "service-autoscaler":
        return migrateServiceAutoscaler(ledger, made);
      case "lxc-autoscale-ml":
        return migrateMachineLearning(ledger, made);
      case "nexcage":
        return migrateNexcage(ledger, made);
      case "deployment-variables":
        return migrateDeploymentVariables(ledger, made);
      case "backup":
        return migrateBackup(ledger, made, file);
      case "boost-state":
        return migrateBoostState(ledger, made);
      case "vmid-mapping":
        return migrateMapping(ledger, made);
      case "event-log":
      case "metrics":
        return [];
    }
  })();
  ledger.settleRest();
  return { new: made, heading };
}

function heading(format: FormatId, more: readonly string[], variables: readonly NewVariable[]): readonly string[] {
  const names = [...new Set(variables.map(({ name }) => name))];
  return [
    `Made by \`lxc-autoscaler migrate\` from the format of ${formatNames[format]}.`,
    ...(more.length === 0 ? [] : [more.join(" ")]),
    ...(names.length === 0 ? [] : [`Variables to set: ${names.join(", ")}.`]),
  ];
}

/** What stood above everything in the older file. */
function banner(ledger: Ledger): readonly string[] {
  return ledger.banner.length === 0 ? [] : ["", ...ledger.banner];
}

function tailOf(ledger: Ledger): readonly string[] {
  return [
    ...(ledger.tail().length === 0
      ? []
      : ["Not carried over, or without effect (the old value and why):", ...ledger.tail()]),
    ...(ledger.ending.length === 0 ? [] : ["", ...ledger.ending]),
  ];
}

function placed(
  document: { readonly document: AutoscalerDocument; readonly file: string },
  notes: readonly LedgerNote[],
): readonly MigrationNote[] {
  const sorted = [...notes].sort((a, b) => a.span.start - b.span.start);
  return sorted.slice(0, mostFindings).map(({ span, severity, code, key, message }) => ({
    file: document.file,
    ...rangeOf(document.document, span),
    severity,
    code,
    key,
    message,
  }));
}

/**
 * Makes a version 1 file of an older one, or a trace of recorded usage. Never throws and reads no files: what can't be
 * carried over is a note and a comment, secrets become references, and the same text gives the same result.
 */
export function migrateConfiguration(source: string, { file }: MigrateOptions): Migration | NotMigrated {
  const record = recordFormat(source);
  if (record === "metrics") return migrateMetrics(withoutMark(source), file);
  if (record === "event-log") return migrateLog(withoutMark(source), file);
  const document = parseDocument(source);
  const findings = (problems: readonly PlacedProblem[]): readonly Finding[] =>
    problems.map(({ code, message, span }) => ({
      file,
      ...rangeOf(document, span),
      severity: severityOf[code],
      code,
      message,
    }));
  const recognised = recogniseOlder(document, file);
  if (recognised === null) {
    if (document.problems.length > 0) return { kind: "unreadable", findings: findings(document.problems) };
    return { kind: topKeys(document.root).includes("version") ? "current" : "unknown", findings: [] };
  }
  const { format } = recognised;
  if (recognised.problems.length > 0) return { kind: "unreadable", findings: findings(recognised.problems) };
  const old = recognised.read();
  if (old === null) return { kind: "unknown", findings: [] };
  const ledger = openLedger(old);
  const { new: made, heading: more } = translate(format, ledger, file);
  return {
    kind: "migrated",
    format,
    formatName: formatNames[format],
    product: "configuration",
    text: writeFile(made, [...heading(format, more, ledger.variables), ...banner(ledger)], tailOf(ledger)),
    notes: placed({ document, file }, ledger.notes),
    keys: ledger.keys,
    variables: ledger.variables,
  };
}

/** What is wrong with an older file itself, for `validate`; it is translated and thrown away. */
export function olderDefects(recognised: Recognised, file: string): readonly PlacedProblem[] {
  if (recognised.problems.length > 0) return recognised.problems;
  const old = recognised.read();
  if (old === null) return [];
  const ledger = openLedger(old);
  translate(recognised.format, ledger, file);
  return ledger.defects;
}

function note(file: string, severity: MigrationNote["severity"], code: string, message: string): MigrationNote {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1, severity, code, key: null, message };
}

function migrateMetrics(text: string, file: string): Migration {
  const trace = metricsTrace(metricsCycles(parsed(text)) ?? []);
  const notes = [
    note(
      file,
      "warning",
      "not-carried",
      "The monitor recorded no number of cores: fill the column `cores` (and `memory_limit` where it is empty), or `replay` knows no size to start from.",
    ),
    note(file, "information", "meaning-changed", "Its times have no zone and are taken for UTC."),
  ];
  if (trace.failed > 0)
    notes.push(
      note(
        file,
        "information",
        "meaning-changed",
        `Readings that had failed were written as 0; they are unknown here: ${trace.failed}.`,
      ),
    );
  if (trace.skipped > 0)
    notes.push(
      note(
        file,
        "warning",
        "not-carried",
        `Entries without a CT id or a time, or that come twice, are left out: ${trace.skipped}.`,
      ),
    );
  if (trace.others.length > 0)
    notes.push(note(file, "warning", "not-carried", `A trace has no columns for ${trace.others.join(", ")}.`));
  return {
    kind: "migrated",
    format: "metrics",
    formatName: formatNames.metrics,
    product: "trace",
    text: trace.text,
    notes,
    keys: [],
    variables: [],
  };
}

function migrateLog(text: string, file: string): Migration {
  const log = readEventLog(text);
  const made = newMap();
  const { heading: more, tail } = migrateEventLog(log, made);
  const notes = [
    note(file, "warning", "not-carried", "A log has no settings: what the older program did is summed up in comments."),
  ];
  if (log.broken > 0)
    notes.push(note(file, "warning", "not-carried", `Lines that are no events are left out: ${log.broken}.`));
  return {
    kind: "migrated",
    format: "event-log",
    formatName: formatNames["event-log"],
    product: "configuration",
    text: writeFile(made, heading("event-log", more, []), tail),
    notes,
    keys: [],
    variables: [],
  };
}
