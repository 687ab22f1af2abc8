import {
  EventEmitter,
  l10n,
  MarkdownString,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type CancellationToken,
  type TreeDataProvider,
} from "vscode";
import { Owner } from "../base/lifetime.js";
import { timeOfDay } from "../clock.js";
import { plain } from "../markdown.js";
import { ContainerDetails } from "./container-details.js";
import { containerRow } from "./container-row.js";
import type { ContainersTree } from "./containers-tree.js";
import { containerUri } from "./decorations.js";
import {
  containerOf,
  nodeOf,
  type ClusterElement,
  type ContainerElement,
  type ContainersElement,
  type DetailElement,
  type GroupElement,
  type NodeElement,
  type ProblemElement,
} from "./elements.js";
import type { Glimpses } from "./glimpses.js";
import { groupRow } from "./group-row.js";
import { icons } from "./icons.js";
import { inventorySummary } from "./node-row.js";
import { clusterTooltip, containerTooltip, nodeTooltip } from "./tooltips.js";

/** Up to this many containers the groups are opened at first. */
const openUpTo = 60;

/** Paints the Containers view from what {@link ContainersTree} says is there. */
export class ContainersProvider extends Owner implements TreeDataProvider<ContainersElement> {
  readonly #tree: ContainersTree;
  readonly #glimpses: Glimpses;
  /** Rows that a person has opened or closed: one that the filter takes away and brings back is as it was. */
  readonly #opened = new Map<string, boolean>();
  readonly #details = new ContainerDetails();
  readonly #changed = this.own(new EventEmitter<ContainersElement[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(tree: ContainersTree, glimpses: Glimpses) {
    super();
    this.#tree = tree;
    this.#glimpses = glimpses;
    this.own(tree.onDidChange((elements) => this.#changed.fire(elements === undefined ? undefined : [...elements])));
  }

  getChildren(element?: ContainersElement): ContainersElement[] | Promise<ContainersElement[]> {
    if (element === undefined) return [...this.#tree.roots()];
    return element.kind === "container" ? this.#belowContainer(element) : [...this.#tree.children(element)];
  }

  getParent(element: ContainersElement): ContainersElement | undefined {
    return this.#tree.parent(element);
  }

  getTreeItem(element: ContainersElement): TreeItem {
    const item = this.#item(element);
    item.id = element.id;
    const opened = this.#opened.get(element.id);
    if (opened !== undefined && item.collapsibleState !== TreeItemCollapsibleState.None) {
      item.collapsibleState = opened ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    }
    return item;
  }

  /** A person has opened or closed a row. */
  noteOpened({ id }: ContainersElement, opened: boolean): void {
    this.#opened.set(id, opened);
  }

  async resolveTreeItem(item: TreeItem, element: ContainersElement, token: CancellationToken): Promise<TreeItem> {
    const tooltip = element.kind === "container" ? await this.#tooltip(element, token) : tooltipOf(element);
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  async #tooltip(element: ContainerElement, token: CancellationToken): Promise<MarkdownString | undefined> {
    const container = containerOf(element);
    if (container === undefined) return undefined;
    const abort = new AbortController();
    const waiting = token.onCancellationRequested(() => abort.abort());
    try {
      const glimpse = await this.#glimpses.of(element.cluster, container, abort.signal);
      return containerTooltip(container, element.cluster, glimpse);
    } finally {
      waiting.dispose();
    }
  }

  async #belowContainer(element: ContainerElement): Promise<ContainersElement[]> {
    const container = containerOf(element);
    if (container === undefined) return [];
    return [...this.#tree.details(element, await this.#details.rows(element.cluster, container))];
  }

  #item(element: ContainersElement): TreeItem {
    switch (element.kind) {
      case "cluster":
        return clusterItem(element);
      case "node":
      case "group":
        return this.#groupItem(element);
      case "container":
        return containerItem(element);
      case "detail":
        return detailItem(element);
      case "problem":
        return problemItem(element);
    }
  }

  #groupItem(element: NodeElement | GroupElement): TreeItem {
    const group = this.#tree.groupOf(element);
    const { inventory } = element.cluster.inventory;
    const item = new TreeItem(element.key, TreeItemCollapsibleState.None);
    if (group === undefined || inventory === null) return item;
    const since = element.kind === "node" ? element.cluster.inventory.offlineSince(element.node) : undefined;
    const row = groupRow(inventory, group, since === undefined ? undefined : timeOfDay(since));
    if (this.#tree.children(element).length > 0) {
      const open = group.kind === "favourites" || inventory.containers.length <= openUpTo;
      item.collapsibleState = open ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    }
    item.label = row.label;
    item.description = row.description;
    item.contextValue = row.contextValue;
    const status = element.kind === "node" ? nodeOf(element)?.status : undefined;
    item.iconPath = status === undefined ? icons.group(group.kind) : icons.node(status);
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }
}

function clusterItem({ cluster }: ClusterElement): TreeItem {
  const { inventory, problem } = cluster.inventory;
  const item = new TreeItem(cluster.name, TreeItemCollapsibleState.Expanded);
  const parts =
    inventory === null
      ? [problem === null ? l10n.t("connecting…") : problemWords(problem.kind)]
      : [
          inventorySummary(inventory),
          ...(problem === null ? [] : [problemWords(problem.kind)]),
          ...(inventory.quorate === false ? [l10n.t("no quorum")] : []),
          ...partWords(inventory.problems.length),
        ];
  item.description = parts.join(" · ");
  item.contextValue = `cluster.${problem?.kind ?? "ready"}${cluster.connection.demo ? ".demo" : ""}`;
  item.iconPath = problem === null ? icons.cluster : icons.clusterFailed;
  item.accessibilityInformation = { label: l10n.t("Cluster {0}, {1}", cluster.name, parts.join(", ")) };
  return item;
}

/** What is missing is said where it is seen with everything closed too. */
function partWords(problems: number): readonly string[] {
  if (problems === 0) return [];
  return [problems === 1 ? l10n.t("1 problem") : l10n.t("{0} problems", problems)];
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
  item.collapsibleState = TreeItemCollapsibleState.Collapsed;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.iconPath = doing === undefined ? icons.mood(row.mood) : icons.busy;
  item.accessibilityInformation = { label: row.spoken };
  item.resourceUri = containerUri(element.cluster.id, element.vmid);
  return item;
}

function detailItem({ row }: DetailElement): TreeItem {
  const item = new TreeItem(row.label, TreeItemCollapsibleState.None);
  item.description = row.description;
  item.iconPath = new ThemeIcon(row.icon);
  item.contextValue = row.context ?? "detail";
  const words = row.description === "" ? row.label : `${row.label}: ${row.description}`;
  item.tooltip = row.more === undefined ? words : `${words}\n\n${row.more}`;
  item.accessibilityInformation = { label: words };
  return item;
}

function problemItem({ problem }: ProblemElement): TreeItem {
  const item = new TreeItem(problem.message, TreeItemCollapsibleState.None);
  item.iconPath = icons.problem;
  item.contextValue = "problem";
  item.accessibilityInformation = { label: l10n.t("Problem: {0}", problem.message) };
  return item;
}

function tooltipOf(element: Exclude<ContainersElement, ContainerElement>): MarkdownString | undefined {
  switch (element.kind) {
    case "cluster":
      return clusterTooltip(element.cluster);
    case "node": {
      const node = nodeOf(element);
      return node === undefined ? undefined : nodeTooltip(node, element.cluster);
    }
    case "group":
    case "detail":
      return undefined;
    case "problem": {
      const { message, advice } = element.problem;
      return new MarkdownString().appendMarkdown(plain(advice === undefined ? message : `${message}\n${advice}`));
    }
  }
}
