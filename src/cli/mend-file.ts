import { access, constants } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import type { Mended } from "../config/index.js";
import { CommandFailure, exitCodes } from "./failure.js";
import { readInput, type InputFile } from "./input-file.js";
import type { Surroundings } from "./surroundings.js";

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** A file to be written as it was mended. */
export interface MendedFile {
  readonly path: string;
  readonly input: InputFile;
  readonly mended: Mended;
}

/**
 * Writes mended files, each whole or not at all; a byte order mark and the line ends stay. Standard input and what needed
 * nothing is not written anywhere. Refused (exit 1) before the first is written where one was changed meanwhile or may not
 * be written.
 */
export async function writeMended(files: readonly MendedFile[], surroundings: Surroundings): Promise<void> {
  const changed = files.filter(({ path, mended }) => path !== "-" && mended.applied.length > 0);
  for (const { path, input } of changed) await refuseUnwritable(path, input, surroundings);
  for (const { path, input, mended } of changed) {
    const marked = byteOrderMark.every((byte, index) => input.bytes[index] === byte);
    try {
      await writeFileAtomic(path, (marked ? "\uFEFF" : "") + mended.text);
    } catch (error) {
      throw notWritten(path, error);
    }
  }
}

async function refuseUnwritable(path: string, input: InputFile, { stdin, signal }: Surroundings): Promise<void> {
  const { bytes } = await readInput(path, stdin, signal);
  if (Buffer.compare(bytes, input.bytes) !== 0) {
    throw new CommandFailure(
      exitCodes.failed,
      `${path} was changed while it was checked. Nothing was written; run it again.`,
    );
  }
  try {
    // A read-only file could be replaced all the same, but is meant to stay as it is.
    await access(path, constants.W_OK);
  } catch (error) {
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): CommandFailure {
  const cause = error instanceof Error ? error.message : String(error);
  return new CommandFailure(exitCodes.failed, `${path} could not be written: ${cause}. It is as it was.`);
}
