import { window, type TreeView } from "vscode";
import { Owner } from "./base/lifetime.js";
import type { Clusters } from "./cluster/clusters.js";

/** Has the clusters read while one of these views is seen, less often while the window is in the background. */
export class Watching extends Owner {
  readonly #clusters: Clusters;
  readonly #views: readonly TreeView<unknown>[];

  constructor(clusters: Clusters, views: readonly TreeView<unknown>[]) {
    super();
    this.#clusters = clusters;
    this.#views = views;
    for (const view of views) this.own(view.onDidChangeVisibility(() => this.#look()));
    this.own(window.onDidChangeWindowState(() => this.#look()));
    this.#look();
  }

  #look(): void {
    this.#clusters.watch({ watched: this.#views.some(({ visible }) => visible), focused: window.state.focused });
  }
}
