import type { Inventory, Node, NodeStatus } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import { percent } from "./figures.js";

/** A node as its row shows it. */
export interface NodeRow {
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  readonly spoken: string;
}

/** How many containers stand below a row, and how many the filter lets through. */
export interface Counts {
  readonly shown: number;
  readonly total: number;
}

/** The row of a node. `offlineSince` is a time of day, where we saw it go. */
export function nodeRow(node: Node, counts: Counts, offlineSince?: string): NodeRow {
  const count = countWords(counts);
  const online = node.status === "online";
  const away = statusWords(node.status, offlineSince);
  const [cpu, memory] = [percent(node.cpu), wholeUsage(node)];
  return {
    label: node.name,
    description: (online ? [count, cpu, memory] : [away, count]).join(" · "),
    contextValue: `node.${node.status}`,
    spoken: online
      ? l10n.t("Node {0}, online, CPU {1}, memory {2}, {3}", node.name, cpu, memory, spokenCount(counts))
      : l10n.t("Node {0}, {1}, {2}", node.name, away, spokenCount(counts)),
  };
}

/** `7 LXC`, `3 of 7 LXC`. */
export function countWords({ shown, total }: Counts): string {
  return shown === total ? `${total} LXC` : l10n.t("{0} of {1} LXC", shown, total);
}

export function spokenCount({ shown, total }: Counts): string {
  if (shown !== total) return l10n.t("{0} of {1} containers", shown, total);
  return total === 1 ? l10n.t("1 container") : l10n.t("{0} containers", total);
}

function statusWords(status: NodeStatus, since: string | undefined): string {
  if (status !== "offline") return l10n.t("unknown");
  return since === undefined ? l10n.t("offline") : l10n.t("offline since {0}", since);
}

/** Whole GiB: a node's row is repainted with all rows below it, so its last digit must not run all day. */
function wholeUsage({ memory, memoryLimit }: Node): string {
  const gibibytes = (bytes: number | null): string => (bytes === null ? "–" : String(Math.round(bytes / 1024 ** 3)));
  return `${gibibytes(memory)}/${gibibytes(memoryLimit)} GiB`;
}

/** `3 nodes · 20 LXC`. */
export function inventorySummary({ nodes, containers }: Inventory): string {
  const count = nodes.length === 1 ? l10n.t("1 node") : l10n.t("{0} nodes", nodes.length);
  return `${count} · ${containers.length} LXC`;
}
