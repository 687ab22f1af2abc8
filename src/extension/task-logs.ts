import { EventEmitter, Uri, window, workspace, type TextDocumentContentProvider } from "vscode";
import { Owner } from "./base/lifetime.js";
import type { Cluster } from "./cluster/cluster.js";

const scheme = "lxc-autoscaler-task";
/** Logs that were shown are kept for as long as their editors may be open; the oldest go first. */
const kept = 20;

/** Shows the log of a Proxmox task in a read-only editor. */
export class TaskLogs extends Owner implements TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = this.own(new EventEmitter<Uri>());
  readonly onDidChange = this.#changed.event;

  constructor() {
    super();
    this.own(workspace.registerTextDocumentContentProvider(scheme, this));
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Rejects with `ProxmoxError`. `title` names the editor. */
  async show(cluster: Cluster, upid: string, title: string): Promise<void> {
    const gateway = await cluster.gateway();
    const lines = await gateway.taskLog(upid);
    const uri = Uri.from({ scheme, path: `/${title}.log`, query: upid });
    const text = `${upid}\n\n${lines.map((line) => line.text).join("\n")}\n`;
    this.#texts.delete(uri.toString());
    this.#texts.set(uri.toString(), text);
    for (const oldest of [...this.#texts.keys()].slice(0, -kept)) this.#texts.delete(oldest);
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }
}
