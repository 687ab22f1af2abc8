import { commands, l10n, Uri, window } from "vscode";
import type { App } from "../../app.js";
import { sentenceOf } from "../../base/problem.js";
import { loadConfig } from "../../base/rooms.js";
import type { Cluster } from "../../cluster/cluster.js";
import { viewIds } from "../../ids.js";
import { reportFailure, runCommand, tell, tellNoCluster } from "../../notify.js";
import type { ReadyPlan } from "../../scaling/plan-model.js";
import { FileError, type PlanSource } from "../../scaling/plan-source.js";
import { chooseCluster } from "../connection/choose-cluster.js";

/** Makes the plan for the active autoscaler file, and shows it. Writes nothing. */
export async function dryRun(app: App, target?: unknown): Promise<ReadyPlan | null> {
  // A lens of the language server carries the address as text.
  const given = typeof target === "string" ? Uri.parse(target) : target;
  const uri = given instanceof Uri ? given : await app.files.choose();
  if (uri === null) {
    tell("information", l10n.t("There is no autoscaler file in this workspace to plan for."), {
      title: l10n.t("New autoscaler file"),
      run: () => runCommand("lxcAutoscaler.newFile"),
    });
    return null;
  }
  app.files.activate(uri);
  if (app.clusters.all.length === 0) {
    tellNoCluster();
    return null;
  }
  const source = await app.files.read(uri);
  const cluster = await clusterFor(app, source);
  if (cluster === null) return null;
  void commands.executeCommand(`${viewIds.scaling}.focus`, { preserveFocus: true });
  return window.withProgress({ location: { viewId: viewIds.scaling } }, (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return run(app, source, cluster, abort.signal);
  });
}

async function run(app: App, source: PlanSource, cluster: Cluster, signal: AbortSignal): Promise<ReadyPlan | null> {
  try {
    const ready = await app.plans.dryRun(source, cluster, signal);
    const { scaleUp, scaleDown, blocked, hold } = ready.plan.summary;
    app.log.info(
      `Dry run of ${source.name} on ${cluster.fullName}: ${scaleUp} up, ${scaleDown} down, ${blocked} blocked, ${hold} hold.`,
    );
    return ready;
  } catch (error) {
    if (error instanceof FileError) {
      app.log.warn(sentenceOf(error));
      tell("error", sentenceOf(error), {
        title: l10n.t("Show problems"),
        run: () => commands.executeCommand("workbench.actions.view.problems"),
      });
    } else reportFailure(app, error, { cluster });
    return null;
  }
}

/** The cluster that the file's `connection.url` names, else the only one, else the one that is picked. */
async function clusterFor(app: App, source: PlanSource): Promise<Cluster | null> {
  const { all } = app.clusters;
  if (all.length > 1) {
    const { readAutoscalerFile } = await loadConfig();
    const { config } = readAutoscalerFile(source.text, { file: source.name });
    const named = all.filter(({ connection }) =>
      [config?.connection.url ?? "", ...(config?.connection.alsoTry ?? [])].some((url) =>
        connection.endpoints.includes(url),
      ),
    );
    const [first] = named;
    if (first !== undefined && named.length === 1) return first;
  }
  return chooseCluster(app, undefined, { title: l10n.t("Dry run of {0}", source.name) });
}
