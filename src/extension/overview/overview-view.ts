import {
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
  type TreeView,
} from "vscode";
import { Owner } from "../base/lifetime.js";
import { sentenceOf } from "../base/problem.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Clusters } from "../cluster/clusters.js";
import { viewIds, type CommandId } from "../ids.js";
import type { PlanModel } from "../scaling/plan-model.js";
import {
  changedRows,
  overviewOf,
  storageRows,
  type OverviewIcon,
  type OverviewRow,
  type PlanTotals,
} from "./overview.js";
import { StorageReader } from "./storages.js";

/** The Overview: what a cluster comes to, in a few rows that open. An element is the id of a row. */
export class OverviewView extends Owner implements TreeDataProvider<string> {
  readonly view: TreeView<string>;
  readonly #clusters: Clusters;
  readonly #plans: PlanModel;
  readonly #storages = new StorageReader();
  readonly #changed = this.own(new EventEmitter<string[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  #top: readonly OverviewRow[] = [];
  /** All rows there are, with the id of what they stand below. */
  readonly #rows = new Map<string, { readonly row: OverviewRow; readonly parent: string | undefined }>();

  constructor(clusters: Clusters, plans: PlanModel) {
    super();
    this.#clusters = clusters;
    this.#plans = plans;
    this.#take(this.#read());
    this.view = this.own(window.createTreeView(viewIds.overview, { treeDataProvider: this, showCollapseAll: true }));
    this.own(clusters.onDidChange(() => this.#refresh()));
    this.own(plans.onDidChange(() => this.#refresh()));
  }

  async getChildren(id?: string): Promise<string[]> {
    if (id === undefined) return this.#top.map((row) => row.id);
    const row = this.#rows.get(id)?.row;
    const below = row?.below === null ? await this.#storagesBelow(id) : (row?.below ?? []);
    return below.map((child) => child.id);
  }

  getParent(id: string): string | undefined {
    return this.#rows.get(id)?.parent;
  }

  getTreeItem(id: string): TreeItem {
    const row = this.#rows.get(id)?.row;
    const item = new TreeItem(row?.label ?? "", TreeItemCollapsibleState.None);
    item.id = id;
    if (row === undefined) return item;
    if (row.below !== undefined) {
      item.collapsibleState =
        row.icon === "cluster" || row.icon === "problem" || row.icon === "hot"
          ? TreeItemCollapsibleState.Expanded
          : TreeItemCollapsibleState.Collapsed;
    }
    item.description = row.description;
    item.iconPath = icons[row.icon];
    item.contextValue = `overview.${row.icon}`;
    const words = row.description === "" ? row.label : `${row.label}: ${row.description}`;
    item.tooltip = words;
    item.accessibilityInformation = { label: words };
    const command = commandOf(row);
    if (command !== undefined) item.command = command;
    return item;
  }

  async #storagesBelow(id: string): Promise<readonly OverviewRow[]> {
    const cluster = this.#clusters.all.find((one) => id === `${one.id}/storages`);
    if (cluster === undefined) return [];
    const below = await this.#storages.of(cluster).then(
      (storages) => storageRows(cluster.id, storages),
      (error: unknown): readonly OverviewRow[] => [
        { id: `${id}/problem`, label: sentenceOf(error), description: "", icon: "problem" },
      ],
    );
    const rows: readonly OverviewRow[] =
      below.length > 0
        ? below
        : [{ id: `${id}/none`, label: l10n.t("None that the credentials may see"), description: "", icon: "storage" }];
    for (const row of rows) this.#rows.set(row.id, { row, parent: id });
    return rows;
  }

  #refresh(): void {
    const before = this.#top;
    const after = this.#read();
    const changed = changedRows(before, after);
    this.#take(after);
    if (changed === null) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }

  #read(): readonly OverviewRow[] {
    const clusters = this.#clusters.all.flatMap((cluster) => {
      const { inventory, problem } = cluster.inventory;
      if (inventory === null) return [];
      const input = { cluster: cluster.id, inventory, fault: problem?.sentence ?? null, plan: this.#planFor(cluster) };
      return [{ cluster, rows: overviewOf(input) }];
    });
    const [only] = clusters;
    if (only !== undefined && clusters.length === 1) return only.rows;
    return clusters.map(({ cluster, rows }) => ({
      id: cluster.id,
      label: cluster.name,
      description: cluster.host,
      icon: "cluster",
      below: rows,
    }));
  }

  #planFor(cluster: Cluster): PlanTotals | null {
    const { state } = this.#plans;
    if (state.kind !== "ready" || state.cluster !== cluster) return null;
    const { decisions } = (state.preview ?? state).plan;
    const due = decisions.filter((decision) => this.#plans.isDue(decision));
    return {
      grow: due.filter(({ action }) => action === "scale-up").length,
      shrink: due.filter(({ action }) => action === "scale-down").length,
      blocked: decisions.filter(({ action }) => action === "blocked").length,
      isPreview: state.preview !== null,
    };
  }

  #take(rows: readonly OverviewRow[]): void {
    this.#top = rows;
    const note = (row: OverviewRow, parent: string | undefined): void => {
      this.#rows.set(row.id, { row, parent });
      for (const child of row.below ?? []) note(child, row.id);
    };
    // Storages have been read apart, and stay until they are read again.
    for (const id of [...this.#rows.keys()]) if (!id.includes("/storages/")) this.#rows.delete(id);
    for (const row of rows) note(row, undefined);
    for (const [id, { parent }] of this.#rows) {
      if (parent !== undefined && !this.#rows.has(parent)) this.#rows.delete(id);
    }
  }
}

function commandOf({ opens, label }: OverviewRow): TreeItem["command"] {
  if (opens === undefined) return undefined;
  const of = (command: CommandId, title: string, ...args: readonly unknown[]) => ({
    command,
    title,
    arguments: [...args],
  });
  return opens.kind === "dry-run"
    ? of("lxcAutoscaler.dryRun", l10n.t("Dry run"))
    : of("lxcAutoscaler.revealContainer", l10n.t("Show {0} in the tree", label), opens);
}

const calm = (name: string): ThemeIcon => new ThemeIcon(name);
const tinted = (name: string, color: string): ThemeIcon => new ThemeIcon(name, new ThemeColor(color));

const icons: Readonly<Record<OverviewIcon, ThemeIcon>> = {
  cluster: calm("server-environment"),
  node: tinted("server", "testing.iconPassed"),
  "node-away": tinted("server", "list.errorForeground"),
  cpu: calm("chip"),
  memory: calm("circuit-board"),
  containers: calm("package"),
  hot: calm("flame"),
  container: tinted("vm-running", "testing.iconPassed"),
  fine: tinted("pass", "testing.iconPassed"),
  problem: tinted("warning", "list.warningForeground"),
  plan: calm("arrow-both"),
  storage: calm("database"),
};
