import { readAutoscalerFile } from "../../src/config/index.js";
import { decide, emptyState, planDocument, type State } from "../../src/engine/index.js";
import type { Container, ContainerHistory, DecisionDocument, History, Inventory, Node } from "../../src/model/index.js";
import { container, inventory, now } from "../engine/fixtures.js";

/** The numbers that the predecessors came with, in a file of ours. */
export function file(policy: string, rest = ""): string {
  return `version: 1\ninterval: 60s\ntimezone: UTC\n${rest}policies:\n  - name: all\n    match: { names: ["*"] }\n${policy
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n")}\n`;
}

export interface Present {
  readonly text: string;
  readonly containers?: readonly Container[];
  readonly nodes?: readonly Node[];
  readonly history?: History;
  readonly state?: State;
  readonly at?: number;
}

/** What ours decides, from the text of a file to the plan, as the command line would print it. */
export function decisions({
  text,
  containers = [container()],
  nodes,
  history,
  state,
  at = now,
}: Present): readonly DecisionDocument[] {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(findings.map(({ message }) => message).join("\n"));
  const observed: Inventory = inventory({
    observedAt: at,
    containers,
    ...(nodes === undefined ? {} : { nodes }),
  });
  const plan = decide({
    config,
    inventory: observed,
    history: history ?? new Map<number, ContainerHistory>(),
    state: state ?? emptyState(),
    now: at,
  });
  return planDocument(plan).decisions;
}

/** The decision for one resource of one container. */
export function decision(
  present: Present,
  resource: DecisionDocument["resource"] = "cores",
  vmid = 101,
): DecisionDocument {
  const found = decisions(present).find((one) => one.vmid === vmid && one.resource === resource);
  if (found === undefined) throw new Error(`There is no decision for ${resource} of ${vmid}.`);
  return found;
}

export function rules({ reasons }: DecisionDocument): readonly string[] {
  return reasons.map(({ rule }) => rule);
}
