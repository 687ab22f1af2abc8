import { isDeepStrictEqual } from "node:util";
import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";

/**
 * Sends findings as soon as a document has changed: no waiting for a pause in typing. Changes that arrive together are
 * answered once, for the last of them, and the same findings for the same text are not sent twice.
 */
export class Publisher {
  readonly #find: (document: TextDocument) => Diagnostic[];
  readonly #send: (parameters: PublishDiagnosticsParams) => Promise<void>;
  readonly #fail: (uri: string, error: unknown) => void;
  readonly #due = new Map<string, TextDocument>();
  readonly #sent = new Map<string, { readonly version: number; readonly diagnostics: Diagnostic[] }>();
  #timer: NodeJS.Immediate | null = null;

  /** `fail` is told where findings can't be made: what was sent before stays, and the next change is looked at again. */
  constructor(
    find: (document: TextDocument) => Diagnostic[],
    send: (parameters: PublishDiagnosticsParams) => Promise<void>,
    fail: (uri: string, error: unknown) => void,
  ) {
    this.#find = find;
    this.#send = send;
    this.#fail = fail;
  }

  changed(document: TextDocument): void {
    this.#due.set(document.uri, document);
    this.#timer ??= setImmediate(() => this.#publish());
  }

  closed(uri: string): void {
    this.#due.delete(uri);
    if (this.#sent.delete(uri)) void this.#send({ uri, diagnostics: [] });
  }

  stop(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    this.#due.clear();
  }

  #publish(): void {
    this.#timer = null;
    const documents = [...this.#due.values()];
    this.#due.clear();
    for (const document of documents) {
      try {
        this.#publishOne(document);
      } catch (error) {
        // Nobody waits for an answer here, and an error that nobody catches ends the process.
        this.#fail(document.uri, error);
      }
    }
  }

  #publishOne(document: TextDocument): void {
    const { uri, version } = document;
    const diagnostics = this.#find(document);
    const before = this.#sent.get(uri);
    this.#sent.set(uri, { version, diagnostics });
    if (before?.version !== version || !isDeepStrictEqual(before.diagnostics, diagnostics)) {
      void this.#send({ uri, version, diagnostics });
    }
  }
}
