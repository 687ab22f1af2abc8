import { commands, l10n, window, type TreeView } from "vscode";
import { Owner } from "../base/lifetime.js";
import type { Clusters } from "../cluster/clusters.js";
import { contextKeys, viewIds } from "../ids.js";
import { containersSummary } from "./containers-state.js";
import { ContainersProvider } from "./containers-provider.js";
import type { ContainersTree } from "./containers-tree.js";
import type { ContainersElement } from "./elements.js";

/** The Containers view: its tree, what it says where it has none, and whether anybody looks at it. */
export class ContainersView extends Owner {
  readonly provider: ContainersProvider;
  readonly view: TreeView<ContainersElement>;
  readonly #clusters: Clusters;

  constructor(clusters: Clusters, tree: ContainersTree) {
    super();
    this.#clusters = clusters;
    this.provider = this.own(new ContainersProvider(clusters, tree));
    this.view = this.own(
      window.createTreeView(viewIds.containers, {
        treeDataProvider: this.provider,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.own(clusters.onDidChange(() => this.#show()));
    this.own(this.view.onDidChangeVisibility(() => this.#watch()));
    this.own(window.onDidChangeWindowState(() => this.#watch()));
    this.#show();
    this.#watch();
  }

  #watch(): void {
    this.#clusters.watch({ watched: this.view.visible, focused: window.state.focused });
  }

  #show(): void {
    const { all } = this.#clusters;
    const { state, message } = containersSummary(all, {
      stale: (cluster, readAt, why) =>
        l10n.t("{0} as of {1}: {2}", cluster, new Date(readAt).toLocaleTimeString([], { timeStyle: "short" }), why),
    });
    const [only] = all;
    // A welcome text can't name the host it is about, the title can.
    const description = state !== "tree" && only !== undefined ? only.host : undefined;
    if (this.view.message !== message) this.view.message = message ?? "";
    if (this.view.description !== description) this.view.description = description ?? "";
    void commands.executeCommand("setContext", contextKeys.containers, state);
    void commands.executeCommand("setContext", contextKeys.connected, all.length > 0);
  }
}
