// npm run bench: JSON lines on standard output, one for each measurement; each beside the thing it is compared with.
import { join } from "node:path";
import { existsSync } from "node:fs";
import { attempt, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { bundles, root, scratch } from "./lib/directories.js";

await script(async () => {
  await ensureDependencies();
  const { build } = await import("esbuild");
  const { buildOnce, common } = await import("./lib/bundle.js");
  if (!process.argv.includes("--built") || !existsSync(join(bundles, "cli.js"))) await buildOnce();
  await build({
    ...common,
    entryPoints: { main: "test/bench/main.ts", "plain-server": "test/bench/plain-server.ts" },
    outdir: join(scratch, "bench"),
  });
  const { code } = await attempt(process.execPath, [join(scratch, "bench/main.js")], { cwd: root, seconds: 600 });
  process.exitCode = code;
});
