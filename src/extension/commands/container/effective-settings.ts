import { l10n, window, type Uri } from "vscode";
import type { App } from "../../app.js";
import { loadConfig, loadOperate } from "../../base/rooms.js";
import { effectiveSettingsText } from "../../documents/effective-settings.js";
import { readSource } from "../../scaling/read-source.js";
import { autoscalerFile, lineAddress, oneContainer, pathFor } from "./explained.js";

/** Opens what holds of a container now, each value with where it comes from. Nothing is asked of the cluster. */
export async function showEffectiveSettings(app: App, target?: unknown): Promise<Uri | null> {
  const chosen = await oneContainer(app, target, l10n.t("Effective settings of which container?"));
  const source = chosen === null ? null : await autoscalerFile(app);
  if (chosen === null || source === null) return null;
  const { cluster, container } = chosen;
  const config = await readSource(source, app.surroundings());
  const [{ effectiveSettings }, words] = await Promise.all([loadConfig(), loadOperate()]);
  const at = Date.now();
  const { stateStore } = await cluster.records();
  const { faults, ...past } = await words.recordedPast(container.vmid, at, [
    { cluster: cluster.name, location: stateStore.location },
  ]);
  const settings = effectiveSettings(config, container, at);
  const document = words.explainDocument({
    config,
    subject: container,
    container,
    settings,
    at,
    ...past,
    notes: faults,
  });
  const shown = effectiveSettingsText({
    document,
    nameOf: words.originNames(config),
    fileName: source.name,
    timezone: config.timezone,
    addressOf: (line, file) => lineAddress(source, line, file),
    words,
  });
  const uri = app.documents.put(pathFor("effective", chosen, "yaml"), shown);
  await window.showTextDocument(uri, { preview: true });
  return uri;
}
