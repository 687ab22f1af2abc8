import { l10n, Range, TextEditorRevealType, Uri, window, workspace, WorkspaceEdit } from "vscode";
import type { AutoscalerReading, KnownContainer, Refactoring } from "../../../config/index.js";
import type { App } from "../../app.js";
import { loadConfig } from "../../base/rooms.js";
import { tell } from "../../notify.js";
import { containerName } from "../../containers/names.js";
import { autoscalerFile, oneContainer } from "./explained.js";

/**
 * Adds a policy for a container to the autoscaler file, with bounds around the size it has. The file is shown with what was
 * inserted, and not saved: that is for the person to do. True: it was changed.
 */
export async function addPolicyForContainer(app: App, target?: unknown): Promise<boolean> {
  const { addPolicy } = await loadConfig();
  return editFor(app, target, l10n.t("Add a policy for which container?"), addPolicy);
}

/** Adds a container to what the autoscaler file ignores, to be seen and saved by the person. True: it was changed. */
export async function ignoreContainerInFile(app: App, target?: unknown): Promise<boolean> {
  const { ignoreContainer } = await loadConfig();
  return editFor(app, target, l10n.t("Ignore which container?"), ignoreContainer);
}

async function editFor(
  app: App,
  target: unknown,
  title: string,
  change: (reading: AutoscalerReading, container: KnownContainer) => Refactoring | null,
): Promise<boolean> {
  const chosen = await oneContainer(app, target, title);
  const inventory = chosen?.cluster.inventory.inventory ?? null;
  const source = chosen === null || inventory === null ? null : await autoscalerFile(app);
  if (chosen === null || inventory === null || source === null) return false;
  const { knownContainer, readAutoscalerFile } = await loadConfig();
  const { environment, readFile, readInclude } = app.surroundings();
  const options = { file: source.name, environment, readFile, readInclude: readInclude(source.uri) };
  const made = change(readAutoscalerFile(source.text, options), knownContainer(chosen.container, inventory));
  const uri = Uri.parse(source.uri);
  if (made === null) {
    const name = containerName(chosen.container);
    tell("information", l10n.t("{0} has that for {1} already, or has to be mended first.", source.name, name), {
      title: l10n.t("Show the file"),
      run: () => window.showTextDocument(uri),
    });
    return false;
  }
  const edit = new WorkspaceEdit();
  for (const { range, newText } of made.edits) {
    edit.replace(uri, new Range(range.line - 1, range.column - 1, range.endLine - 1, range.endColumn - 1), newText);
  }
  if (!(await workspace.applyEdit(edit))) return false;
  const line = (made.edits[0]?.range.line ?? 1) - 1;
  const editor = await window.showTextDocument(uri);
  editor.revealRange(new Range(line, 0, line + 6, 0), TextEditorRevealType.InCenterIfOutsideViewport);
  return true;
}
