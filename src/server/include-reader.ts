import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Included, ReadInclude } from "../config/index.js";

/** A file larger than this is no configuration. */
const largestFile = 5 * 1024 * 1024;

/**
 * Reads files that documents include, of some folders alone: whoever wrote a document must not make the editor look at other
 * files. `openText` gives what is open in the editor, saved or not.
 */
export function includeReader(folders: readonly string[], openText: (path: string) => string | null): ReadInclude {
  return (path, from) => {
    const whole = isAbsolute(path) ? path : join(dirname(from), path);
    try {
      // Where it really is, or a link would lead out of the folder.
      const real = realpathSync(whole);
      if (!folders.some((folder) => isWithin(real, realpathSync(folder)))) return { fault: "not-allowed" };
      const open = openText(whole) ?? openText(real);
      return open === null ? readTextFile(real) : { name: real, text: open };
    } catch (error) {
      // Whether a file outside of the folders is there is nobody's business either.
      if (!folders.some((folder) => isWithin(whole, folder))) return { fault: "not-allowed" };
      const code = error instanceof Error && "code" in error ? error.code : "";
      return { fault: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
    }
  };
}

/** True for a path below a folder. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The text of a file, at once. Throws as the file system does. */
export function readTextFile(path: string): Included {
  // Not to wait for a writer, should it be a pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { fault: "unreadable" };
    if (stat.size > largestFile) return { fault: "too-large" };
    const buffer = Buffer.alloc(stat.size);
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, stat.size, 0));
    if (bytes.includes(0)) return { fault: "binary" };
    return { name: path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { fault: "binary" };
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
