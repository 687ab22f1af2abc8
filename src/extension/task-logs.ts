import { EventEmitter, Uri, window, workspace, type TextDocumentContentProvider } from "vscode";
import { parseUpid } from "../model/index.js";
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

  /** Rejects with `ProxmoxError`. */
  async show(cluster: Cluster, upid: string): Promise<void> {
    const gateway = await cluster.gateway();
    const lines = await gateway.taskLog(upid);
    const uri = Uri.from({ scheme, path: `/${titleOf(upid)}.log`, query: upid });
    const text = `${upid}\n\n${lines.map((line) => line.text).join("\n")}\n`;
    this.#texts.delete(uri.toString());
    this.#texts.set(uri.toString(), text);
    for (const oldest of [...this.#texts.keys()].slice(0, -kept)) this.#texts.delete(oldest);
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }
}

/** `vzstop 104`: what Proxmox calls the task, and what it works on. */
function titleOf(upid: string): string {
  const task = parseUpid(upid);
  return task === null ? "task" : `${task.type} ${task.id}`.trim();
}
