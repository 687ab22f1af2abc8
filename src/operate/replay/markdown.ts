import { reasonText } from "../../engine/index.js";
import { changeText, containerText, counted, escapeMarkdown } from "../../model/index.js";
import { changeInPercent, figureColumns, figureNotes, figureText } from "./figures.js";
import {
  containerPairs,
  nothingRecorded,
  replayedWords,
  replayTimeText,
  shownReasons,
  type ReplayedTrace,
  type ShownReplay,
} from "./report.js";

/** The replay as GitHub-flavoured Markdown, fit for the comment of a pull request. */
export function replayMarkdown(trace: ReplayedTrace, shown: readonly ShownReplay[]): string {
  if (trace.samples === 0) return nothingRecorded;
  const replays = shown.map(({ replay }) => replay);
  const [first, second] = replays;
  const lines = [
    `### Replay of ${replays.map(({ file }) => escapeMarkdown(file)).join(" → ")}`,
    "",
    `Over ${replayedWords(trace, first?.containers.length ?? 0)}.`,
    "",
    row(["", ...figureColumns.map(({ title }) => headingOf(title))]),
    row(["---", ...figureColumns.map(() => "---:")]),
    ...replays.map((one) =>
      row([escapeMarkdown(one.file), ...figureColumns.map((column) => figureText(column, [one]))]),
    ),
  ];
  if (first !== undefined && second !== undefined) {
    lines.push(row(["", ...figureColumns.map((column) => bold(changeInPercent(column, first, second)))]));
  }
  lines.push(
    "",
    "<details>",
    `<summary>${counted(first?.containers.length ?? 0, "container")}</summary>`,
    "",
    row(["container", ...figureColumns.map(({ title }) => headingOf(title))]),
    row(["---", ...figureColumns.map(() => "---:")]),
    ...containerPairs(shown).map((pair) =>
      row([escapeMarkdown(containerText(pair[0])), ...figureColumns.map((column) => figureText(column, pair))]),
    ),
    "",
    "</details>",
  );
  for (const { replay, log } of shown) {
    if (log === null || log.length === 0) continue;
    lines.push(
      "",
      "<details>",
      `<summary>${counted(log.length, "change")} of ${escapeMarkdown(replay.file)}</summary>`,
      "",
      row(["time (UTC)", "container", "resource", "size", "why"]),
      row(["---", "---", "---", "---", "---"]),
      ...log.map((change) =>
        row([
          replayTimeText(change.time),
          escapeMarkdown(containerText(change)),
          change.resource,
          changeText(change),
          shownReasons(change, replay)
            .map((reason) => escapeMarkdown(reasonText(reason)))
            .join("<br>"),
        ]),
      ),
      "",
      "</details>",
    );
  }
  const notes = [
    ...replays.flatMap((one) => figureNotes(one).map((note) => (replays.length > 1 ? `${one.file}: ${note}` : note))),
    ...new Set(replays.flatMap((one) => one.notes)),
  ];
  if (notes.length > 0) lines.push("", ...notes.map((note) => `- ${escapeMarkdown(note)}`));
  return lines.join("\n");
}

/** In Markdown titles are not in capitals; a unit keeps its own. */
function headingOf(title: string): string {
  return title.toLowerCase().replace("gib", "GiB").replace("cpu", "CPU").replace("oom", "OOM");
}

function bold(text: string): string {
  return text === "" ? "" : `**${text}**`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
