import { workspace } from "vscode";
import type { App } from "../../app.js";
import { loadConfig } from "../../base/rooms.js";
import { connectByWizard } from "../../wizard/connect.js";
import { focusView } from "../../notify.js";

/** Connects to a cluster by the wizard. */
export async function connect(app: App): Promise<void> {
  const cluster = await connectByWizard(app, await proposedAddress(app));
  if (cluster !== null) await focusView("containers");
}

/** The address in the active autoscaler file; nothing from a workspace that is not trusted. */
async function proposedAddress({ files }: App): Promise<string> {
  if (!workspace.isTrusted || files.active === null) return "";
  const { text, name } = await files.read(files.active);
  const { readAutoscalerFile } = await loadConfig();
  return readAutoscalerFile(text, { file: name }).config?.connection.url ?? "";
}
