import type { Finding } from "../../model/index.js";

/** Where a finding or note stands and what kind it is: keys in a fixed order, and no others. */
export function placeJson({
  file,
  line,
  column,
  endLine,
  endColumn,
  severity,
  code,
}: Omit<Finding, "message" | "suggestion">): Omit<Finding, "message" | "suggestion"> {
  return { file, line, column, endLine, endColumn, severity, code };
}

/** The public shape of a finding. */
export function findingJson(finding: Finding): Finding {
  const { message, suggestion } = finding;
  return { ...placeJson(finding), message, ...(suggestion === undefined ? {} : { suggestion }) };
}
