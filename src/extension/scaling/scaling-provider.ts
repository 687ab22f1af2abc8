import {
  EventEmitter,
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  type TreeDataProvider,
} from "vscode";
import type { Outcome, OutcomeKind, PlanDocument } from "../../model/index.js";
import { Owner } from "../base/lifetime.js";
import { plain } from "../markdown.js";
import { decisionKey, decisionRow } from "./decision-row.js";
import type { PlanModel } from "./plan-model.js";
import { differences } from "./preview.js";
import {
  planSections,
  type DecisionElement,
  type ScalingElement,
  type SectionElement,
  type SectionName,
} from "./sections.js";

/** Paints the Scaling view from the present plan. */
export class ScalingProvider extends Owner implements TreeDataProvider<ScalingElement> {
  readonly #changed = this.own(new EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  #shown: {
    readonly plan: PlanDocument;
    readonly sections: readonly SectionElement[];
    /** The keys of decisions that are others than before the text was changed. */
    readonly typed: ReadonlySet<string>;
  } | null = null;

  constructor(private readonly plans: PlanModel) {
    super();
    this.own(plans.onDidChange(() => this.#changed.fire(undefined)));
  }

  getChildren(element?: ScalingElement): ScalingElement[] {
    if (element === undefined) return [...this.#sections()];
    switch (element.kind) {
      case "section":
        return [...element.decisions];
      case "decision":
        return [...element.reasons];
      case "reason":
        return [];
    }
  }

  getParent(element: ScalingElement): ScalingElement | undefined {
    for (const section of this.#sections()) {
      for (const decision of section.decisions) {
        if (decision === element) return section;
        if (element.kind === "reason" && decision.reasons.includes(element)) return decision;
      }
    }
    return undefined;
  }

  getTreeItem(element: ScalingElement): TreeItem {
    const item = this.#item(element);
    item.id = element.id;
    return item;
  }

  #sections(): readonly SectionElement[] {
    const { state } = this.plans;
    // While the next one is being made the last one stays: a view that empties itself and fills again flickers.
    if (state.kind === "running") return this.#shown?.sections ?? [];
    if (state.kind !== "ready") {
      this.#shown = null;
      return [];
    }
    const { shown } = state.preview ?? state;
    if (this.#shown?.plan !== shown) {
      const typed = state.preview === null ? noneTyped : differences(shown, state.shown);
      this.#shown = { plan: shown, sections: planSections(shown), typed };
    }
    return this.#shown.sections;
  }

  #item(element: ScalingElement): TreeItem {
    switch (element.kind) {
      case "section":
        return sectionItem(element);
      case "decision":
        return this.#decisionItem(element);
      case "reason": {
        const item = new TreeItem(element.reason.text);
        item.tooltip = `${element.reason.text}\n(${element.reason.rule})`;
        item.contextValue = "reason";
        return item;
      }
    }
  }

  #decisionItem(element: DecisionElement): TreeItem {
    const { decision } = element;
    const { state } = this.plans;
    const outcome = state.kind === "ready" ? state.outcomes.get(decisionKey(decision)) : undefined;
    const stage = state.kind === "ready" ? this.plans.stageOf(state.cluster, decision.vmid) : undefined;
    const isPreview = state.kind === "ready" && state.preview !== null;
    const isTyped = isPreview && this.#shown?.typed.has(decisionKey(decision)) === true;
    const row = decisionRow(decision, outcome, stage);
    const item = new TreeItem(row.label, TreeItemCollapsibleState.Collapsed);
    item.description = row.description;
    item.accessibilityInformation = {
      label: isTyped
        ? l10n.t("{0}. Not so before the text was changed.", row.spoken)
        : isPreview
          ? l10n.t("{0}. Preview.", row.spoken)
          : row.spoken,
    };
    const fate = isPreview ? ".preview" : outcome === undefined ? "" : `.${outcome.outcome}`;
    item.contextValue = `decision.${decision.action}${fate}`;
    item.tooltip = tooltip(element, outcome);
    if (this.plans.isPending(decision)) {
      const checked = this.plans.isChecked(decision);
      item.checkboxState = {
        state: checked ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
        tooltip: l10n.t("Part of “Apply checked”"),
        accessibilityInformation: { label: row.spoken },
      };
    }
    const icon = isTyped
      ? typedIcon
      : outcome === undefined
        ? sectionIcons[element.section]
        : outcomeIcons[outcome.outcome];
    if (icon !== null) item.iconPath = icon;
    return item;
  }
}

const sectionIcons: Record<SectionName, ThemeIcon | null> = {
  // The mark in the label says it; an icon beside the check box would say it twice.
  changes: null,
  blocked: new ThemeIcon("circle-slash", new ThemeColor("list.warningForeground")),
  holding: new ThemeIcon("dash", new ThemeColor("descriptionForeground")),
};

/** A decision that is another by what was typed. */
const typedIcon = new ThemeIcon("edit", new ThemeColor("editorInfo.foreground"));
const noneTyped: ReadonlySet<string> = new Set();

const outcomeIcons: Record<OutcomeKind, ThemeIcon> = {
  applied: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
  unchanged: new ThemeIcon("pass", new ThemeColor("descriptionForeground")),
  failed: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  skipped: new ThemeIcon("debug-step-over", new ThemeColor("descriptionForeground")),
  unknown: new ThemeIcon("question", new ThemeColor("list.warningForeground")),
};

function sectionItem({ section, decisions }: SectionElement): TreeItem {
  const names: Record<SectionName, string> = {
    changes: l10n.t("Changes"),
    blocked: l10n.t("Blocked"),
    holding: l10n.t("Holding"),
  };
  const state =
    decisions.length === 0
      ? TreeItemCollapsibleState.None
      : section === "holding"
        ? TreeItemCollapsibleState.Collapsed
        : TreeItemCollapsibleState.Expanded;
  const item = new TreeItem(names[section], state);
  item.description = decisions.length === 0 ? l10n.t("none") : String(decisions.length);
  item.contextValue = `section.${section}`;
  return item;
}

function tooltip({ decision }: DecisionElement, outcome: Outcome | undefined): MarkdownString {
  const row = decisionRow(decision, outcome);
  const text = new MarkdownString();
  text.appendMarkdown("**");
  text.appendMarkdown(plain(row.label));
  text.appendMarkdown(`** · CT ${decision.vmid} · ${decision.node}\n\n`);
  if (outcome !== undefined) text.appendMarkdown(plain(`${row.description}\n\n`));
  for (const { text: words } of decision.reasons) {
    text.appendMarkdown("\n- ");
    text.appendMarkdown(plain(words));
  }
  if (decision.policies.length > 0) {
    text.appendMarkdown("\n\n");
    text.appendMarkdown(plain(l10n.t("Policy: {0}", decision.policies.join(" → "))));
  }
  return text;
}
