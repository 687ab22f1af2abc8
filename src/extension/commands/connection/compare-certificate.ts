import { l10n } from "vscode";
import type { App } from "../../app.js";
import { loadProxmox } from "../../base/rooms.js";
import { askCertificate } from "../../wizard/certificate-step.js";
import { chooseCluster } from "./choose-cluster.js";

/** Shows the certificate that a cluster presents now, and pins it where it is accepted. */
export async function compareCertificate(app: App, target?: unknown): Promise<void> {
  const title = l10n.t("Compare certificate");
  const cluster = await chooseCluster(app, target, { title });
  if (cluster === null) return;
  const { connection, host } = cluster;
  const { presentedCertificate } = await loadProxmox();
  const certificate = await presentedCertificate(connection.endpoints[0] ?? "", { signal: app.lifetime });
  const place = { title, step: 1, totalSteps: 1, back: false };
  const answer = await askCertificate({ ...place, host, certificate, former: connection.fingerprints });
  if (answer.kind !== "value") return;
  app.log.info(`The certificate ${certificate.fingerprint} of ${host} is trusted from now on.`);
  await app.clusters.change(cluster, { ...connection, fingerprints: [certificate.fingerprint] });
}
