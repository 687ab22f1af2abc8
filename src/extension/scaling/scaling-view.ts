import { commands, l10n, TreeItemCheckboxState, window, workspace, type TreeView } from "vscode";
import { Owner } from "../base/lifetime.js";
import { contextKeys, viewIds } from "../ids.js";
import type { AutoscalerFiles } from "./autoscaler-files.js";
import type { PlanModel, ReadyPlan } from "./plan-model.js";
import type { Preview } from "./preview.js";
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
    if (state.preview !== null) return previewMessage(state, state.preview);
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
      return state.preview === null
        ? `${state.source.name} · ${timeOf(state)}`
        : l10n.t("{0} · preview", state.source.name);
  }
}

function timeOf({ madeAt }: ReadyPlan): string {
  return new Date(madeAt).toLocaleTimeString([], { timeStyle: "short" });
}

/** Says plainly that this is no plan to be applied, and what it is worth. */
function previewMessage(ready: ReadyPlan, { fault, unread }: Preview): string {
  const time = timeOf(ready);
  if (fault !== null) return l10n.t("{0} Shown is the last that could be planned for.", fault);
  const words = l10n.t(
    "Preview of the text as it is typed, by the readings of {0}. To apply it, make a dry run of it.",
    time,
  );
  if (unread === 0) return words;
  const more =
    unread === 1
      ? l10n.t("It is about 1 container more, or a longer time of one, than was read then.")
      : l10n.t("It is about {0} containers more, or a longer time of them, than were read then.", unread);
  return `${words} ${more}`;
}
