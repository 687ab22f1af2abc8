import { l10n, QuickPickItemKind, window, type QuickPickItem } from "vscode";
import { mostCompared, type ChartSubject } from "../../../views/index.js";
import type { App } from "../../app.js";
import type { Cluster } from "../../cluster/cluster.js";
import { containerRow } from "../../containers/container-row.js";
import { isContainersElement } from "../../containers/elements.js";
import { tell, tellNoCluster } from "../../notify.js";
import { targetsInTree } from "../container/targets.js";

type Chosen =
  | { readonly kind: "container"; readonly cluster: string; readonly vmid: number }
  | { readonly kind: "node"; readonly cluster: string; readonly node: string };

/** Opens charts: one that compares all the containers that were chosen, and one for each node. */
export async function showChart(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const chosen = target === undefined ? await pick(app) : inTree(target, targets);
  for (const subject of subjectsOf(chosen)) await app.charts.open(subject);
}

/** Without containers or nodes among them there is nothing to draw. */
function subjectsOf(chosen: readonly Chosen[]): readonly ChartSubject[] {
  const containers = chosen.flatMap((one) =>
    one.kind === "container" ? [{ cluster: one.cluster, vmid: one.vmid }] : [],
  );
  const nodes = chosen.filter((one) => one.kind === "node");
  if (containers.length > mostCompared) {
    tell(
      "information",
      l10n.t(
        "A chart compares {0} containers at most: more lines can't be told apart. It shows the first {0} of {1}.",
        mostCompared,
        containers.length,
      ),
    );
  }
  const compared = containers.slice(0, mostCompared);
  return [...(compared.length > 0 ? [{ kind: "containers", containers: compared } as const] : []), ...nodes];
}

function inTree(target: unknown, targets: unknown): readonly Chosen[] {
  const elements = Array.isArray(targets) && targets.length > 0 ? (targets as readonly unknown[]) : [target];
  const nodes = elements.flatMap((element): readonly Chosen[] =>
    isContainersElement(element) && element.kind === "node"
      ? [{ kind: "node", cluster: element.cluster.id, node: element.node }]
      : [],
  );
  const containers = (targetsInTree(target, targets) ?? []).map(({ cluster, container }): Chosen => ({
    kind: "container",
    cluster: cluster.id,
    vmid: container.vmid,
  }));
  return [...containers, ...nodes];
}

/** Asks for containers and nodes, any number of them. */
async function pick({ clusters }: App): Promise<readonly Chosen[]> {
  const { all } = clusters;
  if (all.length === 0) {
    tellNoCluster();
    return [];
  }
  await Promise.all(
    all.filter(({ inventory }) => inventory.inventory === null).map(({ inventory }) => inventory.refresh()),
  );
  const place = (cluster: Cluster, node: string): string => (all.length > 1 ? `${node} · ${cluster.name}` : node);
  const containers = all.flatMap((cluster) =>
    (cluster.inventory.inventory?.containers ?? [])
      .filter(({ template }) => !template)
      .toSorted((a, b) => a.vmid - b.vmid)
      .map((container) => {
        const { label, description } = containerRow(container);
        const chosen: Chosen = { kind: "container", cluster: cluster.id, vmid: container.vmid };
        return { label, description: `${description} · ${place(cluster, container.node)}`, chosen };
      }),
  );
  const nodes = all.flatMap((cluster) =>
    (cluster.inventory.inventory?.nodes ?? []).map(({ name, status }) => {
      const chosen: Chosen = { kind: "node", cluster: cluster.id, node: name };
      return { label: name, description: place(cluster, status), chosen };
    }),
  );
  if (containers.length + nodes.length === 0) {
    void window.showInformationMessage(l10n.t("There is nothing to draw a chart of."));
    return [];
  }
  const heading = (label: string): QuickPickItem => ({ label, kind: QuickPickItemKind.Separator });
  const items: readonly (QuickPickItem & { readonly chosen?: Chosen })[] = [
    heading(l10n.t("Containers")),
    ...containers,
    heading(l10n.t("Nodes")),
    ...nodes,
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Charts of what? Several containers are compared in one"),
    placeHolder: l10n.t("Name or CT id"),
    matchOnDescription: true,
    canPickMany: true,
  });
  return (picked ?? []).flatMap(({ chosen }) => chosen ?? []);
}
