import type { CompletionItemKind } from "vscode-languageserver/node";

/** A completion before it is put in the form of the protocol. */
export interface Item {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly filterText: string;
  /** With `isSnippet` in the syntax of snippets; lines end with a line feed. */
  readonly newText: string;
  readonly isSnippet?: boolean;
  readonly isDefault?: boolean;
  /** Characters that take it and are typed. */
  readonly commits?: readonly string[];
  /** It goes on the lines below: the blank space behind the colon is taken away. */
  readonly isBelow?: boolean;
}
