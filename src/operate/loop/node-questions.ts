import type { AutoscalerConfig } from "../../config/index.js";
import type { Decision, Inventory, Plan } from "../../model/index.js";
import type { NodeDetails } from "../../proxmox/index.js";

/** Rules that say what a node has left: what they said of the bulk figures is asked for before it is believed. */
const nodeRules: ReadonlySet<string> = new Set(["node-limit", "node-reserve", "node-unknown", "boost-fallback"]);
const storageRules = /^storage/u;
/** So near below the limit of an emergency the bulk figure may hide one. */
const nearEmergency = 0.05;

/**
 * What single nodes have to be asked before a plan made from bulk figures may be believed: the memory of those where
 * something is to grow, or may be in danger, and the storages of those where a volume is to grow.
 */
export function nodeQuestions(plan: Plan, inventory: Inventory, config: AutoscalerConfig): NodeDetails {
  const memoryOf = new Set<string>();
  const storagesOf = new Set<string>();
  for (const decision of plan.decisions) {
    if (decision.resource === "rootfs" || decision.resource.startsWith("mp")) {
      if (grows(decision) || saidBy(decision, (rule) => storageRules.test(rule))) storagesOf.add(decision.node);
    } else if (grows(decision) || saidBy(decision, (rule) => nodeRules.has(rule))) memoryOf.add(decision.node);
  }
  const { emergency } = config.safety;
  for (const { name, memory, memoryLimit } of emergency === null ? [] : inventory.nodes) {
    if (memory === null || memoryLimit === null || emergency === null) continue;
    if (memory / memoryLimit >= emergency.memory - nearEmergency) memoryOf.add(name);
  }
  return { memoryOf, storagesOf, swapAndPressureOf: new Set() };
}

function grows({ action }: Decision): boolean {
  return action === "scale-up";
}

function saidBy({ reasons }: Decision, isMeant: (rule: string) => boolean): boolean {
  return reasons.some(({ rule }) => isMeant(rule));
}
