import { l10n, window } from "vscode";
import type { App } from "../../app.js";
import type { Cluster } from "../../cluster/cluster.js";
import { isContainersElement } from "../../containers/elements.js";
import { tellNoCluster } from "../../notify.js";

/** The cluster that was clicked, the only one, or the one that is picked; `null`: there is none, or given up. */
export async function chooseCluster(
  app: App,
  target: unknown,
  options: { readonly title: string; readonly fits?: (cluster: Cluster) => boolean },
): Promise<Cluster | null> {
  if (isContainersElement(target)) return target.cluster;
  const clusters = app.clusters.all.filter(options.fits ?? (() => true));
  const [first] = clusters;
  if (first === undefined) {
    tellNoCluster();
    return null;
  }
  if (clusters.length === 1) return first;
  const picked = await window.showQuickPick(
    clusters.map((cluster) => ({ label: cluster.name, description: cluster.host, cluster })),
    { title: options.title, placeHolder: l10n.t("Which cluster?"), matchOnDescription: true },
  );
  return picked?.cluster ?? null;
}
