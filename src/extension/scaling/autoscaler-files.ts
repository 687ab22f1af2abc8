import { basename } from "node:path";
import { l10n, window, workspace, type TextDocument, type Uri } from "vscode";
import { Emitter } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { documentScheme, languageId } from "../ids.js";
import type { PlanSource } from "./plan-source.js";

/** Names of autoscaler files, as a glob for searches. */
const pattern = "**/{autoscaler,*.autoscaler}.{yaml,yml}";
/** A workspace with more of them than this is not listed to its end. */
const most = 100;

/** Knows which autoscaler file is the active one: the last that had the keyboard. */
export class AutoscalerFiles extends Owner {
  readonly #changed = this.own(new Emitter());
  /** Another file became the active one. */
  readonly onDidChange = this.#changed.event;
  #active: Uri | null = null;

  constructor() {
    super();
    this.#look(window.activeTextEditor?.document);
    this.own(window.onDidChangeActiveTextEditor((editor) => this.#look(editor?.document)));
    this.own(
      workspace.onDidCloseTextDocument((document) => {
        // An unsaved file that is closed is gone; a saved one can still be planned for.
        if (document.isUntitled && document.uri.toString() === this.#active?.toString()) this.activate(null);
      }),
    );
  }

  get active(): Uri | null {
    return this.#active;
  }

  activate(uri: Uri | null): void {
    if (uri?.toString() === this.#active?.toString()) return;
    this.#active = uri;
    this.#changed.fire();
  }

  /** The autoscaler files of the workspace. */
  async ofWorkspace(): Promise<readonly Uri[]> {
    const found = await workspace.findFiles(pattern, "**/node_modules/**", most);
    return found.toSorted((a, b) => a.path.length - b.path.length || a.path.localeCompare(b.path));
  }

  /** The active file, else the only one of the workspace, else the one that is picked; `null`: none. */
  async choose(): Promise<Uri | null> {
    if (this.#active !== null) return this.#active;
    const found = await this.ofWorkspace();
    const [first] = found;
    if (first === undefined || found.length === 1) return first ?? null;
    const picked = await window.showQuickPick(
      found.map((uri) => ({ label: basename(uri.path), description: workspace.asRelativePath(uri), uri })),
      { title: l10n.t("Autoscaler file"), placeHolder: l10n.t("Which file is the plan for?") },
    );
    return picked?.uri ?? null;
  }

  /** What stands in the file now: in the editor if it is open there, else on the disk. */
  async read(uri: Uri): Promise<PlanSource> {
    const document = await workspace.openTextDocument(uri);
    return { uri: uri.toString(), name: basename(uri.path), text: document.getText() };
  }

  #look(document: TextDocument | undefined): void {
    // A proposal that is only looked at is no file to plan for.
    if (document?.languageId === languageId && document.uri.scheme !== documentScheme) this.activate(document.uri);
  }
}
