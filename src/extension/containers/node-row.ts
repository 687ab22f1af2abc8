import type { Inventory, Node } from "../../model/index.js";
import { percent } from "./figures.js";

/** A node as its row shows it. */
export interface NodeRow {
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  readonly spoken: string;
}

/** The row of a node. `offlineSince` is a time of day, where we saw it go. */
export function nodeRow(node: Node, containers: number, offlineSince?: string): NodeRow {
  const count = `${containers} LXC`;
  const online = node.status === "online";
  const away =
    node.status === "offline" ? `offline${offlineSince === undefined ? "" : ` since ${offlineSince}`}` : "unknown";
  const usage = [percent(node.cpu), wholeUsage(node)];
  return {
    label: node.name,
    description: (online ? [count, ...usage] : [away, count]).join(" · "),
    contextValue: `node.${node.status}`,
    spoken: `Node ${node.name}, ${online ? `online, CPU ${usage.join(", memory ")}` : away}, ${containers} containers`,
  };
}

/** Whole GiB: a node's row is repainted with all rows below it, so its last digit must not run all day. */
function wholeUsage({ memory, memoryLimit }: Node): string {
  const gibibytes = (bytes: number | null): string => (bytes === null ? "–" : String(Math.round(bytes / 1024 ** 3)));
  return `${gibibytes(memory)}/${gibibytes(memoryLimit)} GiB`;
}

/** `demo · 3 nodes · 20 LXC`. */
export function inventorySummary({ nodes, containers }: Inventory): string {
  return `${nodes.length} ${nodes.length === 1 ? "node" : "nodes"} · ${containers.length} LXC`;
}
