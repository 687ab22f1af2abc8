import {
  DocumentLink,
  EventEmitter,
  l10n,
  languages,
  Range,
  Uri,
  workspace,
  type DocumentLinkProvider,
  type TextDocument,
  type TextDocumentContentProvider,
} from "vscode";
import { Owner } from "../base/lifetime.js";
import { documentScheme } from "../ids.js";

/** A place in a text that leads somewhere. Positions are 0-based. */
export interface PlacedLink {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Where to, with `#L31` for a line. */
  readonly target: string;
}

export interface ReadOnlyText {
  readonly text: string;
  readonly links?: readonly PlacedLink[];
}

/** Documents that are made here to be read. Each is kept until its editor is closed. */
export class ReadOnlyDocuments extends Owner implements TextDocumentContentProvider, DocumentLinkProvider {
  readonly #changed = this.own(new EventEmitter<Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #texts = new Map<string, ReadOnlyText>();
  readonly #closed = this.own(new EventEmitter<Uri>());
  /** One of them was closed. */
  readonly onDidClose = this.#closed.event;

  constructor() {
    super();
    this.own(workspace.registerTextDocumentContentProvider(documentScheme, this));
    this.own(languages.registerDocumentLinkProvider({ scheme: documentScheme }, this));
    this.own(
      workspace.onDidCloseTextDocument(({ uri }) => {
        // Also told where the language of a document that stays open was changed.
        const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
        if (isOpen || !this.#texts.delete(uri.toString())) return;
        this.#closed.fire(uri);
      }),
    );
  }

  /** Puts a text at a path, in the place of what was there, and gives its address. */
  put(path: string, text: ReadOnlyText, query = ""): Uri {
    const uri = Uri.from({ scheme: documentScheme, path, query });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  has(uri: Uri): boolean {
    return this.#texts.has(uri.toString());
  }

  provideTextDocumentContent(uri: Uri): string {
    // After a reload of the window an editor may still show an address of before.
    return (
      this.#texts.get(uri.toString())?.text ?? `# ${l10n.t("This was made in an earlier window. Ask for it again.")}\n`
    );
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    return (this.#texts.get(uri.toString())?.links ?? []).map(
      ({ line, start, end, target }) => new DocumentLink(new Range(line, start, line, end), Uri.parse(target)),
    );
  }
}
