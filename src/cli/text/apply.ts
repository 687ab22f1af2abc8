import { changeText, containerText, formatSize, type Outcome, type OutcomeKind, printable } from "../../model/index.js";
import type { Stage } from "../../operate/index.js";
import type { Paint, Style } from "../output.js";
import { table } from "../table.js";

const words: Readonly<Record<OutcomeKind, readonly [string, Style]>> = {
  applied: ["✔ applied", "green"],
  unchanged: ["· unchanged", "dim"],
  failed: ["✘ failed", "red"],
  skipped: ["– skipped", "yellow"],
  unknown: ["? unknown", "red"],
};

const inPart: readonly [string, Style] = ["◐ in part", "yellow"];

/** What became of each change, and the sum of it. What is applied without a remark was read back. */
export function applyText(results: readonly Outcome[], run: string, paint: Paint, width: number | null): string {
  const lines = table(
    [
      { title: "RESULT" },
      { title: "CONTAINER" },
      { title: "NODE", importance: 1 },
      { title: "RESOURCE" },
      { title: "SIZE", align: "right" },
      { title: "", wraps: true },
    ],
    results.map((result) => [
      outcomeText(result, paint),
      containerText(result),
      printable(result.node),
      result.resource,
      changeText(result),
      printable(result.error ?? ""),
    ]),
    { width, heading: (text) => paint("dim", text) },
  );
  return [...lines, "", `${outcomeSentence(results)} ${paint("dim", `Run ${run}.`)}`].join("\n");
}

function outcomeText({ outcome, planned }: Outcome, paint: Paint): string {
  const [word, style] = planned !== undefined && outcome === "applied" ? inPart : words[outcome];
  return paint(style, word);
}

/** Said once a container: why the command goes on for minutes. */
export function stagesBeginText(stage: Stage): string {
  const { reached, to, seconds } = stage;
  return `${containerText(stage)}: its memory is ${formatSize(reached)} now and goes on down to ${formatSize(to)}, a step every ${seconds} s as long as it can spare it.`;
}

/** `101 web-1: memory 3.25GiB, next 2.94GiB in 30 s. Ctrl-C stops here.` */
export function stageText(stage: Stage): string {
  const { reached, next, seconds } = stage;
  return `${containerText(stage)}: memory ${formatSize(reached)}, next ${formatSize(next)} in ${seconds} s. Ctrl-C stops here.`;
}

/** `2 changes applied, 1 skipped.` */
export function outcomeSentence(results: readonly Outcome[]): string {
  const kinds: readonly OutcomeKind[] = ["applied", "unchanged", "failed", "skipped", "unknown"];
  const parts = kinds.flatMap((kind) => {
    const ofKind = results.filter(({ outcome }) => outcome === kind);
    const partly = kind === "applied" ? ofKind.filter(({ planned }) => planned !== undefined).length : 0;
    const whole = ofKind.length - partly;
    return [...(whole === 0 ? [] : [`${whole} ${kind}`]), ...(partly === 0 ? [] : [`${partly} applied in part`])];
  });
  return parts.length === 0 ? "Nothing was changed." : `${parts.join(", ")}.`;
}
