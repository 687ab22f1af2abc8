import { EventEmitter, l10n, MarkdownString, TreeItem, TreeItemCollapsibleState, type TreeDataProvider } from "vscode";
import { Owner } from "../base/lifetime.js";
import type { Clusters } from "../cluster/clusters.js";
import { plain } from "../markdown.js";
import { containerRow } from "./container-row.js";
import type { ContainersTree } from "./containers-tree.js";
import { containerUri } from "./decorations.js";
import {
  containerOf,
  nodeOf,
  type ClusterElement,
  type ContainerElement,
  type ContainersElement,
  type NodeElement,
  type ProblemElement,
} from "./elements.js";
import { icons } from "./icons.js";
import { inventorySummary, nodeRow } from "./node-row.js";
import { clusterTooltip, containerTooltip, nodeTooltip } from "./tooltips.js";

/** Up to this many containers the nodes are opened at first. */
const openUpTo = 60;

/** Paints the Containers view from what {@link ContainersTree} says is there. */
export class ContainersProvider extends Owner implements TreeDataProvider<ContainersElement> {
  readonly #changed = this.own(new EventEmitter<ContainersElement[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    clusters: Clusters,
    private readonly tree: ContainersTree,
  ) {
    super();
    this.own(
      clusters.onDidChange(({ cluster, changes }) => {
        const elements = tree.repaint(cluster, changes);
        if (elements === undefined) this.#changed.fire(undefined);
        else if (elements.length > 0) this.#changed.fire([...elements]);
      }),
    );
  }

  getChildren(element?: ContainersElement): ContainersElement[] {
    return [...(element === undefined ? this.tree.roots() : this.tree.children(element))];
  }

  getParent(element: ContainersElement): ContainersElement | undefined {
    return this.tree.parent(element);
  }

  getTreeItem(element: ContainersElement): TreeItem {
    const item = this.#item(element);
    item.id = element.id;
    return item;
  }

  resolveTreeItem(item: TreeItem, element: ContainersElement): TreeItem {
    const tooltip = tooltipOf(element);
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  #item(element: ContainersElement): TreeItem {
    switch (element.kind) {
      case "cluster":
        return clusterItem(element);
      case "node":
        return this.#nodeItem(element);
      case "container":
        return containerItem(element);
      case "problem":
        return problemItem(element);
    }
  }

  #nodeItem(element: NodeElement): TreeItem {
    const node = nodeOf(element);
    const item = new TreeItem(element.node, TreeItemCollapsibleState.None);
    if (node === undefined) return item;
    const since = element.cluster.inventory.offlineSince(element.node);
    const time = since === undefined ? undefined : new Date(since).toLocaleTimeString([], { timeStyle: "short" });
    const count = this.tree.countOn(element.cluster, element.node);
    const row = nodeRow(node, count, time);
    const all = element.cluster.inventory.inventory?.containers.length ?? 0;
    if (this.tree.hasChildren(element)) {
      item.collapsibleState = all <= openUpTo ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    }
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.iconPath = icons.node(node.status);
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }
}

function clusterItem({ cluster }: ClusterElement): TreeItem {
  const { inventory, problem } = cluster.inventory;
  const item = new TreeItem(cluster.name, TreeItemCollapsibleState.Expanded);
  const words =
    inventory === null
      ? problem === null
        ? l10n.t("connecting…")
        : problemWords(problem.kind)
      : inventorySummary(inventory);
  const quorum = inventory?.quorate === false ? ` · ${l10n.t("no quorum")}` : "";
  item.description = `${words}${quorum}`;
  item.contextValue = `cluster.${problem?.kind ?? "ready"}${cluster.connection.demo ? ".demo" : ""}`;
  item.iconPath = problem === null ? icons.cluster : icons.clusterFailed;
  item.accessibilityInformation = { label: l10n.t("Cluster {0}, {1}", cluster.name, item.description) };
  return item;
}

function problemWords(kind: string): string {
  switch (kind) {
    case "untrusted":
      return l10n.t("certificate not trusted");
    case "not-authenticated":
      return l10n.t("not logged in");
    case "no-privileges":
      return l10n.t("no privileges");
    case "unreachable":
      return l10n.t("not reachable");
    default:
      return l10n.t("not available");
  }
}

function containerItem(element: ContainerElement): TreeItem {
  const container = containerOf(element);
  const item = new TreeItem(String(element.vmid), TreeItemCollapsibleState.None);
  if (container === undefined) return item;
  const doing = element.cluster.doing(element.vmid);
  const row = containerRow(container, doing);
  item.label = row.label;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.iconPath = doing === undefined ? icons.mood(row.mood) : icons.busy;
  item.accessibilityInformation = { label: row.spoken };
  item.resourceUri = containerUri(element.cluster.id, element.vmid);
  return item;
}

function problemItem({ problem }: ProblemElement): TreeItem {
  const item = new TreeItem(problem.message, TreeItemCollapsibleState.None);
  item.iconPath = icons.problem;
  item.contextValue = "problem";
  item.accessibilityInformation = { label: l10n.t("Problem: {0}", problem.message) };
  return item;
}

function tooltipOf(element: ContainersElement): MarkdownString | undefined {
  switch (element.kind) {
    case "cluster":
      return clusterTooltip(element.cluster);
    case "node": {
      const node = nodeOf(element);
      return node === undefined ? undefined : nodeTooltip(node, element.cluster);
    }
    case "container": {
      const container = containerOf(element);
      return container === undefined ? undefined : containerTooltip(container, element.cluster);
    }
    case "problem": {
      const { message, advice } = element.problem;
      return new MarkdownString().appendMarkdown(plain(advice === undefined ? message : `${message}\n${advice}`));
    }
  }
}
