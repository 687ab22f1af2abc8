// Bundles the four programs into dist/ as ES modules with shared chunks: what two of them need is there once.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, context } from "esbuild";
import { bundles, root, scratch } from "./directories.js";
import { thirdPartyNotices } from "./notices.js";

/** What every bundle for Node has in common, those of the tests included. @satisfies {import("esbuild").BuildOptions} */
export const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: /** @type {const} */ ("esm"),
  platform: /** @type {const} */ ("node"),
  target: "node20",
  external: ["vscode"],
  // jsonc-parser and others ship UMD as "main", which a bundle can't follow.
  mainFields: ["module", "main"],
  // CommonJS packages inside the bundle still call require() for Node's own modules, and write-file-atomic its file's name.
  banner: {
    js:
      'import { createRequire as __createRequire } from "node:module"; ' +
      'import { fileURLToPath as __fileURLToPath } from "node:url"; ' +
      "const require = __createRequire(import.meta.url), __filename = __fileURLToPath(import.meta.url);",
  },
  chunkNames: "chunks/[name]-[hash]",
  keepNames: true,
  legalComments: /** @type {const} */ ("none"),
  logLevel: /** @type {const} */ ("warning"),
};

/** @type {import("esbuild").BuildOptions} */
const programs = {
  ...common,
  entryPoints: {
    extension: "src/extension/main.ts",
    cli: "src/cli/main.ts",
    server: "src/server/main.ts",
    simulator: "src/simulator/main.ts",
  },
  outdir: bundles,
};

/** Where esbuild's account of what went into which file is kept, for notices and budgets. */
export const accountFile = join(scratch, "build-account.json");

/** A release build. */
export async function buildOnce() {
  await rm(bundles, { recursive: true, force: true });
  const { metafile } = await build({ ...programs, minify: true, metafile: true });
  await mkdir(scratch, { recursive: true });
  await writeFile(accountFile, JSON.stringify(metafile));
  await writeFile(join(bundles, "THIRD-PARTY-NOTICES.txt"), await thirdPartyNotices(metafile));
}

/** Builds again whenever a source changes, with source maps, until the process ends. */
export async function keepBuilding() {
  await rm(bundles, { recursive: true, force: true });
  const running = await context({ ...programs, sourcemap: true, logLevel: "info" });
  await running.watch();
}
