import { l10n, Uri } from "vscode";
import type { App } from "../../app.js";
import { loadConfig } from "../../base/rooms.js";
import type { Cluster } from "../../cluster/cluster.js";
import { runCommand, tell } from "../../notify.js";
import type { PlanSource } from "../../scaling/plan-source.js";
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
