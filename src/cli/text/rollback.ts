import type { PastChange, PastRun, RollbackPlan } from "../../operate/index.js";
import { containerText, printable, sizeText } from "../../model/index.js";
import type { Paint } from "../output.js";
import { table } from "../table.js";
import { minuteText } from "./pauses.js";

export interface RollbackTextOptions {
  readonly paint: Paint;
  readonly width: number | null;
}

/** Runs shown unless all are asked for. */
export const shownRuns = 20;

/** Earlier runs and what each changed, newest first. */
export function runsText(runs: readonly PastRun[], { paint, width }: RollbackTextOptions): string {
  const rows = runs.flatMap(({ run, kind, time, ended, undoes, changes }) =>
    changes.map((change, index) => [
      index === 0 ? minuteText(time) : "",
      index === 0 ? run : "",
      containerText(change),
      change.resource,
      changeSizes(change),
      [
        ...(undoes !== null && index === 0 ? [`took back ${undoes}`] : []),
        ...(kind === "apply" && !ended && index === 0 ? ["did not end by itself"] : []),
        ...(change.outcome === "unknown" ? ["not known whether it arrived"] : []),
        ...(change.undoneBy === null ? [] : [`taken back by ${change.undoneBy}`]),
      ].join("; "),
    ]),
  );
  return [
    ...table(
      [
        { title: "TIME" },
        { title: "RUN" },
        { title: "CONTAINER" },
        { title: "RESOURCE" },
        { title: "SIZE", align: "right" },
        { title: "", wraps: true },
      ],
      rows,
      { width, heading: (text) => paint("dim", text) },
    ),
    "",
    paint(
      "dim",
      "lxc-autoscaler rollback --run <run> takes a run back, --run last the last one, --vmid <id> the last change of a container.",
    ),
  ].join("\n");
}

/** What a rollback would restore, and what it would not. */
export function rollbackPlanText(
  { undoes, restorations }: RollbackPlan,
  where: string,
  { paint, width }: RollbackTextOptions,
): string {
  return [
    `${paint("bold", "Rollback")} of run ${undoes.run} (${minuteText(undoes.time)}) on ${printable(where)}`,
    "",
    ...table(
      [
        { title: "" },
        { title: "CONTAINER" },
        { title: "RESOURCE" },
        { title: "SIZE", align: "right" },
        { title: "", wraps: true },
      ],
      restorations.map(({ decision, refusal, same }) => [
        same ? paint("dim", "·") : refusal === null ? paint("green", "↩") : paint("yellow", "■"),
        containerText(decision),
        decision.resource,
        changeSizes(decision),
        same ? "it has this size" : printable(refusal ?? ""),
      ]),
      { width, indent: "  ", heading: (text) => paint("dim", text) },
    ),
  ].join("\n");
}

function changeSizes({ from, to, unit }: Pick<PastChange, "from" | "to" | "unit">): string {
  const words = (size: number | null): string => (size === null ? "no limit" : sizeText(size, unit));
  return `${words(from)} → ${words(to)}`;
}
