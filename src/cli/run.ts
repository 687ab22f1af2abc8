import { CommanderError } from "commander";
import { endingOf, exitCodes, type Ending, type ExitCode } from "./failure.js";
import { isClosedPipe, writeWhole } from "./output.js";
import { buildProgram, commanderEnding } from "./program.js";
import type { Surroundings } from "./surroundings.js";

/**
 * Runs the command line `argv` (without program name) and returns its exit code. Never rejects, never ends
 * the process; when it resolves, everything it had to say has been written.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, signal } = surroundings;
  // A reader that went away is no fault; its event would otherwise end the process with a stack.
  const ignore = (error: Error): void => {
    if (!isClosedPipe(error)) throw error;
  };
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
  } catch (error) {
    const ending = error instanceof CommanderError ? commanderFailure(error, words) : endingOf(error, signal.aborted);
    exitCode = ending?.exitCode ?? exitCodes.done;
    await writeWhole(stdout, said.out);
    said.out = "";
    await writeWhole(stderr, said.error);
    if (ending !== null)
      await complain(ending, error, surroundings, words.includes("--verbose") || words.includes("-v"));
  }
  await writeWhole(stdout, said.out);
  stdout.off("error", ignore);
  stderr.off("error", ignore);
  return exitCode;
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
