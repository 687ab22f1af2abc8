import { readAutoscalerFile, type AutoscalerConfig, type AutoscalerReading } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { CommandFailure, exitCodes } from "./failure.js";
import { readIncludedFile, readInputFile, readReferencedFile } from "./input-file.js";
import type { CommandContext } from "./context.js";
import { countFindings, findingsText } from "./text/findings.js";

/**
 * Reads and checks the file a command works with. What is wrong with it goes to standard error; with an
 * error among the findings the command ends (exit 1).
 */
export async function loadConfiguration(context: CommandContext, path: string): Promise<AutoscalerConfig> {
  const { surroundings, output } = context;
  const text = await readInputFile(path, surroundings.stdin, surroundings.signal);
  const { findings, config, texts } = checkText(context, path, text);
  const wanted = findings.filter(({ severity }) => severity === "error" || !output.options.quiet);
  if (wanted.length > 0) {
    await output.complain(
      findingsText(wanted, texts, {
        paint: output.notePaint,
        width: output.noteWidth,
        source: false,
      }),
    );
  }
  if (config === null) {
    const errors = findings.filter(({ severity }) => severity === "error");
    throw new CommandFailure(
      exitCodes.failed,
      errors.length > 0
        ? `${path} can't be used: ${countFindings(errors)}.`
        : `${path} is of an older format, which has to be migrated first.`,
    );
  }
  return config;
}

/** Checks one text the same way for every command. */
export function checkText(
  context: CommandContext,
  path: string,
  text: string,
  inventory?: Inventory,
): AutoscalerReading {
  return readAutoscalerFile(text, {
    file: path,
    environment: context.surroundings.env,
    readFile: readReferencedFile,
    readInclude: readIncludedFile,
    ...(inventory === undefined ? {} : { inventory }),
  });
}
