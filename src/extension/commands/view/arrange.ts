import { ConfigurationTarget, l10n, window, workspace, type QuickPickItem } from "vscode";
import type { App } from "../../app.js";
import {
  groupings,
  isGrouping,
  isSorting,
  sortings,
  type Grouping,
  type Sorting,
} from "../../containers/arrangement.js";
import { settingsSection, type SettingKey } from "../../ids.js";

/** Groups the containers by what is picked, or by what is named (`"tag"`). */
export async function groupContainers({ arrangement }: App, target?: unknown): Promise<void> {
  const chosen = isGrouping(target)
    ? target
    : await choose(l10n.t("Group containers by"), groupings, groupingNames(), arrangement.current.groupBy);
  if (chosen !== undefined) await set("containers.groupBy", chosen);
}

/** Sorts the containers by what is picked, or by what is named (`"cpu"`). */
export async function sortContainers({ arrangement }: App, target?: unknown): Promise<void> {
  const chosen = isSorting(target)
    ? target
    : await choose(l10n.t("Sort containers by"), sortings, sortingNames(), arrangement.current.sortBy);
  if (chosen !== undefined) await set("containers.sortBy", chosen);
}

type Names<Choice extends string> = Readonly<Record<Choice, readonly [label: string, description: string]>>;

function groupingNames(): Names<Grouping> {
  return {
    node: [l10n.t("Node"), ""],
    pool: [l10n.t("Pool"), ""],
    tag: [l10n.t("Tag"), l10n.t("A container with several tags stands under each of them")],
    policy: [l10n.t("Policy"), l10n.t("The one in force by the active autoscaler file")],
    status: [l10n.t("State"), ""],
    none: [l10n.t("Nothing"), l10n.t("One list")],
  };
}

function sortingNames(): Names<Sorting> {
  return {
    id: [l10n.t("CT id"), ""],
    name: [l10n.t("Name"), ""],
    cpu: [l10n.t("CPU"), l10n.t("The busiest first, by the share of its cores")],
    memory: [l10n.t("Memory"), l10n.t("The fullest first, by the share of its limit")],
  };
}

async function choose<Choice extends string>(
  title: string,
  choices: readonly Choice[],
  names: Names<Choice>,
  present: Choice,
): Promise<Choice | undefined> {
  const items = choices.map((choice): QuickPickItem & { readonly choice: Choice } => {
    const [label, description] = names[choice];
    return { label: choice === present ? `$(check) ${label}` : label, description, choice };
  });
  return (await window.showQuickPick(items, { title }))?.choice;
}

/** Where it is set already, or else for all windows of the person. */
async function set(key: SettingKey, value: string): Promise<void> {
  const configuration = workspace.getConfiguration(settingsSection);
  const inWorkspace = configuration.inspect(key)?.workspaceValue !== undefined;
  await configuration.update(key, value, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
