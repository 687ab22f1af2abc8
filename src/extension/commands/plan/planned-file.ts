import { commands, l10n, Uri } from "vscode";
import type { App } from "../../app.js";
import { sentenceOf } from "../../base/problem.js";
import { loadConfig } from "../../base/rooms.js";
import type { Cluster } from "../../cluster/cluster.js";
import { reportFailure, runCommand, tell, tellNoCluster } from "../../notify.js";
import { FileError, type PlanSource } from "../../scaling/plan-source.js";
import { chooseCluster } from "../connection/choose-cluster.js";

/** The file that a command is given, else the one that counts; `null`: there is none, which is told, or given up. */
export async function plannedFile(app: App, target: unknown): Promise<Uri | null> {
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
  return uri;
}

/** The cluster that the file's `connection.url` names, else the only one, else the one that is picked. */
export async function clusterFor(app: App, source: PlanSource, title: string): Promise<Cluster | null> {
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
  return chooseCluster(app, undefined, { title });
}

/** A file, its text, and the cluster that it is worked out for. */
export interface PlannedRun {
  readonly uri: Uri;
  readonly source: PlanSource;
  readonly cluster: Cluster;
}

/**
 * What a command works on that needs a connection: the file, as it is in the editor, and its cluster. `title` names what is
 * to be done with a file of that name. `null`: there is no such thing, which is told, or given up.
 */
export async function plannedRun(
  app: App,
  target: unknown,
  title: (name: string) => string,
): Promise<PlannedRun | null> {
  const uri = await plannedFile(app, target);
  if (uri === null) return null;
  if (app.clusters.all.length === 0) {
    tellNoCluster();
    return null;
  }
  const source = await app.files.read(uri);
  const cluster = await clusterFor(app, source, title(source.name));
  return cluster === null ? null : { uri, source, cluster };
}

/** Tells why a file could not be worked out: its own problems lead to where they are listed. */
export function reportRunFailure(app: App, error: unknown, cluster: Cluster | null): void {
  if (!(error instanceof FileError)) {
    reportFailure(app, error, cluster === null ? {} : { cluster });
    return;
  }
  app.log.warn(sentenceOf(error));
  tell("error", sentenceOf(error), {
    title: l10n.t("Show problems"),
    run: () => commands.executeCommand("workbench.actions.view.problems"),
  });
}
