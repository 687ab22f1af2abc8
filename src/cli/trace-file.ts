import { open, type FileHandle } from "node:fs/promises";
import { traceHeader } from "../engine/index.js";
import { CommandFailure, exitCodes, usageFailure } from "./failure.js";

/** So much of the end of a file is looked at for its last line. */
const tail = 64 * 1024;

/** A trace that rows are added to. */
export interface TraceFile extends AsyncDisposable {
  /** Time of its last row as it stands there, `null` for a new one. */
  readonly lastTime: number | null;
  append(rows: string): Promise<void>;
}

/**
 * Opens a trace to go on with, or begins it. A last line that was torn is taken away; what is no trace is refused (exit 1)
 * and left as it is. What can't be opened is wrong usage.
 */
export async function openTraceFile(path: string): Promise<TraceFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, "a+", 0o600);
  } catch (error) {
    throw usageFailure(`${path} can't be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    const lastTime = await prepare(handle, path);
    return {
      lastTime,
      append: async (rows) => {
        try {
          const bytes = Buffer.from(rows);
          const { bytesWritten } = await handle.write(bytes);
          if (bytesWritten < bytes.length) throw new Error("the disk is full");
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          throw new CommandFailure(exitCodes.failed, `${path} could not be written: ${why}.`);
        }
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function prepare(handle: FileHandle, path: string): Promise<number | null> {
  const stat = await handle.stat();
  // A pipe or a terminal has nothing to go on with.
  if (!stat.isFile() || stat.size === 0) {
    await handle.write(traceHeader);
    return null;
  }
  const header = Buffer.alloc(traceHeader.length);
  const { bytesRead } = await handle.read(header, 0, header.length, 0);
  if (header.subarray(0, bytesRead).toString() !== traceHeader) {
    throw new CommandFailure(exitCodes.failed, `${path} is there and is no trace: it was left as it is.`);
  }
  const from = Math.max(0, stat.size - tail);
  const end = Buffer.alloc(stat.size - from);
  await handle.read(end, 0, end.length, from);
  const text = end.toString();
  const complete = text.lastIndexOf("\n") + 1;
  if (complete < text.length) await handle.truncate(from + Buffer.byteLength(text.slice(0, complete)));
  const last = text.slice(0, complete).trimEnd().split("\n").at(-1)?.split(",")[0] ?? "";
  const time = Date.parse(last);
  return Number.isNaN(time) ? null : time;
}
