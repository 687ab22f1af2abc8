import { l10n, window, type QuickPickItem } from "vscode";
import type { Container } from "../../../model/index.js";
import type { App } from "../../app.js";
import type { Cluster } from "../../cluster/cluster.js";
import { containerRow } from "../../containers/container-row.js";
import { isContainersElement } from "../../containers/elements.js";
import { containerName } from "../../containers/names.js";
import { tellNoCluster } from "../../notify.js";

/** A container to act on. */
export interface Target {
  readonly cluster: Cluster;
  readonly container: Container;
}

/** What was clicked and selected in the tree; `null` where the command came from elsewhere. */
export function targetsInTree(target: unknown, targets: unknown): readonly Target[] | null {
  const chosen = Array.isArray(targets) && targets.length > 0 ? (targets as readonly unknown[]) : [target];
  if (target === undefined) return null;
  // A container may stand in the tree more than once: under each of its tags, and among the favourites.
  const seen = new Set<Container>();
  return chosen.flatMap((element): readonly Target[] => {
    if (!isContainersElement(element) || element.kind !== "container") return [];
    const container = element.cluster.container(element.vmid);
    if (container === undefined || seen.has(container)) return [];
    seen.add(container);
    return [{ cluster: element.cluster, container }];
  });
}

/** Asks for one of the containers that the verb can act on. Empty: given up, or there is none. */
export async function pickTarget(
  app: App,
  canAct: (container: Container) => boolean,
  words: { readonly title: string; readonly none: string },
): Promise<readonly Target[]> {
  const { all } = app.clusters;
  if (all.length === 0) {
    tellNoCluster();
    return [];
  }
  await Promise.all(
    all.filter(({ inventory }) => inventory.inventory === null).map(({ inventory }) => inventory.refresh()),
  );
  const candidates = all.flatMap((cluster) =>
    (cluster.inventory.inventory?.containers ?? [])
      .filter((container) => canAct(container) && cluster.doing(container.vmid) === undefined)
      .toSorted((a, b) => a.vmid - b.vmid)
      .map((container): QuickPickItem & Target => {
        const { label, description } = containerRow(container);
        const place = all.length > 1 ? `${container.node} · ${cluster.name}` : container.node;
        return { label, description: `${description} · ${place}`, cluster, container };
      }),
  );
  if (candidates.length === 0) {
    void window.showInformationMessage(words.none);
    return [];
  }
  const picked = await window.showQuickPick(candidates, {
    title: words.title,
    placeHolder: l10n.t("Name or CT id"),
    matchOnDescription: true,
  });
  return picked === undefined ? [] : [picked];
}

/** At most `most` names, one a line, and how many more there are. */
export function namesOf(targets: readonly Target[], most = 10): string {
  const lines = targets.slice(0, most).map(({ container }) => containerName(container));
  const rest = targets.length - lines.length;
  return [...lines, ...(rest > 0 ? [l10n.t("and {0} more", rest)] : [])].join("\n");
}
