import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Included } from "../config/index.js";
import { usageFailure } from "./failure.js";
import type { InputStream } from "./surroundings.js";

/** A file larger than this is no configuration; it is not read to its end. */
export const largestFile = 5 * 1024 * 1024;

/** Larger than any token, certificate bundle or secret. */
const largestReference = 256 * 1024;

/**
 * Reads a text file, or standard input for `-`. Missing, binary or over 5 MB is wrong usage (exit 2),
 * said in one sentence; of a huge or endless one no more than 5 MB is read.
 */
export async function readInputFile(path: string, stdin: InputStream, signal: AbortSignal): Promise<string> {
  return (await readInput(path, stdin, signal)).text;
}

/** A file as it was read. */
export interface InputFile {
  /** Without a byte order mark. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The same, with the bytes that it was read from. */
export async function readInput(path: string, stdin: InputStream, signal: AbortSignal): Promise<InputFile> {
  const name = path === "-" ? "Standard input" : path;
  const bytes = path === "-" ? await readStream(stdin, signal) : await readPath(path, signal);
  if (bytes.length > largestFile) throw usageFailure(`${name} is over 5 MB: that is no autoscaler file.`);
  const text = decode(bytes);
  if (text === null) throw usageFailure(`${name} is a binary file: an autoscaler file is YAML text in UTF-8.`);
  return { text, bytes };
}

/** UTF-8 without NUL; `null` for anything else. A byte order mark at the start is left out. */
function decode(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function readStream(stdin: InputStream, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stop = (): void => {
    stdin.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of stdin) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array);
      chunks.push(bytes);
      length += bytes.length;
      if (length > largestFile) break;
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  // Half a file is not what was meant.
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

async function readPath(path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const handle = await open(path, "r");
    try {
      if ((await handle.stat()).isDirectory()) throw usageFailure(`${path} is a folder, not a file.`);
      const chunks: Buffer[] = [];
      let length = 0;
      while (length <= largestFile && !signal.aborted) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(64 * 1024), 0, 64 * 1024, null);
        if (bytesRead === 0) break;
        chunks.push(buffer.subarray(0, bytesRead));
        length += bytesRead;
      }
      signal.throwIfAborted();
      return Buffer.concat(chunks);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** What a person is told of a file that can't be read. */
export function fileFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return usageFailure(`${path} does not exist.`);
    case "EACCES":
    case "EPERM":
      return usageFailure(`${path} may not be read: permission denied.`);
    case "EISDIR":
      return usageFailure(`${path} is a folder, not a file.`);
    default:
      return usageFailure(`${path} could not be read: ${error.message}.`);
  }
}

/**
 * Reads a file that another one includes; a relative path is relative to that one, to the working folder where it came from
 * standard input. It is called by its path from the working folder, as the files of the command line are.
 */
export function readIncludedFile(path: string, from: string): Included {
  const whole = isAbsolute(path) ? path : join(from === "-" ? "." : dirname(from), path);
  const name = isAbsolute(whole) ? resolve(whole) : relative(".", whole);
  let descriptor: number | null = null;
  try {
    // Not to wait for a writer, should it be a pipe.
    descriptor = openSync(whole, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { fault: "unreadable" };
    const { size } = stat;
    if (size > largestFile) return { fault: "too-large" };
    const buffer = Buffer.alloc(size);
    const text = decode(buffer.subarray(0, readSync(descriptor, buffer, 0, size, 0)));
    return text === null ? { fault: "binary" } : { name, text };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    return { fault: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Reads what a reference such as `${file:/run/secrets/token}` names; `null` where it can't be read. */
export function readReferencedFile(path: string): string | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, "r");
    if (!fstatSync(descriptor).isFile()) return null;
    const buffer = Buffer.alloc(largestReference + 1);
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    return length > largestReference ? null : decode(buffer.subarray(0, length));
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
