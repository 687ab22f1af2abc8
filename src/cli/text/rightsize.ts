import { counted, escapeMarkdown, formatDuration, formatPercent, formatSize, printable } from "../../model/index.js";
import type { Advice, Confidence, Rightsizing, Verdict } from "../../engine/index.js";
import type { RestartNotice } from "../../config/index.js";
import type { Paint } from "../output.js";
import { table, wrap } from "../table.js";

export interface RightsizeTextOptions {
  readonly paint: Paint;
  /** Columns of the terminal; `null`: no limit. */
  readonly width: number | null;
  /** `demo (pve1:8006)`. */
  readonly where: string;
  /** Show what is right and what can't be told as well. */
  readonly verbose: boolean;
  readonly reasons: (advice: Advice) => readonly string[];
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  "too-big": "too big",
  "too-small": "too small",
  right: "right",
  unlimited: "no limit",
  unknown: "unknown",
};

const marks: Readonly<Record<Verdict, string>> = {
  "too-big": "▼",
  "too-small": "▲",
  right: "·",
  unlimited: "∞",
  unknown: "?",
};

/** Short of something comes first, then what is large and sure. */
const order: readonly Verdict[] = ["too-small", "too-big", "unlimited", "right", "unknown"];

/** What speaks for an advice, in sentences; those of a preset are about processes that won't notice a change by themselves. */
export function adviceReasons(advice: Advice, notices: readonly RestartNotice[]): readonly string[] {
  if (advice.confidence === "none") {
    return [
      advice.covered > 0
        ? `only ${formatDuration(advice.covered)} of usage are recorded`
        : "no usage of it is recorded",
    ];
  }
  const reasons = [usageReason(advice)];
  if (advice.atLimit > 0.0005) {
    reasons.push(
      `it used all of it for ${formatPercent(advice.atLimit)} of the time, so what it wanted then is not known`,
    );
  }
  if (advice.verdict === "unlimited") {
    reasons.push("it has no limit of its own, so it may use all there is of the node");
  }
  if (advice.confidence === "low") reasons.push(`only ${formatDuration(advice.covered)} of usage are recorded`);
  if (advice.verdict === "too-big" || advice.verdict === "too-small") {
    const kind = advice.resource === "memory" ? "memory" : "cores";
    for (const { resource, why } of notices)
      if (resource === kind) reasons.push(`only a restart makes use of it: ${why}`);
  }
  return reasons;
}

function usageReason({ resource, usual, peak, unit, stepSeconds }: Advice): string {
  const peaks = stepSeconds > 60 ? ` (means of ${formatDuration(stepSeconds)}: shorter peaks don't show)` : "";
  return resource === "memory"
    ? `at most ${sized(peak, unit)} in use${peaks}; 20 % are left free above it`
    : `${sized(usual, unit)} in use for 95 % of the time, ${sized(peak, unit)} at most${peaks}; 15 % are added`;
}

/** The report for people, widths fitted to the terminal. */
export function rightsizeText(report: Rightsizing, options: RightsizeTextOptions): string {
  const { paint, width, verbose, reasons } = options;
  const heading = (text: string): string => paint("dim", text);
  const shown = inOrder(report).filter(({ verdict }) => verbose || verdict === "too-big" || verdict === "too-small");
  const lines = [
    ...lined(
      `${paint("bold", printable(options.where))}: ${counted(report.containers, "running container")}, by the usage of the last ${formatDuration(report.overSeconds)}`,
      width,
    ),
    "",
    ...table(
      [
        { title: "NODE" },
        { title: "CONTAINERS", align: "right", importance: 1 },
        { title: "CORES GIVEN", align: "right", importance: 2 },
        { title: "TO FREE", align: "right" },
        { title: "MISSING", align: "right" },
        { title: "MEMORY GIVEN", align: "right", importance: 3 },
        { title: "TO FREE", align: "right" },
        { title: "MISSING", align: "right" },
      ],
      [
        ...report.nodes.map((node) => [
          printable(node.node),
          String(node.containers),
          ofWhole(figure(node.coresGiven), node.cores === null ? null : figure(node.cores)),
          amount(node.coresToFree, ""),
          amount(node.coresMissing, ""),
          ofWhole(`${figure(node.gibGiven)} GiB`, node.gib === null ? null : figure(node.gib)),
          amount(node.gibToFree, " GiB"),
          amount(node.gibMissing, " GiB"),
        ]),
        [
          paint("bold", "total"),
          String(report.containers),
          "",
          amount(report.total.coresToFree, ""),
          amount(report.total.coresMissing, ""),
          "",
          amount(report.total.gibToFree, " GiB"),
          amount(report.total.gibMissing, " GiB"),
        ],
      ],
      { width, heading },
    ),
    "",
  ];
  if (shown.length > 0) {
    lines.push(
      ...table(
        [
          { title: "" },
          { title: "CT", align: "right" },
          { title: "NAME", importance: 5 },
          { title: "NODE", importance: 1 },
          { title: "RESOURCE" },
          { title: "NOW", align: "right" },
          { title: "BETTER", align: "right" },
          { title: "SURE", importance: 2 },
          { title: "WHY", wraps: true },
        ],
        shown.map((advice) => [
          colour(advice.verdict, marks[advice.verdict], paint),
          String(advice.vmid),
          printable(advice.name),
          printable(advice.node),
          advice.resource,
          advice.verdict === "unlimited" ? "no limit" : sized(advice.from, advice.unit),
          sized(advice.to, advice.unit),
          sure(advice.confidence),
          printable(reasons(advice).join("; ")),
        ]),
        { width, heading },
      ),
      "",
    );
  }
  lines.push(...lined(summary(report, verbose), width));
  return lines.join("\n");
}

function lined(text: string, width: number | null): readonly string[] {
  return width === null ? [text] : wrap(text, width);
}

/** The same as GitHub-flavoured Markdown. */
export function rightsizeMarkdown(report: Rightsizing, options: Omit<RightsizeTextOptions, "paint" | "width">): string {
  const lines = [
    `### Sizes and usage of ${escapeMarkdown(options.where)}`,
    "",
    `${counted(report.containers, "running container")}, by the usage of the last ${formatDuration(report.overSeconds)}.`,
    "",
    "| node | containers | cores given | cores to free | cores missing | memory given | to free | missing |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...report.nodes.map(
      (node) =>
        `| ${escapeMarkdown(node.node)} | ${node.containers} | ${ofWhole(figure(node.coresGiven), node.cores === null ? null : figure(node.cores))} | ${amount(node.coresToFree, "")} | ${amount(node.coresMissing, "")} | ${ofWhole(`${figure(node.gibGiven)} GiB`, node.gib === null ? null : figure(node.gib))} | ${amount(node.gibToFree, " GiB")} | ${amount(node.gibMissing, " GiB")} |`,
    ),
    `| **total** | ${report.containers} | | ${amount(report.total.coresToFree, "")} | ${amount(report.total.coresMissing, "")} | | ${amount(report.total.gibToFree, " GiB")} | ${amount(report.total.gibMissing, " GiB")} |`,
  ];
  const row = (advice: Advice): string =>
    `| ${marks[advice.verdict]} ${verdictWords[advice.verdict]} | ${advice.vmid} ${escapeMarkdown(advice.name)} | ${escapeMarkdown(advice.node)} | ${advice.resource} | ${advice.verdict === "unlimited" ? "no limit" : sized(advice.from, advice.unit)} | ${sized(advice.to, advice.unit)} | ${sure(advice.confidence)} | ${escapeMarkdown(options.reasons(advice).join("; "))} |`;
  const head = ["| | container | node | resource | now | better | sure | why |", "|---|---|---|---|--:|--:|---|---|"];
  const all = inOrder(report);
  const changes = all.filter(({ verdict }) => verdict === "too-big" || verdict === "too-small");
  const others = all.filter((advice) => !changes.includes(advice));
  if (changes.length > 0) lines.push("", ...head, ...changes.map(row));
  if (others.length > 0) {
    lines.push(
      "",
      "<details>",
      `<summary>${others.length} sizes that are right, without a limit or unknown</summary>`,
      "",
      ...head,
      ...others.map(row),
      "",
      "</details>",
    );
  }
  lines.push("", summary(report, true));
  return lines.join("\n");
}

/** One line for each resource of each container, for a spreadsheet: cores and MiB, empty where unknown (RFC 4180). */
export function rightsizeCsv(report: Rightsizing, reasons: (advice: Advice) => readonly string[]): string {
  const columns = "vmid,name,node,resource,unit,verdict,confidence,from,to,usual,peak,at_limit,covered_seconds,why";
  const rows = report.advice.map((advice) =>
    [
      advice.vmid,
      advice.name,
      advice.node,
      advice.resource,
      advice.unit,
      advice.verdict,
      advice.confidence,
      advice.from,
      advice.to,
      advice.usual === null ? null : Number(advice.usual.toFixed(3)),
      advice.peak === null ? null : Number(advice.peak.toFixed(3)),
      Number(advice.atLimit.toFixed(4)),
      Math.round(advice.covered),
      reasons(advice).join("; "),
    ]
      .map(cell)
      .join(","),
  );
  return [columns, ...rows].join("\n");
}

/** Quoted where it must be; a text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function inOrder(report: Rightsizing): readonly Advice[] {
  return [...report.advice].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || a.vmid - b.vmid);
}

function summary(report: Rightsizing, verbose: boolean): string {
  const count = (verdict: Verdict): number => report.advice.filter((advice) => advice.verdict === verdict).length;
  const parts = order.map((verdict) => `${count(verdict)} ${verdictWords[verdict]}`);
  const { stopped, templates } = report.left;
  const left =
    stopped + templates === 0
      ? ""
      : ` Not looked at: ${[stopped > 0 ? `${stopped} stopped` : "", templates > 0 ? counted(templates, "template") : ""].filter((text) => text !== "").join(", ")}.`;
  const hint = verbose || report.advice.length === 0 ? "" : " All of them: --verbose.";
  return `${counted(report.advice.length, "size")}: ${parts.join(", ")}. The sums count what at least a day of usage stands behind.${left}${hint}`;
}

function colour(verdict: Verdict, text: string, paint: Paint): string {
  if (verdict === "too-small") return paint("yellow", text);
  return verdict === "too-big" ? paint("cyan", text) : paint("dim", text);
}

function sure(confidence: Confidence): string {
  return confidence === "none" ? "–" : confidence;
}

function sized(size: number | null, unit: Advice["unit"]): string {
  if (size === null) return "–";
  return unit === "MiB" ? formatSize(Math.round(size)) : figure(size);
}

function ofWhole(part: string, whole: string | null): string {
  return whole === null ? part : `${part} of ${whole}`;
}

function amount(size: number, unit: string): string {
  return size === 0 ? "–" : `${figure(size)}${unit}`;
}

function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}
