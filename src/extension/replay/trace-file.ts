import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { Trace } from "../../engine/index.js";
import { ProblemError } from "../base/problem.js";
import { loadEngine } from "../base/rooms.js";

const piece = 1024 * 1024;

/**
 * Reads a recorded trace from the disk piece by piece. Rejects with a sentence where it is no trace, with the line at
 * fault, and where it can't be read; with the signal's reason when that is aborted.
 */
export async function readTraceFile(
  path: string,
  signal: AbortSignal,
  onProgress: (readings: number) => void,
): Promise<Trace> {
  const { TraceError, TraceReader } = await loadEngine();
  const name = basename(path);
  const reader = new TraceReader();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: piece, signal })) {
      const bytes = chunk as Uint8Array;
      if (reader.length === 0 && bytes.includes(0)) {
        throw failed(`${name} is a binary file: a trace is CSV text.`);
      }
      reader.push(bytes);
      onProgress(reader.length);
    }
    return reader.finish();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw failed(error instanceof TraceError ? `${name}, ${why}.` : `${name} can't be read: ${why}.`);
  }
}

function failed(sentence: string): ProblemError {
  return new ProblemError({ kind: "failed", sentence });
}
