import { open } from "node:fs/promises";
import { CommandFailure, exitCodes, usageFailure } from "./failure.js";

/** Writes a file that must not be there yet: never over one that is. Throws `CommandFailure`. */
export async function writeNewFile(path: string, text: string): Promise<void> {
  if (path === "") throw usageFailure("--output needs the name of a new file.");
  try {
    const handle = await open(path, "wx", 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "EEXIST") {
      throw new CommandFailure(
        exitCodes.failed,
        `${path} is there already, and nothing is overwritten.`,
        "Name a new file.",
        { cause: error },
      );
    }
    throw new CommandFailure(exitCodes.failed, `${path} could not be written: ${error.message}.`, null, {
      cause: error,
    });
  }
}
