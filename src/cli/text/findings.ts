import { type Finding, printable, type Severity } from "../../model/index.js";
import { columnsOf, type Paint, type Style } from "../output.js";
import { wrap } from "../table.js";

export interface FindingsTextOptions {
  readonly paint: Paint;
  /** Columns of the terminal; `null`: no limit. */
  readonly width: number | null;
  /** Shows the line of the file under each finding. */
  readonly source: boolean;
}

const styles: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", information: "cyan" };

/**
 * Findings as compilers print them, `file:line:column: severity: message [code]`, so that editors and CI
 * systems find the places; on a terminal with the line itself and a mark under the place.
 */
export function findingsText(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  options: FindingsTextOptions,
): string {
  const { paint } = options;
  return findings
    .map((finding) => {
      const place = paint("bold", `${finding.file}:${finding.line}:${finding.column}:`);
      const severity = paint(styles[finding.severity], `${finding.severity}:`);
      const hint = finding.suggestion === undefined ? "" : ` Did you mean “${printable(finding.suggestion)}”?`;
      const known = finding.suggestion !== undefined && finding.message.includes(finding.suggestion);
      const message = printable(finding.message) + (known ? "" : hint);
      const head = `${place} ${severity} ${message} ${paint("dim", `[${finding.code}]`)}`;
      const lines = options.width === null ? [head] : wrap(head, options.width);
      return [...lines, ...(options.source ? sourceLines(finding, texts.get(finding.file) ?? "", options) : [])].join(
        "\n",
      );
    })
    .join("\n");
}

const longestSource = 160;

/** The line, and marks under the range as far as it lies on that line. */
function sourceLines(finding: Finding, text: string, { paint }: FindingsTextOptions): readonly string[] {
  // What must not be read by others is not repeated.
  if (finding.code === "secret-in-clear-text") return [];
  const line = text.split(/\r\n|\r|\n/u)[finding.line - 1];
  if (line === undefined || line.trim() === "" || line.length > longestSource) return [];
  const number = String(finding.line);
  const end = finding.endLine === finding.line ? finding.endColumn : line.length + 1;
  const before = line.slice(0, finding.column - 1).replaceAll("\t", "  ");
  const marked = line.slice(finding.column - 1, end - 1).replaceAll("\t", "  ");
  const marks = "^".repeat(Math.max(1, columnsOf(marked)));
  const margin = paint("dim", "│");
  return [
    `  ${paint("dim", number)} ${margin} ${printable(line.replaceAll("\t", "  "))}`,
    `  ${" ".repeat(number.length)} ${margin} ${" ".repeat(columnsOf(before))}${paint(styles[finding.severity], marks)}`,
  ];
}

/** `1 error, 2 warnings`. */
export function countFindings(findings: readonly Finding[]): string {
  const words: readonly (readonly [Severity, string, string])[] = [
    ["error", "error", "errors"],
    ["warning", "warning", "warnings"],
    ["information", "remark", "remarks"],
  ];
  return words
    .flatMap(([severity, one, several]) => {
      const count = findings.filter((finding) => finding.severity === severity).length;
      return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
    })
    .join(", ");
}
