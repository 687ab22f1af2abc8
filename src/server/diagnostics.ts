import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { pathToFileURL } from "node:url";
import { placeOf, type AutoscalerReading } from "../config/index.js";
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

/**
 * The findings worth showing: that a file can't be read is not known here, where none is ever looked at. Those of included
 * files are shown otherwise.
 */
export function shownFindings({ findings, options }: AutoscalerReading): readonly Finding[] {
  return findings.filter(
    ({ file, code, message }) =>
      file === options.file && (code !== "unresolved-reference" || !message.startsWith("`${file:")),
  );
}

/** Errors of included files, where the document includes them: they keep it from being used. */
function includedErrors(
  document: TextDocument,
  { findings, options, document: text }: AutoscalerReading,
): Diagnostic[] {
  const key = placeOf(text, ["include"])?.key ?? null;
  const others = findings.filter(({ file, severity }) => file !== options.file && severity === "error");
  if (key === null) return [];
  return others.map((finding) => ({
    range: spanToRange(document, key),
    severity: DiagnosticSeverity.Error,
    source: diagnosticSource,
    code: finding.code,
    message: `${finding.file}, line ${finding.line}: ${finding.message}`,
    relatedInformation: [
      {
        location: { uri: pathToFileURL(finding.file).href, range: toRange(finding) },
        message: finding.message,
      },
    ],
  }));
}

/** What is wrong with a document, in the editor's terms. */
export function diagnosticsOf(
  document: TextDocument,
  reading: AutoscalerReading,
  findingsUrl: string | undefined,
): Diagnostic[] {
  const own = shownFindings(reading).map((finding) => {
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
  return [...own, ...includedErrors(document, reading)];
}
