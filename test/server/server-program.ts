import { join } from "node:path";
import { build } from "esbuild";

/** Bundles the server as a program of its own into a folder, and says where. */
export async function buildServer(folder: string): Promise<string> {
  const outfile = join(folder, "server.mjs");
  await build({
    entryPoints: [new URL("../../src/server/main.ts", import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outfile;
}
