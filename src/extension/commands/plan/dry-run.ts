import { commands, l10n, window } from "vscode";
import type { App } from "../../app.js";
import { sentenceOf } from "../../base/problem.js";
import type { Cluster } from "../../cluster/cluster.js";
import { viewIds } from "../../ids.js";
import { reportFailure, tell, tellNoCluster } from "../../notify.js";
import type { ReadyPlan } from "../../scaling/plan-model.js";
import { FileError, type PlanSource } from "../../scaling/plan-source.js";
import { clusterFor, plannedFile } from "./planned-file.js";

/** Makes the plan for the active autoscaler file, and shows it. Writes nothing. */
export async function dryRun(app: App, target?: unknown): Promise<ReadyPlan | null> {
  const uri = await plannedFile(app, target);
  if (uri === null) return null;
  if (app.clusters.all.length === 0) {
    tellNoCluster();
    return null;
  }
  const source = await app.files.read(uri);
  const cluster = await clusterFor(app, source, l10n.t("Dry run of {0}", source.name));
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
