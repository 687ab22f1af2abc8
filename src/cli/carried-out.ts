import type { Outcome } from "../model/index.js";
import type { CommandContext } from "./context.js";
import { exitCodes, type ExitCode } from "./failure.js";
import { applyText, outcomeSentence, stagesBeginText, stageText } from "./text/apply.js";

/** A memory shrink has reached a size and goes on. */
type Stage = Parameters<typeof stageText>[0];

/** Tells of shrinks that take several writes: once in a sentence for each container, then as progress. */
export function stageTeller({ output }: CommandContext): (stage: Stage) => void {
  const staged = new Set<number>();
  return (stage) => {
    if (!staged.has(stage.vmid)) void output.note(stagesBeginText(stage));
    staged.add(stage.vmid);
    void output.progress(stageText(stage));
  };
}

/** Prints what a run came to: what could not be written down, then its document or its table. */
export async function reportRun(
  { output, options }: CommandContext,
  {
    run,
    results,
    problems,
  }: { readonly run: string; readonly results: readonly Outcome[]; readonly problems: readonly string[] },
  document: object,
): Promise<void> {
  for (const problem of problems) await output.complain(`${output.notePaint("red", "!")} ${problem}`);
  if (options.format === "json") await output.printJson(document);
  else if (results.length === 0) await output.print("Nothing to change.");
  else {
    await output.note("");
    await output.print(applyText(results, run, output.paint, output.width));
  }
}

/** The exit code of an interrupted run, which says so; `null` where nobody has interrupted it. */
export async function interruption(
  { output, surroundings: { signal } }: CommandContext,
  results: readonly Outcome[],
): Promise<ExitCode | null> {
  if (!signal.aborted) return null;
  await output.complain(`Interrupted. ${outcomeSentence(results)}`);
  return exitCodes.interrupted;
}
