import { CodeActionKind, type CodeAction, type Diagnostic, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading } from "../config/index.js";
import type { Finding } from "../model/index.js";
import { diagnosticsOf, shownFindings } from "./diagnostics.js";

/** Fixes for the findings that touch a range: each puts its finding's suggestion in the place of the finding. */
export function quickFixes(document: TextDocument, reading: AutoscalerReading, range: Range): CodeAction[] {
  const diagnostics = diagnosticsOf(document, reading, undefined);
  return shownFindings(reading).flatMap((finding, index) => {
    const diagnostic = diagnostics[index];
    if (diagnostic === undefined || finding.suggestion === undefined || !touch(diagnostic.range, range)) return [];
    return [quickFix(document, finding, finding.suggestion, diagnostic)];
  });
}

function quickFix(document: TextDocument, finding: Finding, suggestion: string, diagnostic: Diagnostic): CodeAction {
  const present = document.getText(diagnostic.range);
  return {
    title: `Change ${present.includes("\n") || present === "" ? "this" : `“${present}”`} to “${suggestion}”`,
    kind: CodeActionKind.QuickFix,
    isPreferred: finding.severity === "error",
    diagnostics: [diagnostic],
    edit: { changes: { [document.uri]: [{ range: diagnostic.range, newText: suggestion }] } },
  };
}

function touch(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range["start"], b: Range["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
