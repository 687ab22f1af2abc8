import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading } from "../config/index.js";
import type { Finding, Severity } from "../model/index.js";
import { spanToRange, toRange } from "./positions.js";
import { relatedTo } from "./related.js";

export const diagnosticSource = "lxc-autoscaler";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

const tags: Readonly<Record<string, DiagnosticTag>> = {
  "deprecated-key": DiagnosticTag.Deprecated,
  "never-wins": DiagnosticTag.Unnecessary,
  "schedule-without-policy": DiagnosticTag.Unnecessary,
};

/** The findings worth showing: that a file can't be read is not known here, where none is ever looked at. */
export function shownFindings({ findings }: AutoscalerReading): readonly Finding[] {
  return findings.filter(({ code, message }) => code !== "unresolved-reference" || !message.startsWith("`${file:"));
}

/** What is wrong with a document, in the editor's terms. */
export function diagnosticsOf(
  document: TextDocument,
  reading: AutoscalerReading,
  findingsUrl: string | undefined,
): Diagnostic[] {
  return shownFindings(reading).map((finding) => {
    const diagnostic: Diagnostic = {
      range: toRange(finding),
      severity: severities[finding.severity],
      source: diagnosticSource,
      code: finding.code,
      message: finding.message,
    };
    if (findingsUrl !== undefined) diagnostic.codeDescription = { href: `${findingsUrl}#${finding.code}` };
    const tag = tags[finding.code];
    if (tag !== undefined) diagnostic.tags = [tag];
    const related = relatedTo(finding, reading.document);
    if (related !== null) {
      const location = { uri: document.uri, range: spanToRange(document, related.span) };
      diagnostic.relatedInformation = [{ location, message: related.message }];
    }
    return diagnostic;
  });
}
