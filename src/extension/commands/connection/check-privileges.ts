import { l10n } from "vscode";
import type { App } from "../../app.js";
import { showPrivileges } from "../../wizard/privileges-step.js";
import { chooseCluster } from "./choose-cluster.js";

/** Shows what works with a connection, with the lines that mend what does not. */
export async function checkPrivileges(app: App, target?: unknown): Promise<void> {
  const title = l10n.t("Check connection and privileges");
  const cluster = await chooseCluster(app, target, { title });
  if (cluster === null) return;
  await showPrivileges({
    title,
    step: 1,
    totalSteps: 1,
    back: false,
    gateway: await cluster.gateway(),
    connection: await cluster.connectionOptions(),
    signal: app.lifetime,
  });
  await cluster.inventory.refresh();
}
