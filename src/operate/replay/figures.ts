import type { ReplayFigures } from "../../engine/index.js";
import { counted } from "../../model/index.js";

export type FigureId =
  "changes" | "oscillations" | "coreHours" | "gibHours" | "cpuMinutes" | "memoryMinutes" | "oomMinutes";

/** A figure of a replay with its title, in tables of text and Markdown. */
export interface FigureColumn {
  readonly id: FigureId;
  readonly title: string;
  readonly of: (figures: ReplayFigures) => number;
  /** Digits after the point. */
  readonly digits: number;
  /** The lower, the earlier it is left out of a terminal that is too narrow. */
  readonly importance?: number;
}

export const figureColumns: readonly FigureColumn[] = [
  { id: "changes", title: "CHANGES", of: ({ changes }) => changes, digits: 0 },
  { id: "oscillations", title: "OSCILLATIONS", of: ({ oscillations }) => oscillations, digits: 0, importance: 3 },
  { id: "coreHours", title: "SLACK CORE H", of: ({ slack }) => slack.coreHours, digits: 1 },
  { id: "gibHours", title: "SLACK GIB H", of: ({ slack }) => slack.gibHours, digits: 1 },
  { id: "cpuMinutes", title: "CPU FULL MIN", of: ({ saturation }) => saturation.cpuMinutes, digits: 0 },
  { id: "memoryMinutes", title: "MEMORY FULL MIN", of: ({ saturation }) => saturation.memoryMinutes, digits: 0 },
  { id: "oomMinutes", title: "OOM RISK MIN", of: ({ oomRisk }) => oomRisk.minutes, digits: 0, importance: 2 },
];

/** `12`, or `12 → 3` of two that differ. */
export function figureText(column: FigureColumn, figures: readonly ReplayFigures[]): string {
  const texts = figures.map((one) => grouped(column.of(one), column.digits));
  return [...new Set(texts)].length === 1 ? (texts[0] ?? "") : texts.join(" → ");
}

/** `+12 %`, `−40 %`; nothing where there was nothing before, or where it stayed. */
export function changeInPercent(column: FigureColumn, before: ReplayFigures, after: ReplayFigures): string {
  const [from, to] = [column.of(before), column.of(after)];
  const percent = Math.round(((to - from) / Math.abs(from)) * 100);
  if (from === 0 || percent === 0 || !Number.isFinite(percent)) return "";
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** Thousands apart: a week of a fleet has long numbers. */
export function grouped(value: number, digits: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** What the figures can't know, where there is something of it. */
export function figureNotes(figures: ReplayFigures): readonly string[] {
  const { censored, oomRisk } = figures;
  const notes: string[] = [];
  if (censored.cpuMinutes > 0 || censored.memoryMinutes > 0) {
    notes.push(
      `The record was at its own ceiling for ${counted(censored.cpuMinutes, "minute")} of CPU and ` +
        `${grouped(censored.memoryMinutes, 0)} of memory: demand was at least that much then, and may have been more.`,
    );
  }
  if (oomRisk.minutes > 0) {
    notes.push(
      `For ${counted(oomRisk.minutes, "minute")} more memory was in use than the size would have had, ` +
        `by up to ${grouped(oomRisk.mebibytes, 0)} MiB.`,
    );
  }
  return notes;
}
