import assert from "node:assert/strict";
import { commands, extensions, window, workspace, type Disposable, type TextDocument, type Uri } from "vscode";
import type { ExtensionApi, ShownRow } from "../../../src/extension/api.js";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../src/simulator/index.js";

export const extensionId = "lxc-autoscaler.lxc-autoscaler";

/** What the extension under test exports; activates it if nobody has yet. */
export async function activated(): Promise<ExtensionApi> {
  const extension = extensions.getExtension<ExtensionApi>(extensionId);
  assert.ok(extension, `${extensionId} is not installed`);
  return extension.activate();
}

/** A simulated cluster of the suite's own, in this process: its clock stands still unless it is advanced. */
export function ownSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ clock: "manual", ...options });
}

/** Ends the only connection there is. */
export async function disconnected(api: ExtensionApi): Promise<void> {
  await commands.executeCommand("lxcAutoscaler.disconnect");
  await api.whenIdle();
  assert.equal(api.containersState(), "none");
}

/** Writes a file and shows it in an editor. */
export async function showFile(uri: Uri, text: string): Promise<TextDocument> {
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document);
  return document;
}

/** Closes every editor, throwing away what was typed. */
export async function editorsClosed(): Promise<void> {
  while (window.activeTextEditor !== undefined) {
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await commands.executeCommand("workbench.action.closeAllEditors");
}

/** All rows of a tree, from top to bottom. */
export function flat(rows: readonly ShownRow[]): readonly ShownRow[] {
  return rows.flatMap((row) => [row, ...flat(row.children)]);
}

/** The only row whose label begins like this. */
export function rowOf(rows: readonly ShownRow[], label: string): ShownRow {
  const found = flat(rows).filter((row) => row.label.startsWith(label));
  assert.equal(found.length, 1, `${found.length} rows begin with “${label}”`);
  const [row] = found;
  assert.ok(row);
  return row;
}

/** Waits until something holds, by an event that is told whenever it may have come to. */
export async function until(
  holds: () => boolean,
  subscribe: (listener: () => void) => Disposable | { dispose(): void },
): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const subscription = subscribe(() => {
      if (!holds()) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** The open folder. */
export function folder(): string {
  const [first] = workspace.workspaceFolders ?? [];
  assert.ok(first, "no folder is open");
  return first.uri.fsPath;
}
