import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A short text that is made once and read ever after; without a directory it is made anew each time. */
export async function kept(directory: string | null, name: string, make: () => string): Promise<string> {
  const before = await readKept(directory, name);
  if (before !== null) return before;
  return keep(directory, name, make());
}

/** What was kept under a name, or null. */
export async function readKept(directory: string | null, name: string): Promise<string | null> {
  if (directory === null) return null;
  try {
    return await readFile(join(directory, name), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Keeps a text, readable by its owner only. */
export async function keep(directory: string | null, name: string, text: string): Promise<string> {
  if (directory !== null) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, name), text, { mode: 0o600 });
  }
  return text;
}
