import { reasonText } from "../../engine/index.js";
import {
  changeText,
  containerText,
  counted,
  type Decision,
  type Plan,
  printable,
  sizeText,
} from "../../model/index.js";
import type { Paint } from "../output.js";
import { table, wrap, type Column } from "../table.js";

export interface PlanTextOptions {
  readonly paint: Paint;
  readonly width: number | null;
  /** Lists what holds, one by one. */
  readonly verbose: boolean;
  /** `demo (pve1:8006)`. */
  readonly where: string;
  /** Names of the file's horizontal groups, which no plan of this version covers. */
  readonly groups: readonly string[];
}

/** The plan for people: what would change and why, what was wanted and blocked, and what holds, summed up. */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const { paint } = options;
  const { summary, decisions } = plan;
  const changes = decisions.filter(({ action }) => action === "scale-up" || action === "scale-down");
  const [waiting, blocked] = partition(
    decisions.filter(({ action }) => action === "blocked"),
    // Nothing stands in the way of these but the number of changes at once: a long list of them hides what is stuck.
    ({ reasons }) => !options.verbose && reasons.at(-1)?.rule === "max-changes",
  );
  const holding = decisions.filter(({ action }) => action === "hold");
  const lines = [
    `${paint("bold", "Dry run")} of ${printable(plan.file)} on ${printable(options.where)}`,
    `${counted(summary.containers, "container")} managed: ${[
      paint(changes.length > 0 ? "bold" : "dim", counted(changes.length, "change")),
      ...(summary.blocked > 0 ? [paint("yellow", `${summary.blocked} blocked`)] : []),
      `${holding.length} held`,
    ].join(", ")}`,
  ];
  if (summary.containers === 0) {
    lines.push("", "No container is managed: a policy's match (or defaults.match) decides which are.");
  }
  if (changes.length > 0) lines.push("", ...section("Changes", changes, options));
  if (blocked.length > 0) lines.push("", ...section("Blocked", blocked, options));
  if (waiting.length > 0) lines.push("", ...waitingSummary(waiting, options));
  if (holding.length > 0) {
    lines.push("", ...(options.verbose ? section("Held", holding, options) : heldSummary(holding, options)));
  }
  lines.push(...groupsNote(options));
  return lines.join("\n");
}

const columns: readonly Column[] = [
  { title: "" },
  { title: "CONTAINER" },
  { title: "NODE", importance: 1 },
  { title: "POLICY", importance: 2 },
  { title: "RESOURCE" },
  { title: "SIZE", align: "right" },
  { title: "WHY", wraps: true },
];

function section(title: string, decisions: readonly Decision[], options: PlanTextOptions): readonly string[] {
  const { paint, width } = options;
  return [
    paint("bold", title),
    ...table(
      columns,
      decisions.map((decision) => [
        mark(decision, paint),
        containerText(decision),
        printable(decision.node),
        decision.policy === null ? paint("dim", "defaults") : printable(decision.policy),
        decision.resource,
        sizeOf(decision),
        decision.reasons.map((reason) => printable(reasonText(reason))).join(width === null ? "; " : "\n"),
      ]),
      { width, indent: "  ", heading: (text) => paint("dim", text) },
    ),
  ];
}

function sizeOf(decision: Decision): string {
  const { action, from, uncapped, unit } = decision;
  if (action === "hold") return sizeText(from, unit);
  if (action === "blocked") {
    return uncapped === null ? sizeText(from, unit) : `${sizeText(from, unit)}, not ${sizeText(uncapped, unit)}`;
  }
  return changeText(decision);
}

function mark({ action }: Decision, paint: Paint): string {
  switch (action) {
    case "scale-up":
      return paint("green", "▲");
    case "scale-down":
      return paint("cyan", "▼");
    case "blocked":
      return paint("yellow", "■");
    case "hold":
      return paint("dim", "·");
  }
}

/** What the next cycles would change, in a few lines. */
function waitingSummary(waiting: readonly Decision[], { paint, width }: PlanTextOptions): readonly string[] {
  const entries = waiting.map((decision) => {
    const { from, uncapped, resource } = decision;
    const direction = from !== null && uncapped !== null && uncapped < from ? "▼" : "▲";
    return `${direction}\u00A0${containerText(decision)}\u00A0${resource}`.replaceAll(" ", "\u00A0");
  });
  const text = `${lastWord(waiting[0])}: ${entries.join(", ")}`;
  return [
    `${paint("bold", "Waiting for a later cycle")} ${paint("dim", "(--verbose says why each)")}`,
    ...(width === null ? [text] : wrap(text, width - 2)).map((line) => `  ${line.replaceAll("\u00A0", " ")}`),
  ];
}

function lastWord(decision: Decision | undefined): string {
  const reason = decision?.reasons.at(-1);
  return reason === undefined ? "" : reasonText(reason);
}

/** What holds, by the rule that had the last word: a long list of “inside the thresholds” helps nobody. */
function heldSummary(holding: readonly Decision[], { paint, width }: PlanTextOptions): readonly string[] {
  const byRule = new Map<string, Decision[]>();
  for (const decision of holding) {
    const rule = decision.reasons.at(-1)?.rule ?? "unknown";
    byRule.set(rule, [...(byRule.get(rule) ?? []), decision]);
  }
  const rows = [...byRule]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([rule, decisions]) => {
      const [first] = decisions;
      const example = lastWord(first);
      const text =
        decisions.length === 1 && first !== undefined
          ? `${containerText(first)} ${first.resource}: ${printable(example)}`
          : `for example ${first === undefined ? "" : containerText(first)} ${first?.resource ?? ""}: ${printable(example)}`;
      return [String(decisions.length), rule, text];
    });
  return [
    `${paint("bold", "Held")} ${paint("dim", "(--verbose lists each)")}`,
    ...table([{ title: "", align: "right" }, { title: "RULE" }, { title: "WHY", wraps: true }], rows, {
      width,
      indent: "  ",
      heading: (text) => paint("dim", text),
    }),
  ];
}

function groupsNote({ groups, paint, width }: PlanTextOptions): readonly string[] {
  if (groups.length === 0) return [];
  const text = `${paint("yellow", "!")} ${groupsSentence(groups)}`;
  return ["", ...(width === null ? [text] : wrap(text, width))];
}

/** Said wherever a plan is shown: what is not looked at must not look like “nothing to do”. */
export function groupsSentence(groups: readonly string[]): string {
  const names = groups.map(printable).join(", ");
  return groups.length === 1
    ? `The group ${names} is not evaluated yet: this version scales sizes, not numbers of containers.`
    : `The groups ${names} are not evaluated yet: this version scales sizes, not numbers of containers.`;
}

function partition<Value>(
  values: readonly Value[],
  belongs: (value: Value) => boolean,
): readonly [readonly Value[], readonly Value[]] {
  return [values.filter(belongs), values.filter((value) => !belongs(value))];
}
