import { l10n, MarkdownString, StatusBarAlignment, window } from "vscode";
import { Owner } from "./base/lifetime.js";
import type { Clusters } from "./cluster/clusters.js";
import { viewIds } from "./ids.js";
import { plain } from "./markdown.js";
import type { PlanModel } from "./scaling/plan-model.js";

/** The one item in the status bar: `3 nodes · 20 LXC · 2 changes`. There while a cluster is. */
export class StatusBar extends Owner {
  readonly #item = this.own(window.createStatusBarItem("lxcAutoscaler.summary", StatusBarAlignment.Left, 10));

  constructor(
    private readonly clusters: Clusters,
    private readonly plans: PlanModel,
  ) {
    super();
    this.#item.name = "LXC Autoscaler";
    this.#item.command = `${viewIds.containers}.focus`;
    this.own(clusters.onDidChange(() => this.#show()));
    this.own(plans.onDidChange(() => this.#show()));
    this.#show();
  }

  /** What it says, for a screen reader too. */
  get text(): string {
    return this.#item.text;
  }

  #show(): void {
    const known = this.clusters.all.flatMap(({ inventory }) =>
      inventory.inventory === null ? [] : [{ inventory: inventory.inventory, problem: inventory.problem }],
    );
    if (known.length === 0) {
      this.#item.hide();
      return;
    }
    const nodes = known.reduce((sum, { inventory }) => sum + inventory.nodes.length, 0);
    const containers = known.reduce((sum, { inventory }) => sum + inventory.containers.length, 0);
    const { state } = this.plans;
    const plan = state.kind === "ready" ? (state.preview ?? state).plan : null;
    const changes = plan === null ? null : plan.decisions.filter((decision) => this.plans.isDue(decision)).length;
    const isPreview = state.kind === "ready" && state.preview !== null;
    const parts = [
      nodes === 1 ? l10n.t("1 node") : l10n.t("{0} nodes", nodes),
      `${containers} LXC`,
      ...(changes === null ? [] : [changes === 1 ? l10n.t("1 change") : l10n.t("{0} changes", changes)]),
      ...(isPreview ? [l10n.t("preview")] : []),
    ];
    const stale = known.some(({ problem }) => problem !== null);
    this.#item.text = `$(${stale ? "warning" : "server-environment"}) ${parts.join(" · ")}`;
    this.#item.accessibilityInformation = { label: `Proxmox LXC: ${parts.join(", ")}` };
    this.#item.tooltip = this.#tooltip();
    this.#item.show();
  }

  #tooltip(): MarkdownString {
    const text = new MarkdownString();
    for (const { fullName, inventory } of this.clusters.all) {
      const when =
        inventory.readAt === null
          ? l10n.t("not read yet")
          : l10n.t("as of {0}", new Date(inventory.readAt).toLocaleTimeString());
      text.appendMarkdown(plain(`${fullName}: ${inventory.problem?.sentence ?? when}\n`));
    }
    return text;
  }
}
