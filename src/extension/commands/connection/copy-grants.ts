import { env, l10n, window } from "vscode";
import type { App } from "../../app.js";
import { loadOperate } from "../../base/rooms.js";
import { chooseCluster } from "./choose-cluster.js";

/** Copies the lines for a node's shell that give a connection's token every privilege it needs. */
export async function copyGrants(app: App, target?: unknown): Promise<void> {
  const cluster = await chooseCluster(app, target, { title: l10n.t("Copy pveum lines") });
  if (cluster === null) return;
  const { pveumLines } = await loadOperate();
  const lines = cluster.inventory.problem?.lines ?? pveumLines(cluster.connection.tokenId);
  await env.clipboard.writeText(`${lines.join("\n")}\n`);
  void window.showInformationMessage(
    l10n.t("Copied {0} lines. Paste them into a root shell of any node, then refresh.", lines.length),
  );
}
