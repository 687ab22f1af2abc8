import { reasonText } from "../../engine/index.js";
import {
  changeText,
  containerText,
  type Decision,
  escapeMarkdown,
  type Plan,
  printable,
  sizeText,
} from "../../model/index.js";
import { groupsSentence } from "./plan.js";

/** The plan as GitHub-flavoured Markdown, fit for the comment of a pull request. */
export function planMarkdown(plan: Plan, where: string, groups: readonly string[]): string {
  const { summary, decisions } = plan;
  const of = (...actions: readonly Decision["action"][]): readonly Decision[] =>
    decisions.filter(({ action }) => actions.includes(action));
  const lines = [
    `### Dry run of \`${code(plan.file)}\` on ${escapeMarkdown(where)}`,
    "",
    `${summary.containers} containers managed: **${summary.scaleUp + summary.scaleDown} changes**, ${summary.blocked} blocked, ${summary.hold} held. Observed ${plan.generatedAt}.`,
  ];
  const changes = of("scale-up", "scale-down");
  if (changes.length > 0) lines.push("", ...tableOf(changes, changeText));
  const blocked = of("blocked");
  if (blocked.length > 0) {
    lines.push(
      "",
      "**Blocked**",
      "",
      ...tableOf(blocked, ({ from, uncapped, unit }) =>
        uncapped === null ? sizeText(from, unit) : `${sizeText(from, unit)}, not ${sizeText(uncapped, unit)}`,
      ),
    );
  }
  const held = of("hold");
  if (held.length > 0) {
    lines.push(
      "",
      "<details>",
      `<summary>${held.length} held</summary>`,
      "",
      ...tableOf(held, ({ from, unit }) => sizeText(from, unit)),
      "",
      "</details>",
    );
  }
  if (groups.length > 0) lines.push("", escapeMarkdown(groupsSentence(groups)));
  return lines.join("\n");
}

function tableOf(decisions: readonly Decision[], size: (decision: Decision) => string): readonly string[] {
  return [
    "| | container | node | policy | resource | size | why |",
    "|---|---|---|---|---|---|---|",
    ...decisions.map((decision) =>
      [
        "",
        marks[decision.action],
        escapeMarkdown(containerText(decision)),
        escapeMarkdown(decision.node),
        escapeMarkdown(decision.policy ?? "defaults"),
        decision.resource,
        size(decision),
        decision.reasons.map((reason) => escapeMarkdown(reasonText(reason))).join("<br>"),
        "",
      ]
        .join(" | ")
        .trim(),
    ),
  ];
}

const marks: Readonly<Record<Decision["action"], string>> = {
  "scale-up": "▲",
  "scale-down": "▼",
  hold: "·",
  blocked: "■",
};

function code(text: string): string {
  return printable(text).replaceAll("`", "'").replaceAll("\n", " ");
}
