import {
  CodeAction,
  CodeActionKind,
  CodeLens,
  Diagnostic,
  DiagnosticSeverity,
  EventEmitter,
  l10n,
  languages,
  Range,
  workspace,
  type TextDocument,
  type Uri,
} from "vscode";
import { basename } from "node:path/posix";
import { loadConfig } from "../base/rooms.js";
import { Owner } from "../base/lifetime.js";
import { documentScheme, languageId, type CommandId } from "../ids.js";
import { isNamedAsOurs } from "./names.js";

/** A file of an earlier program is shorter than this. */
const longest = 200_000;
/** Milliseconds without a key before a text is looked at again. */
const pause = 500;

/**
 * Words at the beginning of a line that files of earlier programs have, in YAML, INI and shell alike. Most files have none
 * of them, and are not looked at further.
 */
const hint =
  /^["']?(?:DEFAULTS?|TIER_\w+|HORIZONTAL_SCALING_GROUP_\w+|ASG_\w+|proxmox|default_(?:thresholds|limits)|servers|scaling|lxc|monitoring|container_config)["']?[ \t]*:|^[ \t]*(?:export )?(?:poll_interval|(?:cpu|memory)_(?:upper|lower)_threshold|PROXMOX_(?:CONTAINER|VM)_\w+)[ \t]*[=:]/imu;

const migrateCommand: CommandId = "lxcAutoscaler.migrate";

/**
 * Recognises open files of earlier programs by what is in them, whatever their language and name: one finding at the top, and
 * a way to migrate them above it. Files with our names and language are the language server's.
 */
export class OlderFiles extends Owner {
  readonly #findings = this.own(languages.createDiagnosticCollection("lxc-autoscaler-older"));
  readonly #changed = this.own(new EventEmitter<void>());
  #registered = false;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** `findings` is the address of the explanations of findings. */
  constructor(private readonly findings: Uri) {
    super();
    this.own(workspace.onDidOpenTextDocument((document) => this.#later(document, 0)));
    this.own(workspace.onDidChangeTextDocument(({ document }) => this.#later(document, pause)));
    this.own(workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)));
    this.own({
      dispose: () => {
        for (const timer of this.#timers.values()) clearTimeout(timer);
        this.#timers.clear();
      },
    });
    for (const document of workspace.textDocuments) this.#later(document, 0);
  }

  #later(document: TextDocument, milliseconds: number): void {
    const { uri } = document;
    if (document.languageId === languageId || uri.scheme === documentScheme || isNamedAsOurs(uri.path)) {
      this.#forget(uri);
      return;
    }
    const address = uri.toString();
    clearTimeout(this.#timers.get(address));
    this.#timers.set(
      address,
      setTimeout(() => {
        this.#timers.delete(address);
        void this.#look(document);
      }, milliseconds),
    );
  }

  async #look(document: TextDocument): Promise<void> {
    const text = document.getText();
    const { uri, version } = document;
    if (text.length > longest || !hint.test(text)) {
      this.#clear(uri);
      return;
    }
    const { readAutoscalerFile } = await loadConfig();
    const { findings } = readAutoscalerFile(text, { file: basename(uri.path) });
    if (document.version !== version || document.isClosed || this.disposed) return;
    const older = findings.find(({ code }) => code === "older-format");
    if (older === undefined) {
      this.#clear(uri);
      return;
    }
    const { line, column, endLine, endColumn, code } = older;
    const finding = new Diagnostic(
      new Range(line - 1, column - 1, endLine - 1, endColumn - 1),
      older.message,
      DiagnosticSeverity.Information,
    );
    finding.source = "lxc-autoscaler";
    finding.code = { value: code, target: this.findings.with({ fragment: code }) };
    this.#register();
    this.#findings.set(uri, [finding]);
    this.#changed.fire();
  }

  /** With the first such file: nobody else is to be asked by the editor again and again. */
  #register(): void {
    if (this.#registered) return;
    this.#registered = true;
    const all = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-remote" }];
    this.own(
      languages.registerCodeLensProvider(all, {
        onDidChangeCodeLenses: this.#changed.event,
        provideCodeLenses: ({ uri }) =>
          (this.#findings.get(uri) ?? []).map(
            ({ range }) =>
              new CodeLens(range, { title: l10n.t("Migrate…"), command: migrateCommand, arguments: [uri] }),
          ),
      }),
    );
    this.own(
      languages.registerCodeActionsProvider(
        all,
        {
          provideCodeActions: ({ uri }, range) =>
            (this.#findings.get(uri) ?? [])
              .filter((finding) => finding.range.intersection(range) !== undefined)
              .map((finding) => {
                const action = new CodeAction(l10n.t("Migrate to version 1…"), CodeActionKind.QuickFix);
                action.command = { title: action.title, command: migrateCommand, arguments: [uri] };
                action.diagnostics = [finding];
                action.isPreferred = true;
                return action;
              }),
        },
        { providedCodeActionKinds: [CodeActionKind.QuickFix] },
      ),
    );
  }

  /** It is none, or none any more. */
  #clear(uri: Uri): void {
    if (!this.#findings.has(uri)) return;
    this.#findings.delete(uri);
    this.#changed.fire();
  }

  #forget(uri: Uri): void {
    const address = uri.toString();
    clearTimeout(this.#timers.get(address));
    this.#timers.delete(address);
    this.#clear(uri);
  }
}
