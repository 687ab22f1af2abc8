import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { dirname, isAbsolute, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { placeOf, type AutoscalerReading, type Span } from "../config/index.js";
import type { Finding, Severity } from "../model/index.js";
import { follow, itemsOf, nodeAt, spanOf, textOf } from "./nodes.js";
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

/** What is wrong in the files that a document includes, by their addresses: it is shown there. */
export function includedDiagnostics(
  { findings, options }: AutoscalerReading,
  findingsUrl: string | undefined,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  for (const finding of findings) {
    if (finding.file === options.file) continue;
    const uri = pathToFileURL(finding.file).href;
    found.set(uri, [...(found.get(uri) ?? []), plainDiagnostic(finding, findingsUrl)]);
  }
  return found;
}

/** That included files have errors, where the document names them: they keep it from being used. */
function includedErrors(document: TextDocument, reading: AutoscalerReading): Diagnostic[] {
  const { findings, options } = reading;
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.file === options.file || finding.severity !== "error") continue;
    byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  }
  return [...byFile].flatMap(([file, errors]): Diagnostic[] => {
    const span = placeOfInclude(file, reading);
    const [first] = errors;
    if (span === null || first === undefined) return [];
    const where = `${relative(dirname(options.file), file)}, line ${first.line}: ${first.message}`;
    const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more in this file)`;
    return [
      {
        range: spanToRange(document, span),
        severity: DiagnosticSeverity.Error,
        source: diagnosticSource,
        code: first.code,
        message: `${where}${more}`,
        relatedInformation: errors.slice(0, 10).map((finding) => ({
          location: { uri: pathToFileURL(file).href, range: toRange(finding) },
          message: finding.message,
        })),
      },
    ];
  });
}

/** The entry of `include` that names a file; the key where another file in between does. */
function placeOfInclude(file: string, { document, options }: AutoscalerReading): Span | null {
  const entries = itemsOf(nodeAt(document, ["include"]));
  const entry = entries.find((one) => {
    const path = textOf(follow(one, document));
    return path !== null && (isAbsolute(path) ? path : join(dirname(options.file), path)) === file;
  });
  return entry === undefined || entry === null ? (placeOf(document, ["include"])?.key ?? null) : spanOf(entry);
}

function plainDiagnostic(finding: Finding, findingsUrl: string | undefined): Diagnostic {
  const tag = tags[finding.code];
  return {
    range: toRange(finding),
    severity: severities[finding.severity],
    source: diagnosticSource,
    code: finding.code,
    message: finding.message,
    ...(findingsUrl === undefined ? {} : { codeDescription: { href: `${findingsUrl}#${finding.code}` } }),
    ...(tag === undefined ? {} : { tags: [tag] }),
  };
}

/** What is wrong with a document, in the editor's terms. */
export function diagnosticsOf(
  document: TextDocument,
  reading: AutoscalerReading,
  findingsUrl: string | undefined,
): Diagnostic[] {
  const own = shownFindings(reading).map((finding) => {
    const diagnostic = plainDiagnostic(finding, findingsUrl);
    const related = relatedTo(finding, reading.document);
    if (related.length > 0) {
      diagnostic.relatedInformation = related.map(({ span, message }) => ({
        location: { uri: document.uri, range: spanToRange(document, span) },
        message,
      }));
    }
    return diagnostic;
  });
  return [...own, ...includedErrors(document, reading)];
}
