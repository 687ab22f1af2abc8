import { FileType, Uri, window, workspace } from "vscode";
import type { AutoscalerFiles } from "../scaling/autoscaler-files.js";

/** The autoscaler file that goes with the demo cluster. */
export class DemoFile {
  constructor(
    private readonly template: Uri,
    private readonly folder: Uri,
    private readonly files: AutoscalerFiles,
  ) {}

  /**
   * Opens an autoscaler file beside the tree: the active one, else the workspace's, else a copy of the demo's in
   * the extension's own storage, so that nobody's folder is written to. What was edited there before is kept.
   */
  async open(): Promise<Uri> {
    const [found] = await this.files.ofWorkspace();
    const uri = this.files.active ?? found ?? (await this.#copy());
    this.files.activate(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false, preserveFocus: true });
    return uri;
  }

  async #copy(): Promise<Uri> {
    const target = Uri.joinPath(this.folder, "autoscaler.yaml");
    await workspace.fs.createDirectory(this.folder);
    const there = await isFile(target);
    if (!there) await workspace.fs.copy(this.template, target);
    return target;
  }
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return (await workspace.fs.stat(uri)).type === FileType.File;
  } catch {
    return false;
  }
}
