import { applySafeFixes, type AppliedFix } from "../../config/index.js";
import { type Finding, printable } from "../../model/index.js";
import { checkText } from "../configuration.js";
import { exitCodes, type ExitCode } from "../failure.js";
import { readInput, type InputFile } from "../input-file.js";
import { writeMended, type MendedFile } from "../mend-file.js";
import type { CommandContext } from "../context.js";
import { findingJson } from "../json/finding.js";
import { countFindings, findingsText } from "../text/findings.js";

/** What is known of the files once all of them were read, and mended if that was asked for. */
interface Checked {
  readonly files: readonly string[];
  /** Of the files and of all they include. */
  readonly texts: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  readonly applied: readonly AppliedFix[];
}

/**
 * `validate <file…>`: all files are read before anything is printed or written, and nothing is connected to. With `--fix`
 * what can be mended safely is; the findings are then those that are left.
 */
export async function validate(
  context: CommandContext,
  files: readonly string[],
  { fix = false }: { readonly fix?: boolean } = {},
): Promise<ExitCode> {
  const { output, options } = context;
  const checked = await check(context, files, fix);
  const { findings, applied, texts } = checked;
  const ok = findings.every(({ severity }) => severity !== "error");
  if (options.format === "json") {
    const printed = fix && texts.has("-") ? { text: texts.get("-") } : {};
    const fixed = fix ? { fixed: applied.map(appliedJson) } : {};
    await output.printJson({ ok, findings: findings.map(findingJson), ...fixed, ...printed });
  } else {
    await report(context, checked, fix);
  }
  return ok ? exitCodes.done : exitCodes.failed;
}

async function check(context: CommandContext, files: readonly string[], fix: boolean): Promise<Checked> {
  const { surroundings } = context;
  const inputs = new Map<string, InputFile>();
  for (const file of files) {
    if (!inputs.has(file)) inputs.set(file, await readInput(file, surroundings.stdin, surroundings.signal));
  }
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  const applied: AppliedFix[] = [];
  const all = [...inputs].map(([path, input]): MendedFile => {
    const reading = checkText(context, path, input.text);
    return { path, input, mended: fix ? applySafeFixes(reading) : { text: input.text, applied: [], reading } };
  });
  await writeMended(all, surroundings);
  for (const { mended } of all) {
    const { reading } = mended;
    applied.push(...mended.applied);
    for (const [name, text] of reading.texts) texts.set(name, text);
    findings.push(...reading.findings);
  }
  return {
    files: [...inputs.keys()],
    texts,
    findings: [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()],
    applied,
  };
}

async function report(
  context: CommandContext,
  { files, texts, findings, applied }: Checked,
  fix: boolean,
): Promise<void> {
  const { output } = context;
  const { quiet } = output.options;
  // The mended text of standard input is the result; what there is to say about it goes beside it.
  const beside = fix && texts.has("-");
  const say = (text: string): Promise<void> => (beside ? output.complain(text) : output.print(text));
  const paint = beside ? output.notePaint : output.paint;
  const width = beside ? output.noteWidth : output.width;
  if (beside) await output.printExactly(texts.get("-") ?? "");
  if (applied.length > 0 && !quiet) await say(applied.map((one) => appliedText(one, paint)).join("\n"));
  const shown = quiet ? findings.filter(({ severity }) => severity === "error") : findings;
  if (shown.length > 0) await say(findingsText(shown, texts, { paint, width, source: width !== null }));
  if (!quiet) await say(verdict(files, findings, applied, paint));
}

function appliedText({ finding, title }: AppliedFix, paint: CommandContext["output"]["paint"]): string {
  const place = paint("bold", `${finding.file}:${finding.line}:${finding.column}:`);
  return `${place} ${paint("green", "fixed:")} ${printable(title)} ${paint("dim", `[${finding.code}]`)}`;
}

function verdict(
  files: readonly string[],
  findings: readonly Finding[],
  applied: readonly AppliedFix[],
  paint: CommandContext["output"]["paint"],
): string {
  const what = files.length === 1 ? (files[0] === "-" ? "Standard input" : (files[0] ?? "")) : `${files.length} files`;
  const counted = countFindings(findings);
  const fixed = applied.length === 0 ? "" : `${applied.length} fixed; `;
  if (findings.some(({ severity }) => severity === "error")) return `${paint("red", "✘")} ${what}: ${fixed}${counted}.`;
  return `${paint("green", "✔")} ${what}: ${fixed}valid${counted === "" ? "" : `, with ${counted}`}.`;
}

/** A fix that was applied, with the finding as it stood in the text of that time. */
function appliedJson({ finding, title }: AppliedFix): Finding & { readonly title: string } {
  return { ...findingJson(finding), title };
}
