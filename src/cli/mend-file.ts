import { access, constants } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { applySafeFixes, type AutoscalerReading, type Mended } from "../config/index.js";
import { CommandFailure, exitCodes } from "./failure.js";
import { readInput, type InputFile } from "./input-file.js";
import type { Surroundings } from "./surroundings.js";

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/**
 * Applies the safe fixes of a file and writes it, whole or not at all; a byte order mark and the line ends stay. Standard
 * input is not written anywhere. Refused (exit 1) where the file was changed meanwhile or may not be written.
 */
export async function mendFile(
  path: string,
  input: InputFile,
  reading: AutoscalerReading,
  { stdin, signal }: Surroundings,
): Promise<Mended> {
  const mended = applySafeFixes(reading);
  if (mended.applied.length === 0 || path === "-") return mended;
  const marked = byteOrderMark.every((byte, index) => input.bytes[index] === byte);
  await refuseChanged(path, input, stdin, signal);
  try {
    // A read-only file could be replaced all the same, but is meant to stay as it is.
    await access(path, constants.W_OK);
    await writeFileAtomic(path, (marked ? "\uFEFF" : "") + mended.text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.failed, `${path} could not be written: ${cause}. It is as it was.`);
  }
  return mended;
}

async function refuseChanged(
  path: string,
  input: InputFile,
  stdin: Surroundings["stdin"],
  signal: AbortSignal,
): Promise<void> {
  const { bytes } = await readInput(path, stdin, signal);
  if (Buffer.compare(bytes, input.bytes) === 0) return;
  throw new CommandFailure(
    exitCodes.failed,
    `${path} was changed while it was checked. Nothing was written; run it again.`,
  );
}
