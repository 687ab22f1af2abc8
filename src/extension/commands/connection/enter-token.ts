import { l10n } from "vscode";
import type { App } from "../../app.js";
import { goThrough, type Step } from "../../wizard/steps.js";
import { tokenKindStep, type TokenDraft } from "../../wizard/token-steps.js";
import { chooseCluster } from "./choose-cluster.js";

/** Replaces the token of a connection. */
export async function enterToken(app: App, target?: unknown): Promise<void> {
  const title = l10n.t("Enter token");
  const cluster = await chooseCluster(app, target, { title, fits: ({ connection }) => !connection.demo });
  if (cluster === null) return;
  const { connection } = cluster;
  const save: Step<TokenDraft> = async ({ tokenId = connection.tokenId, secret }) => {
    await app.clusters.change(cluster, { ...connection, tokenId }, secret);
    return { kind: "value", value: null };
  };
  const draft: TokenDraft = {
    title,
    totalSteps: 2,
    endpoint: connection.endpoints[0] ?? "",
    fingerprints: connection.fingerprints,
    tokenId: connection.tokenId,
    after: save,
  };
  await goThrough(draft, tokenKindStep);
}
