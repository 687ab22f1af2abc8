// npm run build, npm run watch: bundles the programs into dist/.
import { say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";

await script(async () => {
  await ensureDependencies();
  const { buildOnce, keepBuilding } = await import("./lib/bundle.js");
  if (process.argv.includes("--watch")) {
    await keepBuilding();
    say("Watching src/; press F5 in VS Code, or reload its window, to see a change. Ctrl+C stops.");
  } else {
    await buildOnce();
  }
});
