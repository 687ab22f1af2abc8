// Reads esbuild's account of what went into which file.

/** @typedef {import("esbuild").Metafile} Account */

/**
 * The package that an input belongs to, or null for our own sources.
 * @param {string} input
 */
export function packageOf(input) {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? null;
}

/**
 * Files of `dist/` that loading one of them loads at once, itself included.
 * @param {Account} account
 * @param {string} entry
 */
export function loadedWith(account, entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, kind, external } of account.outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) found.add(path);
    }
  }
  return [...found];
}

/** @param {Account} account @param {readonly string[]} files */
export function bytesOf(account, files) {
  return files.reduce((sum, file) => sum + (account.outputs[file]?.bytes ?? 0), 0);
}
