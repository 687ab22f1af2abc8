import type { Inventory } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import type { Group } from "./group.js";
import { countWords, nodeRow, spokenCount, type NodeRow } from "./node-row.js";

/** The row that containers stand under. `offlineSince` is a time of day, for a node that we saw go. */
export function groupRow(inventory: Inventory, group: Group, offlineSince?: string): NodeRow {
  const counts = { shown: group.containers.length, total: group.total };
  if (group.kind === "node") {
    const node = inventory.nodes.find(({ name }) => name === group.name);
    if (node !== undefined) return nodeRow(node, counts, offlineSince);
  }
  const { label, spoken } = names(group);
  return {
    label,
    description: countWords(counts),
    contextValue: `group.${group.kind}`,
    spoken: `${spoken}, ${spokenCount(counts)}`,
  };
}

function names({ kind, name }: Group): { readonly label: string; readonly spoken: string } {
  const called = (label: string, spoken = label) => ({ label, spoken });
  switch (kind) {
    case "favourites":
      return called(l10n.t("Favourites"));
    case "node":
      return called(name ?? "", l10n.t("Node {0}", name ?? ""));
    case "pool":
      return name === null ? called(l10n.t("In no pool")) : called(name, l10n.t("Pool {0}", name));
    case "tag":
      return name === null ? called(l10n.t("Without tags")) : called(name, l10n.t("Tag {0}", name));
    case "policy":
      if (name === "") return called(l10n.t("No autoscaler file is open"));
      return name === null ? called(l10n.t("Under no policy")) : called(name, l10n.t("Policy {0}", name));
    case "status":
      return called(stateNames(name ?? ""));
  }
}

function stateNames(name: string): string {
  switch (name) {
    case "running":
      return l10n.t("Running");
    case "paused":
      return l10n.t("Paused");
    case "stopped":
      return l10n.t("Stopped");
    case "template":
      return l10n.t("Templates");
    default:
      return l10n.t("Unknown");
  }
}
