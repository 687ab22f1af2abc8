import { commands, l10n, TreeItemCheckboxState, window, workspace, type TreeView } from "vscode";
import { Owner } from "../base/lifetime.js";
import { contextKeys, viewIds } from "../ids.js";
import type { AutoscalerFiles } from "./autoscaler-files.js";
import type { PlanModel } from "./plan-model.js";
import { ScalingProvider } from "./scaling-provider.js";
import type { ScalingElement } from "./sections.js";

/** The Scaling view: the plan for the active autoscaler file. */
export class ScalingView extends Owner {
  readonly provider: ScalingProvider;
  readonly view: TreeView<ScalingElement>;
  readonly #plans: PlanModel;

  constructor(plans: PlanModel, files: AutoscalerFiles) {
    super();
    this.#plans = plans;
    this.provider = this.own(new ScalingProvider(plans));
    this.view = this.own(
      window.createTreeView(viewIds.scaling, {
        treeDataProvider: this.provider,
        manageCheckboxStateManually: true,
        showCollapseAll: true,
      }),
    );
    this.own(
      this.view.onDidChangeCheckboxState(({ items }) => {
        for (const [element, state] of items) {
          if (element.kind === "decision") plans.check([element.decision], state === TreeItemCheckboxState.Checked);
        }
      }),
    );
    this.own(plans.onDidChange(() => this.#show()));
    this.own(files.onDidChange(() => this.#show()));
    this.own(
      workspace.onDidChangeTextDocument(({ document }) => {
        const { state } = plans;
        if (state.kind === "ready" && document.uri.toString() === state.source.uri) this.#show();
      }),
    );
    this.#show();
  }

  #show(): void {
    const { state, checked } = this.#plans;
    this.view.description = describe(state);
    this.view.message = this.#message() ?? "";
    this.view.badge =
      checked.length === 0
        ? undefined
        : { value: checked.length, tooltip: l10n.t("{0} changes to apply", checked.length) };
    void commands.executeCommand("setContext", contextKeys.plan, state.kind);
    void commands.executeCommand("setContext", contextKeys.checked, checked.length > 0);
  }

  #message(): string | undefined {
    const { state } = this.#plans;
    if (state.kind === "failed") return state.sentence;
    if (state.kind !== "ready") return undefined;
    const document = workspace.textDocuments.find(({ uri }) => uri.toString() === state.source.uri);
    if (document !== undefined && document.getText() !== state.source.text) {
      return l10n.t("{0} has changed since this dry run.", state.source.name);
    }
    const [problem] = state.inventory.problems;
    return problem?.message;
  }
}

function describe(state: PlanModel["state"]): string {
  switch (state.kind) {
    case "none":
      return "";
    case "running":
      return l10n.t("{0} · looking…", state.source.name);
    case "failed":
      return state.source.name;
    case "ready":
      return `${state.source.name} · ${new Date(state.madeAt).toLocaleTimeString([], { timeStyle: "short" })}`;
  }
}
