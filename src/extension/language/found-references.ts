import type { Diagnostic, Uri } from "vscode";

type Show = (uri: Uri, diagnostics: Diagnostic[]) => void;

/** Leaves out of what a server has found what only it can't resolve: references to secrets that the editor keeps. */
export class FoundReferences {
  /** As the server sent them last, of each document that has any. */
  readonly #sent = new Map<
    string,
    { readonly uri: Uri; readonly diagnostics: readonly Diagnostic[]; readonly show: Show }
  >();

  constructor(private readonly isKept: (variable: string) => boolean) {}

  show(uri: Uri, diagnostics: readonly Diagnostic[], show: Show): void {
    if (diagnostics.length === 0) this.#sent.delete(uri.toString());
    else this.#sent.set(uri.toString(), { uri, diagnostics, show });
    show(
      uri,
      diagnostics.filter((one) => !this.#isResolved(one)),
    );
  }

  /** Shows everything again: other secrets are kept than before. */
  showAgain(): void {
    for (const { uri, diagnostics, show } of [...this.#sent.values()]) this.show(uri, diagnostics, show);
  }

  #isResolved({ code, message }: Diagnostic): boolean {
    const value = typeof code === "object" ? code.value : code;
    const variable = /^`\$\{env:(\w+)\}`/u.exec(message)?.[1];
    return value === "unresolved-reference" && variable !== undefined && this.isKept(variable);
  }
}
