import { commands, l10n, window, workspace, type TreeView } from "vscode";
import { Owner } from "../base/lifetime.js";
import { timeOfDay } from "../clock.js";
import type { Clusters } from "../cluster/clusters.js";
import { contextKeys, settingsSection, viewIds } from "../ids.js";
import type { ArrangementStore } from "./arrangement-store.js";
import { needsSomebody } from "./container-row.js";
import { containersSummary } from "./containers-state.js";
import { ContainersProvider } from "./containers-provider.js";
import type { ContainersTree } from "./containers-tree.js";
import { ContainersDragAndDrop } from "./drag-and-drop.js";
import type { ContainersElement } from "./elements.js";
import type { Favourites } from "./favourites.js";
import type { Glimpses } from "./glimpses.js";

/** The Containers view: its tree, and what it says where it has none. */
export class ContainersView extends Owner {
  readonly provider: ContainersProvider;
  readonly view: TreeView<ContainersElement>;
  readonly #clusters: Clusters;
  readonly #tree: ContainersTree;
  readonly #arrangement: ArrangementStore;
  /** What each context key was set to last: they are asked for with each read. */
  readonly #contexts = new Map<string, unknown>();

  constructor(
    clusters: Clusters,
    tree: ContainersTree,
    arrangement: ArrangementStore,
    favourites: Favourites,
    glimpses: Glimpses,
  ) {
    super();
    this.#clusters = clusters;
    this.#tree = tree;
    this.#arrangement = arrangement;
    this.provider = this.own(new ContainersProvider(tree, glimpses));
    this.view = this.own(
      window.createTreeView(viewIds.containers, {
        treeDataProvider: this.provider,
        dragAndDropController: new ContainersDragAndDrop(tree),
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.own(this.view.onDidExpandElement(({ element }) => this.provider.noteOpened(element, true)));
    this.own(this.view.onDidCollapseElement(({ element }) => this.provider.noteOpened(element, false)));
    this.own(clusters.onDidChange(() => this.#show()));
    this.own(arrangement.onDidChange(() => this.rearrange()));
    this.own(favourites.onDidChange(() => this.rearrange()));
    this.own(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settingsSection)) arrangement.readSettings();
      }),
    );
    this.#show();
  }

  /** After something is known that containers are grouped, filtered or sorted by. */
  rearrange(): void {
    this.#tree.rearrange();
    this.#show();
  }

  #show(): void {
    const { all } = this.#clusters;
    const { filter } = this.#arrangement.current;
    const filtered = filter.trim() === "" ? null : { filter, ...this.#tree.counts() };
    const { state, message } = containersSummary(
      all,
      {
        stale: (cluster, readAt, why) => l10n.t("{0} as of {1}: {2}", cluster, timeOfDay(readAt), why),
        nothingFound: (text, total) => l10n.t("None of {0} containers fits the filter “{1}”.", total, text),
      },
      filtered,
    );
    const [only] = all;
    // A welcome text can't name the host it is about, the title can.
    const description =
      state !== "tree" && only !== undefined
        ? only.host
        : state === "tree" && filtered !== null
          ? l10n.t("“{0}”: {1} of {2}", filter, filtered.shown, filtered.total)
          : undefined;
    if (this.view.message !== message) this.view.message = message ?? "";
    if (this.view.description !== description) this.view.description = description ?? "";
    this.#showBadge();
    this.#setContext(contextKeys.containers, state);
    this.#setContext(contextKeys.connected, all.length > 0);
    this.#setContext(contextKeys.filtered, filtered !== null);
  }

  /** How many containers should be looked at. */
  #showBadge(): void {
    const value = this.#clusters.all
      .flatMap(({ inventory }) => inventory.inventory?.containers ?? [])
      .filter(needsSomebody).length;
    if (value === (this.view.badge?.value ?? 0)) return;
    const tooltip =
      value === 1
        ? l10n.t("1 container is short of memory or disk, or has lost its high availability")
        : l10n.t("{0} containers are short of memory or disk, or have lost their high availability", value);
    this.view.badge = value === 0 ? undefined : { value, tooltip };
  }

  #setContext(key: string, value: unknown): void {
    if (this.#contexts.get(key) === value) return;
    this.#contexts.set(key, value);
    void commands.executeCommand("setContext", key, value);
  }
}
