import { commands, l10n, window } from "vscode";
import type { App } from "../../app.js";
import type { Cluster } from "../../cluster/cluster.js";
import { viewIds } from "../../ids.js";
import type { ReadyPlan } from "../../scaling/plan-model.js";
import type { PlanSource } from "../../scaling/plan-source.js";
import { plannedRun, reportRunFailure } from "./planned-file.js";

/** Makes the plan for the active autoscaler file, and shows it. Writes nothing. */
export async function dryRun(app: App, target?: unknown): Promise<ReadyPlan | null> {
  const planned = await plannedRun(app, target, (name) => l10n.t("Dry run of {0}", name));
  if (planned === null) return null;
  const { source, cluster } = planned;
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
    reportRunFailure(app, error, cluster);
    return null;
  }
}
