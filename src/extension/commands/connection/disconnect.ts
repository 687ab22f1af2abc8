import { l10n } from "vscode";
import type { App } from "../../app.js";
import { demoId } from "../../demo/demo-cluster.js";
import { chooseCluster } from "./choose-cluster.js";

/** Forgets a connection and its secret; ends the demo. */
export async function disconnect(app: App, target?: unknown): Promise<void> {
  const cluster = await chooseCluster(app, target, { title: l10n.t("Disconnect") });
  if (cluster === null) return;
  const demo = cluster.connection.demo;
  const sure =
    demo ||
    (await app.confirm({
      message: l10n.t("Disconnect from {0}?", cluster.fullName),
      detail: l10n.t(
        "Its address, the accepted certificate and the secret of {0} are forgotten here. Nothing changes on the cluster: the token stays valid until it is removed there.",
        cluster.connection.tokenId,
      ),
      action: l10n.t("Disconnect"),
    }));
  if (!sure) return;
  await app.clusters.remove(cluster);
  if (!cluster.connection.demo) await app.favourites.forget(cluster.id);
  if (cluster.id === demoId) app.demo.stop();
}
