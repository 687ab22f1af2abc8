// npm run package: builds, and packs the .vsix.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";

await script(async () => {
  await ensureDependencies();
  const { buildOnce } = await import("./lib/bundle.js");
  const { createPackage } = await import("./lib/package.js");
  await buildOnce();
  const file = await createPackage();
  say(`${basename(file)}: ${((await stat(file)).size / 1e6).toFixed(2)} MB`);
});
