import type { Finding } from "../../model/index.js";
import { checkText } from "../configuration.js";
import { exitCodes, type ExitCode } from "../failure.js";
import { readInputFile } from "../input-file.js";
import type { CommandContext } from "../context.js";
import { countFindings, findingsText } from "../text/findings.js";

/** `validate <file…>`: all files are read before anything is printed, and nothing is connected to. */
export async function validate(context: CommandContext, files: readonly string[]): Promise<ExitCode> {
  const { surroundings, output, options } = context;
  const texts = new Map<string, string>();
  for (const file of files) {
    if (!texts.has(file)) texts.set(file, await readInputFile(file, surroundings.stdin, surroundings.signal));
  }
  const findings: Finding[] = [];
  for (const [file, text] of texts) findings.push(...checkText(context, file, text).findings);
  const ok = findings.every(({ severity }) => severity !== "error");

  if (options.format === "json") await output.printJson({ ok, findings: findings.map(findingJson) });
  else {
    const shown = output.options.quiet ? findings.filter(({ severity }) => severity === "error") : findings;
    if (shown.length > 0) {
      await output.print(
        findingsText(shown, texts, { paint: output.paint, width: output.width, source: output.width !== null }),
      );
    }
    if (!output.options.quiet) await output.print(verdict([...texts.keys()], findings, output.paint));
  }
  return ok ? exitCodes.done : exitCodes.failed;
}

function verdict(
  files: readonly string[],
  findings: readonly Finding[],
  paint: CommandContext["output"]["paint"],
): string {
  const what = files.length === 1 ? (files[0] === "-" ? "Standard input" : (files[0] ?? "")) : `${files.length} files`;
  const counted = countFindings(findings);
  if (findings.some(({ severity }) => severity === "error")) return `${paint("red", "✘")} ${what}: ${counted}.`;
  return `${paint("green", "✔")} ${what}: valid${counted === "" ? "" : `, with ${counted}`}.`;
}

/** The public shape of a finding: its keys in a fixed order, and no others. */
function findingJson(finding: Finding): Finding {
  const { file, line, column, endLine, endColumn, severity, code, message, suggestion } = finding;
  return {
    file,
    line,
    column,
    endLine,
    endColumn,
    severity,
    code,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
