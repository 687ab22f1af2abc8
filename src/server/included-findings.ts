import { isDeepStrictEqual } from "node:util";
import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node";

/**
 * What documents say about the files that they include: shown at those files, once, whichever and how many documents
 * include them.
 */
export class IncludedFindings {
  readonly #send: (parameters: PublishDiagnosticsParams) => Promise<void>;
  /** By the including document, then by the included file. */
  readonly #said = new Map<string, ReadonlyMap<string, readonly Diagnostic[]>>();
  readonly #shown = new Map<string, readonly Diagnostic[]>();

  constructor(send: (parameters: PublishDiagnosticsParams) => Promise<void>) {
    this.#send = send;
  }

  /** All that a document says now, by the addresses of the files it is about. */
  put(source: string, about: ReadonlyMap<string, readonly Diagnostic[]>): void {
    const before = this.#said.get(source);
    if (about.size === 0 && before === undefined) return;
    if (about.size === 0) this.#said.delete(source);
    else this.#said.set(source, about);
    for (const uri of new Set([...(before?.keys() ?? []), ...about.keys()])) this.#show(uri);
  }

  /** Takes back what a document says. */
  remove(source: string): void {
    this.put(source, new Map());
  }

  #show(uri: string): void {
    const diagnostics: Diagnostic[] = [];
    for (const about of this.#said.values()) {
      for (const one of about.get(uri) ?? []) {
        if (!diagnostics.some((known) => isDeepStrictEqual(known, one))) diagnostics.push(one);
      }
    }
    if (isDeepStrictEqual(this.#shown.get(uri) ?? [], diagnostics)) return;
    if (diagnostics.length === 0) this.#shown.delete(uri);
    else this.#shown.set(uri, diagnostics);
    void this.#send({ uri, diagnostics });
  }
}
