import type { Outcome, OutcomeKind } from "../../model/index.js";
import { printable, type Paint, type Style } from "../output.js";
import { table } from "../table.js";
import { containerText } from "./plan.js";
import { changeText } from "./sizes.js";

const words: Readonly<Record<OutcomeKind, readonly [string, Style]>> = {
  applied: ["✔ applied", "green"],
  unchanged: ["· unchanged", "dim"],
  failed: ["✘ failed", "red"],
  skipped: ["– skipped", "yellow"],
  unknown: ["? unknown", "red"],
};

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

function outcomeText({ outcome }: Outcome, paint: Paint): string {
  const [word, style] = words[outcome];
  return paint(style, word);
}

/** `2 changes applied, 1 skipped.` */
export function outcomeSentence(results: readonly Outcome[]): string {
  const kinds: readonly OutcomeKind[] = ["applied", "unchanged", "failed", "skipped", "unknown"];
  const parts = kinds.flatMap((kind) => {
    const count = results.filter(({ outcome }) => outcome === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return parts.length === 0 ? "Nothing was changed." : `${parts.join(", ")}.`;
}
