import type { ContainerFigures, ReplayedChange } from "../../engine/index.js";
import { changeText, containerText, escapeMarkdown } from "../../model/index.js";
import type * as operate from "../../operate/index.js";
import type { ContainerPair, FigureId, ReplayedTrace, ShownReplay } from "../../operate/index.js";
import { l10n } from "../base/l10n.js";

type Words = Pick<
  typeof operate,
  | "changeInPercent"
  | "containerPairs"
  | "figureColumns"
  | "figureNotes"
  | "figureText"
  | "replayedWords"
  | "replayTimeText"
>;

export interface ReplayReportInput {
  /** What was replayed: a file, or one policy of it. */
  readonly title: string;
  readonly trace: ReplayedTrace;
  /** What is, before what would be; one of them where nothing is compared. */
  readonly shown: readonly ShownReplay[];
  /** The containers that the report is about; `null`: all. The others were replayed too, for the limits that they share. */
  readonly about: ReadonlySet<number> | null;
  readonly words: Words;
  readonly reasonText: (reason: ReplayedChange["reasons"][number]) => string;
}

/** A preview with longer tables is slow to open and read by nobody; the command line has all of it. */
const mostChanges = 400;
const mostContainers = 200;

/**
 * What files would have done with recorded usage, as Markdown to be read in the editor: figures, figures of each container,
 * its changes with their reasons, and what the record can't know.
 */
export function replayReport({ title, trace, shown, about, words, reasonText }: ReplayReportInput): string {
  const { figureColumns, figureText, changeInPercent } = words;
  const isMeant = ({ vmid }: { readonly vmid: number }): boolean => about === null || about.has(vmid);
  const pairs = words.containerPairs(shown).filter((pair) => isMeant(pair[0]) && pair.some(({ managed }) => managed));
  const files = shown.map(({ replay }) => replay.file);
  const headings = ["", ...figureColumns.map((column) => figureNames()[column.id])];
  const whole = shown.map((_, index) => sumOf(pairs.flatMap((pair) => pair[index] ?? [])));
  const lines = [
    `# ${escapeMarkdown(title)}`,
    "",
    l10n.t("Over {0}. Nothing was written.", words.replayedWords(trace, pairs.length)),
    "",
    row(headings),
    row(["---", ...figureColumns.map(() => "---:")]),
    ...whole.map((figures, index) =>
      row([escapeMarkdown(files[index] ?? ""), ...figureColumns.map((column) => figureText(column, [figures]))]),
    ),
  ];
  const [before, after] = whole;
  if (before !== undefined && after !== undefined) {
    const percents = figureColumns.map((column) => changeInPercent(column, before, after));
    if (percents.some((percent) => percent !== "")) {
      lines.push(row([`**${l10n.t("difference")}**`, ...percents.map((text) => (text === "" ? "" : `**${text}**`))]));
    }
  }
  lines.push("", `## ${l10n.t("Containers")}`, "", ...containersTable(pairs, headings, words));
  for (const { replay, log } of shown) {
    const changes = (log ?? []).filter(isMeant);
    const heading = shown.length === 1 ? l10n.t("Changes") : l10n.t("Changes of {0}", escapeMarkdown(replay.file));
    lines.push("", `## ${heading}`, "", ...changesOf(changes, words, reasonText));
  }
  const notes = [
    ...whole.flatMap((figures, index) =>
      words.figureNotes(figures).map((note) => (shown.length > 1 ? `${files[index]}: ${note}` : note)),
    ),
    ...new Set(shown.flatMap(({ replay }) => replay.notes)),
  ];
  if (notes.length > 0) {
    lines.push(
      "",
      `## ${l10n.t("What the record can't tell")}`,
      "",
      ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    );
  }
  lines.push("", `## ${l10n.t("How to read the figures")}`, "", ...legend().map((text) => `- ${text}`), "");
  return lines.join("\n");
}

function containersTable(
  pairs: readonly ContainerPair[],
  headings: readonly string[],
  words: Words,
): readonly string[] {
  if (pairs.length === 0) return [l10n.t("None of the containers in the record is managed.")];
  const { figureColumns, figureText } = words;
  const left = pairs.length - mostContainers;
  return [
    row([l10n.t("container"), ...headings.slice(1)]),
    row(["---", ...headings.slice(1).map(() => "---:")]),
    ...pairs
      .slice(0, mostContainers)
      .map((pair) => row([nameOf(pair[0]), ...figureColumns.map((column) => figureText(column, pair))])),
    ...(left > 0 ? ["", l10n.t("{0} more, with fewer changes.", left)] : []),
  ];
}

/** Container by container, those with most changes first: how one fared is read from top to bottom. */
function changesOf(
  changes: readonly ReplayedChange[],
  { replayTimeText }: Words,
  reasonText: ReplayReportInput["reasonText"],
): readonly string[] {
  if (changes.length === 0) return [l10n.t("None: every size stays as it was.")];
  const byVmid = new Map<number, ReplayedChange[]>();
  for (const change of changes) {
    const own = byVmid.get(change.vmid);
    if (own === undefined) byVmid.set(change.vmid, [change]);
    else own.push(change);
  }
  const byContainer = [...byVmid.values()].sort((a, b) => b.length - a.length || (a[0]?.vmid ?? 0) - (b[0]?.vmid ?? 0));
  const lines: string[] = [];
  let shown = 0;
  for (const own of byContainer) {
    const [first] = own;
    if (first === undefined || shown >= mostChanges) break;
    const listed = own.slice(0, mostChanges - shown);
    shown += listed.length;
    lines.push(
      `### ${nameOf(first)}`,
      "",
      row([l10n.t("time (UTC)"), l10n.t("what"), l10n.t("size"), l10n.t("why")]),
      row(["---", "---", "---", "---"]),
      ...listed.map((change) =>
        row([
          replayTimeText(change.time),
          change.resource,
          changeText(change),
          reasonsOf(change)
            .map((reason) => escapeMarkdown(reasonText(reason)))
            .join("<br>"),
        ]),
      ),
      "",
    );
  }
  const left = changes.length - shown;
  if (left > 0) lines.push(l10n.t("{0} more changes: the command “replay --changes” lists each.", left));
  return lines;
}

/** A replay knows nothing of nodes, which is said once, among the notes. */
function reasonsOf({ reasons }: ReplayedChange): ReplayedChange["reasons"] {
  return reasons.filter(({ rule }) => rule !== "node-unknown");
}

function nameOf(container: Pick<ContainerFigures, "vmid" | "name">): string {
  return escapeMarkdown(containerText(container));
}

/** What the containers come to together: the same as of a replay of them alone, where nothing is shared with others. */
function sumOf(containers: readonly ContainerFigures[]): Omit<ContainerFigures, "vmid" | "name" | "managed"> {
  const sum = (of: (one: ContainerFigures) => number): number => containers.reduce((all, one) => all + of(one), 0);
  return {
    changes: sum(({ changes }) => changes),
    oscillations: sum(({ oscillations }) => oscillations),
    slack: { coreHours: sum(({ slack }) => slack.coreHours), gibHours: sum(({ slack }) => slack.gibHours) },
    saturation: {
      cpuMinutes: sum(({ saturation }) => saturation.cpuMinutes),
      memoryMinutes: sum(({ saturation }) => saturation.memoryMinutes),
    },
    censored: {
      cpuMinutes: sum(({ censored }) => censored.cpuMinutes),
      memoryMinutes: sum(({ censored }) => censored.memoryMinutes),
    },
    oomRisk: {
      minutes: sum(({ oomRisk }) => oomRisk.minutes),
      mebibytes: Math.max(0, ...containers.map(({ oomRisk }) => oomRisk.mebibytes)),
    },
  };
}

function figureNames(): Readonly<Record<FigureId, string>> {
  return {
    changes: l10n.t("changes"),
    oscillations: l10n.t("back and forth"),
    coreHours: l10n.t("slack, core hours"),
    gibHours: l10n.t("slack, GiB hours"),
    cpuMinutes: l10n.t("CPU full, minutes"),
    memoryMinutes: l10n.t("memory full, minutes"),
    oomMinutes: l10n.t("too little memory, minutes"),
  };
}

function legend(): readonly string[] {
  return [
    l10n.t("**Slack** is what a container held and did not use, over time: less is cheaper."),
    l10n.t("**Full** is the time at 100 % of the size it would have had: less is faster."),
    l10n.t("**Back and forth** are changes against the one before, within an hour: fewer is calmer."),
    l10n.t("**Too little memory** is the time in which more was in use than the size would have had."),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
