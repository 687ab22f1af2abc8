import { reasonText, type Replay, type ReplayedChange } from "../../engine/index.js";
import { changeText, containerText, printable } from "../../model/index.js";
import {
  changeInPercent,
  containerPairs,
  figureColumns,
  figureNotes,
  figureText,
  replayedWords,
  replayTimeText,
  type ContainerPair,
  type ReplayedTrace,
  type ShownReplay,
  nothingRecorded,
  shownReasons,
} from "../../operate/index.js";
import type { Paint } from "../output.js";
import { table, wrap, type Column } from "../table.js";

export interface ReplayTextOptions {
  readonly paint: Paint;
  readonly width: number | null;
  /** Lists every container. */
  readonly verbose: boolean;
}

/** So many containers are listed without `--verbose`. */
const mostContainers = 15;

/** What the files would have done, for people. Of two, what is stands before what would be. */
export function replayText(trace: ReplayedTrace, shown: readonly ShownReplay[], options: ReplayTextOptions): string {
  if (trace.samples === 0) return nothingRecorded;
  const { paint, width } = options;
  const heading = (text: string): string => paint("dim", text);
  const replays = shown.map(({ replay }) => replay);
  const [first, second] = replays;
  const files = replays.map(({ file }) => printable(file)).join(" → ");
  const lines = [
    ...lined(
      `${paint("bold", `Replay of ${files}`)} over ${replayedWords(trace, first?.containers.length ?? 0)}`,
      width,
    ),
    "",
  ];
  const columns: readonly Column[] = [
    { title: "" },
    ...figureColumns.map(({ title, importance }): Column => ({
      title,
      align: "right",
      ...(importance === undefined ? {} : { importance }),
    })),
  ];
  const rows = replays.map((one) => [printable(one.file), ...figureColumns.map((column) => figureText(column, [one]))]);
  if (first !== undefined && second !== undefined) {
    rows.push(["", ...figureColumns.map((column) => paint("bold", changeInPercent(column, first, second)))]);
  }
  lines.push(...table(columns, rows, { width, heading }));

  const pairs = containerPairs(shown);
  const listed = options.verbose ? pairs : pairs.filter(hasSomething).slice(0, mostContainers);
  if (listed.length > 0) {
    lines.push(
      "",
      ...table(
        [{ title: "CONTAINER" }, ...columns.slice(1)],
        listed.map((pair) => [containerText(pair[0]), ...figureColumns.map((column) => figureText(column, pair))]),
        { width, heading },
      ),
    );
    const left = pairs.length - listed.length;
    if (left > 0) lines.push(paint("dim", `${left} more (--verbose lists each)`));
  }
  for (const { replay, log } of shown) {
    if (log === null) continue;
    lines.push("", paint("bold", `Changes of ${printable(replay.file)}`));
    lines.push(...(log.length === 0 ? ["  none"] : changesTable(log, replay, options)));
  }
  const notes = [
    ...replays.flatMap((one) =>
      figureNotes(one).map((note) => (replays.length > 1 ? `${printable(one.file)}: ${note}` : note)),
    ),
    ...new Set(replays.flatMap((one) => one.notes)),
  ];
  if (notes.length > 0)
    lines.push("", ...notes.flatMap((note) => lined(`${paint("yellow", "!")} ${printable(note)}`, width)));
  return lines.join("\n");
}

function hasSomething(pair: ContainerPair): boolean {
  return pair.some(
    ({ changes, saturation, oomRisk }) =>
      changes > 0 || saturation.cpuMinutes > 0 || saturation.memoryMinutes > 0 || oomRisk.minutes > 0,
  );
}

function changesTable(
  log: readonly ReplayedChange[],
  replay: Replay,
  { paint, width }: ReplayTextOptions,
): readonly string[] {
  return table(
    [
      { title: "TIME (UTC)" },
      { title: "CONTAINER" },
      { title: "RESOURCE" },
      { title: "SIZE", align: "right" },
      { title: "WHY", wraps: true },
    ],
    log.map((change) => [
      replayTimeText(change.time),
      containerText(change),
      change.resource,
      changeText(change),
      shownReasons(change, replay)
        .map((reason) => printable(reasonText(reason)))
        .join(width === null ? "; " : "\n"),
    ]),
    { width, indent: "  ", heading: (text) => paint("dim", text) },
  );
}

function lined(text: string, width: number | null): readonly string[] {
  return width === null ? [text] : wrap(text, width);
}
