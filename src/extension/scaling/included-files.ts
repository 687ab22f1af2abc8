import { readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Uri } from "vscode";
import type { ReadInclude } from "../../config/index.js";

/** A file larger than this is no configuration. */
const largestFile = 5 * 1024 * 1024;

/** Reads what a file of a trusted workspace includes. Files that are not on a disk include nothing. */
export function readIncluded({ scheme, fsPath }: Uri): ReadInclude {
  return (path, from) => {
    if (scheme !== "file") return { fault: "not-allowed" };
    // The file itself is called by its last name, those that it includes by their whole paths.
    const folder = dirname(from === basename(fsPath) ? fsPath : from);
    const whole = isAbsolute(path) ? path : join(folder, path);
    try {
      const stat = statSync(whole);
      if (!stat.isFile()) return { fault: "unreadable" };
      if (stat.size > largestFile) return { fault: "too-large" };
      const bytes = readFileSync(whole);
      if (bytes.includes(0)) return { fault: "binary" };
      return { name: whole, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    } catch (error) {
      if (error instanceof TypeError) return { fault: "binary" };
      const code = error instanceof Error && "code" in error ? error.code : "";
      return { fault: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
    }
  };
}
