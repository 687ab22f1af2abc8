import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Of a workspace larger than this only a part is looked through. */
const mostFolders = 10_000;
/** So many files are checked without being opened. */
const mostFiles = 200;
/** Folders that hold what others wrote, or what is made. Those whose name begins with a point are left out too. */
const passedOver = new Set(["node_modules", "dist", "build", "out", "target", "vendor", "venv"]);

/**
 * Paths of the files below some folders whose name is wanted, the uppermost first. Links are not followed, and what can't be
 * read is passed over. Ends early when the signal says so.
 */
export async function findFiles(
  folders: readonly string[],
  isWanted: (name: string) => boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = new Set<string>();
  const waiting = [...folders];
  for (let seen = 0; seen < waiting.length && seen < mostFolders && found.size < mostFiles; seen += 1) {
    if (signal.aborted) break;
    const folder = waiting[seen] ?? "";
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith(".") && !passedOver.has(entry.name)) {
        waiting.push(join(folder, entry.name));
      } else if (entry.isFile() && isWanted(entry.name)) found.add(join(folder, entry.name));
    }
  }
  return [...found].slice(0, mostFiles);
}

/** True where there is a file of this path now. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
