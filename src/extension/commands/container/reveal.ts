import { l10n } from "vscode";
import type { App } from "../../app.js";
import { containerName } from "../../containers/names.js";
import { focusView, runCommand, tell } from "../../notify.js";
import { pickTarget, targetsInTree, type Target } from "./targets.js";

/** Shows a container in the Containers view: the one that is named (`{ cluster, vmid }`), or the one that is picked. */
export async function revealContainer(app: App, target?: unknown): Promise<void> {
  const words = { title: l10n.t("Show which container in the tree?"), none: l10n.t("There is no container.") };
  const [chosen] = named(app, target) ?? (await pickTarget(app, () => true, words));
  if (chosen === undefined) return;
  const row = app.containersTree.rowOf(chosen.cluster, chosen.container.vmid);
  if (row !== undefined) {
    await focusView("containers");
    await app.containersView.reveal(row, { select: true, focus: true });
    return;
  }
  tell("information", l10n.t("The filter holds {0} back.", containerName(chosen.container)), {
    title: l10n.t("Clear filter"),
    run: async () => {
      await runCommand("lxcAutoscaler.clearFilter");
      await runCommand("lxcAutoscaler.revealContainer", target);
    },
  });
}

function named({ clusters }: App, target: unknown): readonly Target[] | null {
  if (typeof target !== "object" || target === null || !("vmid" in target) || !("cluster" in target)) {
    return targetsInTree(target, undefined);
  }
  const { vmid, cluster: id } = target;
  if (typeof id !== "string" || typeof vmid !== "number") return targetsInTree(target, undefined);
  const cluster = clusters.byId(id);
  const container = cluster?.container(vmid);
  return cluster === undefined || container === undefined ? [] : [{ cluster, container }];
}
