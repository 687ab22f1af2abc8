import { formatSize, mebibyte } from "../../model/index.js";
import type { Container, DecisionDocument, Outcome } from "../../model/index.js";
import type { ExplainDocument } from "../../operate/index.js";
import { changeWords, outcomeWords, sizeWords } from "../scaling/decision-row.js";
import { printable } from "./effective-settings.js";

export interface WhyThisSizeInput {
  readonly container: Container;
  /** What the present plan decides about it; `null`: there is no plan for its cluster. */
  readonly plan: {
    readonly fileName: string;
    /** Of the clock, for people. */
    readonly madeAt: string;
    readonly decisions: readonly DecisionDocument[];
    readonly outcomeOf: (decision: DecisionDocument) => Outcome | undefined;
  } | null;
  /** What the last runs did to it, the newest first. */
  readonly history: ExplainDocument["history"];
  /** What could not be read. */
  readonly faults: readonly string[];
  /** A time of the history for people. */
  readonly timeOf: (time: string) => string;
}

/** Why a container has its size: what the present plan says of it, and what the last runs did to it, each with its reasons. */
export function whyThisSizeText({ container, plan, history, faults, timeOf }: WhyThisSizeInput): string {
  const { name, vmid, node } = container;
  const lines = [
    `Why ${name === "" ? "" : `${name} `}(CT ${vmid} on ${node}) has its size`,
    `Now: ${sizeOf(container)}.`,
    "",
    ...(plan === null
      ? ["The present plan", "  There is none for this cluster: make a dry run, and ask again."]
      : [`The present plan: ${plan.fileName}, made at ${plan.madeAt}`, ...planLines(plan)]),
    "",
    "What the last runs did",
    ...(history.length === 0 ? ["  Nothing is recorded on this machine: its size was set by somebody else."] : []),
    ...history.flatMap(({ time, run, resource, unit, from, to, outcome, error, reasons }) => [
      `  ${timeOf(time)}  ${resource} ${sizeWords(from, unit)} → ${sizeWords(to, unit)}: ${outcome}${error === undefined ? "" : ` (${error})`}, in run ${run}`,
      ...reasons.map(({ text }) => `    - ${text}`),
    ]),
    ...faults.map((fault) => `  ${fault}`),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}

function planLines({ decisions, outcomeOf }: NonNullable<WhyThisSizeInput["plan"]>): readonly string[] {
  if (decisions.length === 0) return ["  The file does not manage it: no policy matches."];
  return decisions.flatMap((decision) => {
    const outcome = outcomeOf(decision);
    const fared = outcome === undefined ? "" : `: ${outcomeWords(outcome)}`;
    return [`  ${changeWords(decision)}${fared}`, ...decision.reasons.map(({ text }) => `    - ${text}`)];
  });
}

function sizeOf({ cores, memoryLimit }: Container): string {
  const cpu = cores === null ? "cores unknown" : `${cores} ${cores === 1 ? "core" : "cores"}`;
  return `${cpu}, ${memoryLimit === null ? "memory unknown" : `${formatSize(memoryLimit / mebibyte)} of memory`}`;
}
