import { ThemeIcon, TreeItemCheckboxState, type TreeDataProvider, type TreeItem } from "vscode";
import type { ExtensionApi, ShownRow } from "./api.js";
import type { Confirm } from "./app.js";
import type { Charts } from "./charts/charts.js";
import type { Clusters } from "./cluster/clusters.js";
import { splitToken } from "./cluster/connection.js";
import { containersSummary } from "./containers/containers-state.js";
import type { ContainersTree } from "./containers/containers-tree.js";
import type { ContainersView } from "./containers/containers-view.js";
import type { LanguageService } from "./language/language-service.js";
import { lastTold } from "./notify.js";
import type { OverviewView } from "./overview/overview-view.js";
import type { PlanModel } from "./scaling/plan-model.js";
import type { ScalingView } from "./scaling/scaling-view.js";
import type { StatusBar } from "./status-bar.js";

interface Parts {
  readonly clusters: Clusters;
  readonly charts: Charts;
  readonly plans: PlanModel;
  readonly tree: ContainersTree;
  readonly containers: ContainersView;
  readonly scaling: ScalingView;
  readonly overview: OverviewView;
  readonly statusBar: StatusBar;
  readonly language: LanguageService;
  readonly confirmation: { ask: Confirm };
  readonly idle: readonly (() => Promise<void>)[];
}

/** {@link ExtensionApi} over the parts of the extension. */
export function testableApi(parts: Parts): ExtensionApi {
  const { clusters, charts, plans, tree, containers, scaling, overview, statusBar, confirmation } = parts;
  const first = () => clusters.all[0]?.inventory;
  const api: ExtensionApi = {
    inventory: () => first()?.inventory ?? null,
    problem: () => first()?.problem ?? null,
    plan: () => (plans.state.kind === "ready" ? plans.state.plan : null),
    outcomes: () => (plans.state.kind === "ready" ? [...plans.state.outcomes.values()] : []),
    rows: (view) =>
      view === "containers"
        ? // What stands below a container is asked of Proxmox, one by one.
          rowsOf(containers.provider, undefined, ({ kind }) => kind !== "container")
        : view === "overview"
          ? rowsOf(overview)
          : rowsOf(scaling.provider),
    details: async (vmid) => {
      const [cluster] = clusters.all;
      const row = cluster === undefined ? undefined : tree.rowOf(cluster, vmid);
      return row === undefined ? [] : rowsOf(containers.provider, row);
    },
    containersState: () => containersSummary(clusters.all, { stale: () => "", nothingFound: () => "" }).state,
    containersMessage: () => containers.view.message ?? "",
    statusBar: () => statusBar.text,
    charts: () =>
      charts.all.map(({ title, visible, ready, source: { document } }) => ({ title, visible, ready, document })),
    languageServerPid: () => parts.language.pid(),
    told: lastTold,
    planMessage: () => scaling.view.message ?? "",
    onDidRepaint: (listener) =>
      containers.provider.onDidChangeTreeData((elements) => listener(elements?.map(({ id }) => id) ?? null)),
    connect: async ({ url, fingerprint, token }) => {
      const parts = splitToken(token);
      if (parts === null) throw new Error("A token is written user@realm!name=secret.");
      const connection = { id: "api", label: url, endpoints: [url], fingerprints: [fingerprint], demo: true };
      await clusters.connect({ ...connection, tokenId: parts.tokenId }, parts.secret);
    },
    element: (vmid) => {
      const [cluster] = clusters.all;
      return cluster === undefined ? undefined : tree.rowOf(cluster, vmid);
    },
    whenIdle: async () => {
      for (const idle of parts.idle) await idle();
    },
  };
  if (process.env["LXC_AUTOSCALER_HOST_RESULTS"] === undefined) return api;
  return {
    ...api,
    answerQuestions: (answer) => {
      confirmation.ask = (question) => Promise.resolve(answer(question));
    },
  };
}

async function rowsOf<Element>(
  provider: TreeDataProvider<Element>,
  element?: Element,
  goesOn: (element: Element) => boolean = () => true,
): Promise<readonly ShownRow[]> {
  const children = (await provider.getChildren(element)) ?? [];
  return Promise.all(
    children.map(async (child) => {
      const item = await provider.getTreeItem(child);
      return { ...shown(item), children: goesOn(child) ? await rowsOf(provider, child, goesOn) : [] };
    }),
  );
}

function shown(item: TreeItem): Omit<ShownRow, "children"> {
  const { checkboxState } = item;
  const state = typeof checkboxState === "object" ? checkboxState.state : checkboxState;
  return {
    id: item.id ?? "",
    label: typeof item.label === "string" ? item.label : (item.label?.label ?? ""),
    description: typeof item.description === "string" ? item.description : "",
    contextValue: item.contextValue ?? "",
    icon: item.iconPath instanceof ThemeIcon ? item.iconPath.id : null,
    checked: state === undefined ? null : state === TreeItemCheckboxState.Checked,
  };
}
