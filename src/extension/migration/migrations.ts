import { Diagnostic, DiagnosticSeverity, languages, Range, Uri, type DiagnosticCollection } from "vscode";
import type { MigrationNote } from "../../config/index.js";
import { Owner } from "../base/lifetime.js";
import type { ReadOnlyDocuments } from "../documents/read-only-documents.js";
import type { Proposal } from "./proposal.js";

const folder = "/migrated/";

/** Proposals that are looked at, and what is noted at their older files meanwhile. */
export class Migrations extends Owner {
  #notes: DiagnosticCollection | null = null;

  constructor(private readonly documents: ReadOnlyDocuments) {
    super();
    this.own(
      documents.onDidClose((uri) => {
        const source = this.sourceOf(uri);
        if (source !== null) this.#notes?.delete(source);
      }),
    );
  }

  /** Notes what there is to know at the older file, and gives the address of the new one. */
  propose(source: Uri, { fileName, text, notes }: Proposal): Uri {
    this.#notes ??= this.own(languages.createDiagnosticCollection("lxc-autoscaler-migration"));
    this.#notes.set(source, notes.map(diagnosticOf));
    return this.documents.put(`${folder}${fileName}`, { text }, source.toString());
  }

  /** The older file that a proposal was made of; `null`: it is no proposal. */
  sourceOf(uri: Uri): Uri | null {
    return isProposal(uri) ? Uri.parse(uri.query) : null;
  }

  /** True where the proposal can still be read. */
  has(uri: Uri): boolean {
    return this.documents.has(uri);
  }
}

function isProposal({ path, query }: Uri): boolean {
  return path.startsWith(folder) && query !== "";
}

function diagnosticOf({ line, column, endLine, endColumn, severity, code, message }: MigrationNote): Diagnostic {
  const range = new Range(line - 1, column - 1, endLine - 1, endColumn - 1);
  const level = severity === "warning" ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information;
  const diagnostic = new Diagnostic(range, message, level);
  diagnostic.source = "lxc-autoscaler migrate";
  diagnostic.code = code;
  return diagnostic;
}
