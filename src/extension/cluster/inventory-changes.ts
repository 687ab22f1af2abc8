import type { Container, ContainerRef, Inventory } from "../../model/index.js";
import { containerRow } from "../containers/container-row.js";
import { inventorySummary, nodeRow } from "../containers/node-row.js";

/** What of an inventory looks different from before. Everything not named here needs no repaint. */
export interface InventoryChanges {
  /** The cluster's own row, or which nodes and problems stand below it. */
  readonly cluster: boolean;
  /** Nodes whose row changed, or which containers and problems stand below them. */
  readonly nodes: readonly string[];
  /** Containers whose row changed, below nodes that are not listed themselves. */
  readonly containers: readonly ContainerRef[];
}

export const everythingChanged: InventoryChanges = { cluster: true, nodes: [], containers: [] };

export function isNothing(changes: InventoryChanges): boolean {
  return !changes.cluster && changes.nodes.length === 0 && changes.containers.length === 0;
}

/** Compares two inventories by what their rows show. */
export function inventoryChanges(before: Inventory | null, after: Inventory): InventoryChanges {
  if (before === null || clusterMark(before) !== clusterMark(after)) return everythingChanged;
  const oldNodes = groupByNode(before);
  const oldRows = new Map(before.containers.map((container) => [container.vmid, rowMark(container)]));
  const nodes: string[] = [];
  const containers: ContainerRef[] = [];
  const oldMarks = new Map(before.nodes.map((node) => [node.name, nodeMark(before, oldNodes, node.name)]));
  const newNodes = groupByNode(after);
  for (const { name } of after.nodes) {
    if (oldMarks.get(name) !== nodeMark(after, newNodes, name)) {
      nodes.push(name);
      continue;
    }
    for (const container of newNodes.get(name) ?? []) {
      if (oldRows.get(container.vmid) !== rowMark(container)) containers.push({ vmid: container.vmid, node: name });
    }
  }
  return { cluster: false, nodes, containers };
}

/** The containers of each node, by vmid: the order of the tree. */
export function groupByNode(inventory: Inventory): ReadonlyMap<string, readonly Container[]> {
  const groups = new Map<string, Container[]>();
  for (const container of inventory.containers) {
    const group = groups.get(container.node);
    if (group === undefined) groups.set(container.node, [container]);
    else group.push(container);
  }
  for (const group of groups.values()) group.sort((a, b) => a.vmid - b.vmid);
  return groups;
}

function clusterMark(inventory: Inventory): string {
  const problems = inventory.problems.filter(({ node }) => node === null).map(({ message }) => message);
  return JSON.stringify([
    inventory.cluster,
    inventory.quorate,
    inventorySummary(inventory),
    inventory.nodes.map(({ name }) => name),
    problems,
  ]);
}

type Groups = ReadonlyMap<string, readonly Container[]>;

function nodeMark(inventory: Inventory, groups: Groups, name: string): string {
  const node = inventory.nodes.find((one) => one.name === name);
  const below = groups.get(name) ?? [];
  const problems = inventory.problems.filter((problem) => problem.node === name).map(({ message }) => message);
  return JSON.stringify([
    node === undefined ? null : nodeRow(node, below.length),
    below.map(({ vmid }) => vmid),
    problems,
  ]);
}

function rowMark(container: Container): string {
  return JSON.stringify(containerRow(container));
}
