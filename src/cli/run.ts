import { CommanderError } from "commander";
import { CommandFailure, endingOf, exitCodes, type Ending, type ExitCode } from "./failure.js";
import { writeWhole } from "./output.js";
import { buildProgram, commanderEnding } from "./program.js";
import type { Surroundings } from "./surroundings.js";

/**
 * Runs the command line `argv` (without program name) and returns its exit code. Never rejects, never ends
 * the process; when it resolves, everything it had to say has been written.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, signal } = surroundings;
  // Each write is waited for and tells its own failure (`writeWhole`); the event beside it, which a stream emits for the
  // same failure, would otherwise end the process with a stack.
  const ignore = (): void => undefined;
  stdout.on("error", ignore);
  stderr.on("error", ignore);
  const words = argv.map((word) => (word === "--validate-config" ? "validate" : word));
  const said: { out: string; error: string } = { out: "", error: "" };
  let exitCode: ExitCode = exitCodes.done;
  try {
    const program = buildProgram(surroundings, (code) => (exitCode = code));
    for (const command of [program, ...program.commands]) {
      command.exitOverride().configureOutput({
        writeOut: (text) => (said.out += text),
        // Its own complaint is replaced by ours; its help is kept.
        writeErr: (text) => (said.error += text),
        outputError: () => undefined,
        getOutHelpWidth: () => stdout.columns ?? 100,
        getErrHelpWidth: () => stderr.columns ?? 100,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
    }
    await program.parseAsync([...words], { from: "user" });
    await writeWhole(stdout, said.out);
  } catch (error) {
    const verbose = words.includes("--verbose") || words.includes("-v");
    const ending = error instanceof CommanderError ? commanderFailure(error, words) : endingOf(error, signal.aborted);
    exitCode = ending?.exitCode ?? exitCodes.done;
    try {
      if (error instanceof CommanderError) await writeWhole(stdout, said.out);
      await writeWhole(stderr, said.error);
      if (ending !== null) await complain(ending, error, surroundings, verbose);
    } catch (fault) {
      exitCode = await lastWords(fault, exitCode, surroundings, verbose);
    }
  }
  stdout.off("error", ignore);
  stderr.off("error", ignore);
  return exitCode;
}

/** What help or a complaint could not be written for; where standard error is full as well, the exit code says it alone. */
async function lastWords(
  fault: unknown,
  exitCode: ExitCode,
  surroundings: Surroundings,
  verbose: boolean,
): Promise<ExitCode> {
  const ending = endingOf(fault, false);
  try {
    await complain(ending, fault, surroundings, verbose);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
  }
  return exitCode === exitCodes.done ? ending.exitCode : exitCode;
}

function commanderFailure(error: CommanderError, words: readonly string[]): Ending | null {
  return commanderEnding(
    error,
    words.find((word) => !word.startsWith("-")),
  );
}

async function complain(ending: Ending, error: unknown, surroundings: Surroundings, verbose: boolean): Promise<void> {
  const { stderr } = surroundings;
  if (ending.message !== "") await writeWhole(stderr, `lxc-autoscaler: ${ending.message}\n`);
  if (ending.advice !== null) {
    await writeWhole(stderr, `${ending.advice.replace(/^/gmu, "  ")}\n`);
  }
  const unexpected = ending.message.startsWith("This is a fault in lxc-autoscaler");
  // The stack alone: other properties of a foreign error may hold a request with its secrets.
  if (verbose && unexpected && error instanceof Error) await writeWhole(stderr, `${error.stack ?? ""}\n`);
}
