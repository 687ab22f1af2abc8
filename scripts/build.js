// Bundles the four programs into dist/ as ES modules with shared chunks: what two of them need is there once.
import { rm } from "node:fs/promises";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const options = {
  entryPoints: {
    extension: "src/extension/main.ts",
    cli: "src/cli/main.ts",
    server: "src/server/main.ts",
    simulator: "src/simulator/main.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["vscode"],
  // jsonc-parser and others ship UMD as "main", which a bundle can't follow.
  mainFields: ["module", "main"],
  // CommonJS packages inside the bundle still call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  chunkNames: "chunks/[name]-[hash]",
  minify: !watch,
  keepNames: true,
  sourcemap: watch,
  metafile: true,
  legalComments: "none",
  logLevel: "info",
};

await rm("dist", { recursive: true, force: true });
if (watch) {
  const running = await context(options);
  await running.watch();
} else {
  const { metafile } = await build(options);
  const { writeFile } = await import("node:fs/promises");
  await writeFile("dist/meta.json", JSON.stringify(metafile));
}
