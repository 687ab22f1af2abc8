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

/** What pages of the editor load, each by itself. @type {import("esbuild").BuildOptions} */
const pages = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  entryPoints: [
    { in: "src/views/charts/page/main.ts", out: "chart" },
    { in: "src/views/charts/page/chart.css", out: "chart" },
  ],
  outdir: join(bundles, "pages"),
};

/** Where esbuild's accounts of what went into which file are kept, for notices and budgets. */
export const accountFile = join(scratch, "build-account.json");
export const pagesAccountFile = join(scratch, "pages-account.json");

/** Bundles what pages load, into `dist/pages`. */
async function buildPages() {
  const { metafile } = await build({ ...pages, minify: true, metafile: true });
  await writeFile(pagesAccountFile, JSON.stringify(metafile));
  return metafile;
}

/** A release build. */
export async function buildOnce() {
  await rm(bundles, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const { metafile } = await build({ ...programs, minify: true, metafile: true });
  await writeFile(accountFile, JSON.stringify(metafile));
  const ofPages = await buildPages();
  const both = { inputs: {}, outputs: { ...metafile.outputs, ...ofPages.outputs } };
  await writeFile(join(bundles, "THIRD-PARTY-NOTICES.txt"), await thirdPartyNotices(both));
}

/** Builds again whenever a source changes, with source maps, until the process ends. */
export async function keepBuilding() {
  await rm(bundles, { recursive: true, force: true });
  for (const options of [programs, pages]) {
    const running = await context({ ...options, sourcemap: true, logLevel: "info" });
    await running.watch();
  }
}
