import { basename } from "node:path/posix";
import { l10n, TabInputTextDiff, Uri, window, workspace, WorkspaceEdit } from "vscode";
import type { App } from "../../app.js";
import { freeName } from "../../migration/proposal.js";
import { runCommand, tell } from "../../notify.js";

/** Saves a proposed file beside the older one, under a name that is free. Nothing is ever overwritten. */
export async function saveMigrated(app: App, target?: unknown): Promise<Uri | null> {
  const proposed = proposalIn(app, target);
  const source = proposed === null ? null : app.migrations.sourceOf(proposed);
  if (proposed === null || source === null) {
    tell("information", l10n.t("No proposal is open that could be saved."), {
      title: l10n.t("Migrate…"),
      run: () => runCommand("lxcAutoscaler.migrate"),
    });
    return null;
  }
  const file = await placeFor(source, basename(proposed.path));
  if (file === null) return null;
  const contents = new TextEncoder().encode((await workspace.openTextDocument(proposed)).getText());
  const edit = new WorkspaceEdit();
  edit.createFile(file, { overwrite: false, ignoreIfExists: false, contents });
  if ((await exists(file)) || !(await workspace.applyEdit(edit))) {
    tell("error", l10n.t("{0} is there already, and nothing is overwritten. Name a new file.", file.fsPath), {
      title: l10n.t("Save under another name…"),
      run: () => runCommand("lxcAutoscaler.saveMigrated", proposed),
    });
    return null;
  }
  await window.showTextDocument(file, { preview: false });
  return file;
}

/** The proposal that was clicked on, or the one in the active editor. */
function proposalIn({ migrations }: App, target: unknown): Uri | null {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const candidates = [
    target,
    input instanceof TabInputTextDiff ? input.modified : undefined,
    window.activeTextEditor?.document.uri,
  ];
  const found = candidates.find((one): one is Uri => one instanceof Uri && migrations.sourceOf(one) !== null);
  return found !== undefined && migrations.has(found) ? found : null;
}

/** Beside the older file where the name is free there; else the person names the place. */
async function placeFor(source: Uri, fileName: string): Promise<Uri | null> {
  const folder = source.scheme === "untitled" ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(source, "..");
  if (folder === undefined) return (await window.showSaveDialog({ title: l10n.t("Save the proposed file") })) ?? null;
  const beside = Uri.joinPath(folder, fileName);
  if (!(await exists(beside))) return beside;
  const taken = new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
  const defaultUri = Uri.joinPath(
    folder,
    freeName(fileName, (name) => taken.has(name)),
  );
  const title = l10n.t("{0} is there already: save the proposed file as", fileName);
  return (await window.showSaveDialog({ title, defaultUri })) ?? null;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
