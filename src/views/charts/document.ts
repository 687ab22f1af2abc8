import { isListOf, isNumber, isNumberOrNull, isOneOf, isRecord, isText } from "./check.js";
import { isChartSpan, type ChartSpan } from "./subject.js";

/**
 * What is measured. CPU in cores, memory, swap and disk in bytes, traffic in bytes a second, the rest as fractions. A limit
 * is what was allowed at that time.
 */
export const figureNames = [
  "cpu",
  "cpuLimit",
  "memory",
  "memoryLimit",
  "swap",
  "swapLimit",
  "disk",
  "diskLimit",
  "netIn",
  "netOut",
  "diskRead",
  "diskWrite",
  "ioWait",
  "pressureCpu",
  "pressureMemory",
  "pressureIo",
] as const;

export type FigureName = (typeof figureNames)[number];

/** What stood still or ran at a time; `unknown`: nobody has recorded anything. */
export const conditions = ["running", "off", "unknown"] as const;

export type Condition = (typeof conditions)[number];

/** Values by time, each figure one column as long as `times`. A figure that is not known at all has no column. */
export interface Columns {
  /** Milliseconds since the epoch, rising. */
  readonly times: readonly number[];
  readonly conditions: readonly Condition[];
  readonly values: Partial<Readonly<Record<FigureName, readonly (number | null)[]>>>;
}

/** A container or a node in a chart. */
export interface ChartedThing {
  /** `web-1 (101)`. */
  readonly name: string;
  /** What the server recorded. */
  readonly recorded: Columns;
  /** What was seen since the newest point of that. */
  readonly live: Columns;
  /** What has to be known of it, in a sentence: that it is stopped, or that nothing was recorded. */
  readonly note: string | null;
}

/** A size that the autoscaler changed. */
export interface ChartMark {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** `web-1 (101)`. */
  readonly name: string;
  readonly panel: "cpu" | "memory" | "swap" | "disk";
  readonly direction: "up" | "down";
  /** `memory 2 GiB → 3 GiB`. */
  readonly change: string;
  readonly run: string;
  readonly reasons: readonly string[];
}

/** What a button of a notice does. */
export const noticeActions = ["retry", "connect", "tryDemo"] as const;

export type NoticeAction = (typeof noticeActions)[number];

/** Something that is wrong with all of the chart, in a sentence. */
export interface ChartNotice {
  readonly text: string;
  /** The button below it; `null`: none. */
  readonly action: { readonly run: NoticeAction; readonly title: string } | null;
}

/** Everything that a chart shows. */
export interface ChartDocument {
  readonly kind: "node" | "containers";
  /** `web-1 (101)`, `3 containers`. */
  readonly title: string;
  /** Where it is: node and cluster. */
  readonly subtitle: string;
  readonly span: ChartSpan;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Of the recorded points. */
  readonly stepSeconds: number;
  readonly things: readonly ChartedThing[];
  /** Oldest first. */
  readonly marks: readonly ChartMark[];
  readonly notices: readonly ChartNotice[];
  /** True while a first read is under way. */
  readonly reading: boolean;
}

/** The part of a document that each look changes. */
export type ChartTail = Pick<ChartDocument, "from" | "to" | "notices"> & {
  readonly things: readonly Pick<ChartedThing, "live" | "note">[];
};

export const noColumns: Columns = { times: [], conditions: [], values: {} };

/** A document with another tail; `null`: they do not belong together. */
export function withTail(document: ChartDocument, tail: ChartTail): ChartDocument | null {
  if (tail.things.length !== document.things.length) return null;
  const { from, to, notices } = tail;
  const things = document.things.map((thing, index) => ({ ...thing, ...tail.things[index] }));
  return { ...document, from, to, notices, things };
}

export function tailOf({ from, to, notices, things }: ChartDocument): ChartTail {
  return { from, to, notices, things: things.map(({ live, note }) => ({ live, note })) };
}

export function isChartDocument(value: unknown): value is ChartDocument {
  return (
    isRecord(value) &&
    isOneOf(["node", "containers"], value["kind"]) &&
    isText(value["title"]) &&
    isText(value["subtitle"]) &&
    isChartSpan(value["span"]) &&
    isNumber(value["stepSeconds"]) &&
    typeof value["reading"] === "boolean" &&
    isListOf(value["marks"], isMark) &&
    isListOf(value["things"], isThing) &&
    hasExtent(value)
  );
}

export function isChartTail(value: unknown): value is ChartTail {
  const isTail = (thing: unknown): thing is ChartTail["things"][number] =>
    isRecord(thing) && isColumns(thing["live"]) && (thing["note"] === null || isText(thing["note"]));
  return isRecord(value) && isListOf(value["things"], isTail) && hasExtent(value);
}

function hasExtent(value: Readonly<Record<string, unknown>>): boolean {
  return isNumber(value["from"]) && isNumber(value["to"]) && isListOf(value["notices"], isNotice);
}

function isThing(value: unknown): value is ChartedThing {
  return (
    isRecord(value) &&
    isText(value["name"]) &&
    isColumns(value["recorded"]) &&
    isColumns(value["live"]) &&
    (value["note"] === null || isText(value["note"]))
  );
}

function isColumns(value: unknown): value is Columns {
  if (!isRecord(value) || !isListOf(value["times"], isNumber) || !isRecord(value["values"])) return false;
  const { length } = value["times"];
  const isCondition = (entry: unknown): entry is Condition => isOneOf(conditions, entry);
  return (
    isListOf(value["conditions"], isCondition) &&
    value["conditions"].length === length &&
    Object.entries(value["values"]).every(
      ([name, column]) => isOneOf(figureNames, name) && isListOf(column, isNumberOrNull) && column.length === length,
    )
  );
}

function isMark(value: unknown): value is ChartMark {
  return (
    isRecord(value) &&
    isNumber(value["time"]) &&
    isOneOf(["cpu", "memory", "swap", "disk"], value["panel"]) &&
    isOneOf(["up", "down"], value["direction"]) &&
    [value["name"], value["change"], value["run"]].every(isText) &&
    isListOf(value["reasons"], isText)
  );
}

function isNotice(value: unknown): value is ChartNotice {
  if (!isRecord(value) || !isText(value["text"])) return false;
  const { action } = value;
  return action === null || (isRecord(action) && isOneOf(noticeActions, action["run"]) && isText(action["title"]));
}
