import {
  changeText,
  containerText,
  type DecisionDocument,
  formatDuration,
  formatSize,
  type OutcomeDocument,
  printable,
} from "../../model/index.js";
import type { LoopEvent } from "../../operate/index.js";
import type { Paint } from "../output.js";

/** A line of the loop for people, without its time; `null` for what only `--verbose` wants. */
export function loopLine(event: LoopEvent, paint: Paint, verbose: boolean): string | null {
  const warning = (text: string): string => `${paint("yellow", "!")} ${text}`;
  const failure = (text: string): string => `${paint("red", "✘")} ${text}`;
  switch (event.event) {
    case "started":
      return `${paint("bold", `lxc-autoscaler ${event.version}`)}: ${printable(event.file)}, mode ${event.mode}, every ${formatDuration(event.interval)}, at ${event.endpoint} as ${printable(event.identity)}`;
    case "cycle": {
      if (!verbose && event.cycle > 1) return null;
      const { containers, scaleUp, scaleDown, blocked, hold, busy } = event;
      const parts = [`${scaleUp} up`, `${scaleDown} down`, `${blocked} blocked`, `${hold} held`];
      if (busy > 0) parts.push(`${busy} shrinking in stages`);
      const paused = event.mode === "paused" ? "only observed (mode: paused)" : parts.join(", ");
      return `cycle ${event.cycle}: ${containers} managed, ${paused}; ${event.took} s`;
    }
    case "decision":
      return decisionLine(event, paint);
    case "outcome":
      return outcomeLine(event, paint);
    case "stage":
      return `  ${containerText(event)}: memory ${formatSize(event.reached)}, next ${formatSize(event.next)} in ${event.seconds} s, down to ${formatSize(event.to)}`;
    case "missed":
      return warning(`A cycle took ${event.took} s: ${event.ticks} missed, ${event.total} since the start.`);
    case "reloaded":
      return [
        `${printable(event.file)} was read anew: mode ${event.mode}, every ${formatDuration(event.interval)}.`,
        ...event.notes,
      ].join(" ");
    case "rejected":
      return [
        failure(`${printable(event.error)} The version before stays in force.`),
        ...event.findings.map(({ file, line, column, message, code }) =>
          printable(`    ${file}:${line}:${column} ${message} [${code}]`),
        ),
      ].join("\n");
    case "unreadable":
      return failure(`${printable(event.error)} Everything is held; next attempt in ${formatDuration(event.retry)}.`);
    case "readable":
      return `${paint("green", "✔")} Readable again after ${event.failures} failed ${event.failures === 1 ? "cycle" : "cycles"}.`;
    case "problem":
      return warning(printable(event.error));
    case "lease":
      return event.held
        ? `${paint("green", "✔")} This program scales the cluster now.`
        : warning(printable(event.error ?? ""));
    case "clock":
      return warning(
        `The clock was ${event.seconds > 0 ? "put forward" : "put back"} by ${Math.abs(event.seconds)} s.`,
      );
    case "stopping":
      return event.busy.length === 0
        ? "Stopping."
        : `Finishing the memory of ${event.busy.join(", ")}, which is being taken away in stages.`;
    case "stopped":
      return `Stopped after ${event.cycles} ${event.cycles === 1 ? "cycle" : "cycles"}: ${event.applied} applied, ${event.failed} failed, ${event.missed} missed.`;
  }
}

const arrows = { "scale-up": "▲", "scale-down": "▼", blocked: "■", hold: "·" } as const;

function decisionLine(decision: DecisionDocument, paint: Paint): string {
  const { action, resource, reasons } = decision;
  const why = printable((action === "blocked" ? reasons.at(-1) : reasons[0])?.text ?? "");
  const what = action === "blocked" ? "stays" : changeText(decision);
  return `${paint(action === "blocked" ? "yellow" : "cyan", arrows[action])} ${containerText(decision)} ${resource} ${what}: ${why}`;
}

function outcomeLine(outcome: OutcomeDocument, paint: Paint): string {
  const good = outcome.outcome === "applied" || outcome.outcome === "unchanged";
  const mark = good ? paint("green", "✔") : paint(outcome.outcome === "skipped" ? "yellow" : "red", "✘");
  const error = outcome.error === undefined ? "" : `: ${printable(outcome.error)}`;
  return `${mark} ${containerText(outcome)} ${outcome.resource} ${changeText(outcome)} ${outcome.outcome}${error}`;
}
