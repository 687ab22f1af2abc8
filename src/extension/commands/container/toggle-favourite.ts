import { l10n } from "vscode";
import type { App } from "../../app.js";
import { pickTarget, targetsInTree } from "./targets.js";

/** Puts containers on top of the tree, or takes them away from there where all of them are there already. */
export async function toggleFavourite(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const words = { title: l10n.t("Add to or remove from favourites"), none: l10n.t("There is no container.") };
  const chosen = targetsInTree(target, targets) ?? (await pickTarget(app, () => true, words));
  if (chosen.length === 0) return;
  await app.favourites.toggle(chosen.map(({ cluster, container: { vmid } }) => ({ cluster: cluster.id, vmid })));
}
