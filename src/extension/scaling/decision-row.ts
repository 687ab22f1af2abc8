import { formatSize, isChange } from "../../model/index.js";
import type { Decision, DecisionDocument, Outcome, Resource, Unit } from "../../model/index.js";
import type { Stage } from "../../operate/index.js";

/** A decision as its row shows it. */
export interface DecisionRow {
  readonly label: string;
  readonly description: string;
  readonly spoken: string;
}

/** Identifies a decision within its plan. */
export function decisionKey({ vmid, resource }: Pick<Decision, "vmid" | "resource">): string {
  return `${vmid}/${resource}`;
}

/** The row of a decision: `▲ web-1 cores 2 → 3` and its first reason, how it fared, or how far it has come. */
export function decisionRow(decision: DecisionDocument, outcome?: Outcome, stage?: Stage): DecisionRow {
  const label = changeWords(decision);
  const description =
    outcome !== undefined
      ? outcomeWords(outcome)
      : stage !== undefined && decision.resource === "memory"
        ? stageWords(stage)
        : (decision.reasons[0]?.text ?? "");
  const action = { "scale-up": "grow", "scale-down": "shrink", hold: "hold", blocked: "blocked" }[decision.action];
  return { label, description, spoken: `${action}: ${label.replace(/^[▲▼] /u, "")}. ${description}` };
}

/** `▲ web-1 cores 2 → 3`, `web-1 memory 512MiB`. */
export function changeWords(decision: Decision<unknown>): string {
  const { name, vmid, resource, unit, action, from, to, uncapped } = decision;
  const who = name === "" ? String(vmid) : name;
  const what = resourceWords[resource] ?? resource;
  const mark = { "scale-up": "▲ ", "scale-down": "▼ ", hold: "", blocked: "" }[action];
  if (isChange(decision)) return `${mark}${who} ${what} ${sizeWords(from, unit)} → ${sizeWords(to, unit)}`;
  const wanted =
    action === "blocked" && uncapped !== null && uncapped !== from ? ` · wanted ${sizeWords(uncapped, unit)}` : "";
  return `${who} ${what}${from === null ? "" : ` ${sizeWords(from, unit)}`}${wanted}`;
}

/** Memory goes down a step every half minute. */
function stageWords({ reached, to, seconds }: Stage): string {
  return `at ${sizeWords(reached, "MiB")} of the way to ${sizeWords(to, "MiB")}: a step every ${seconds} s, while use allows it`;
}

export function outcomeWords({ outcome, verified, error, to, unit }: Outcome<unknown>): string {
  const words = {
    applied: verified ? `applied, read back as ${sizeWords(to, unit)}` : "applied, not read back yet",
    unchanged: "was that size already",
    failed: "failed",
    skipped: "left alone",
    unknown: "outcome unknown",
  }[outcome];
  return error === undefined ? words : `${words}: ${error}`;
}

export const resourceWords: Record<Resource, string> = {
  cores: "cores",
  cpulimit: "CPU limit",
  memory: "memory",
  swap: "swap",
  rootfs: "root file system",
  instances: "instances",
};

/** `3`, `1.5GiB` as the autoscaler file writes it. */
export function sizeWords(size: number | null, unit: Unit): string {
  if (size === null) return "?";
  switch (unit) {
    case "MiB":
      return formatSize(size).replace(/([A-Z])/u, " $1");
    case "GiB":
      return `${Number(size.toFixed(2))} GiB`;
    case "cores":
    case "instances":
      return String(Number(size.toFixed(2)));
  }
}
