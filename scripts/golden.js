// npm run golden: plays the scenarios and writes down anew what the loop does in them (test/scenarios/golden). Look at the
// difference before it is committed. Names of test files (`leak`) narrow it down.
import { join } from "node:path";
import { attempt, plainEnvironment, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root } from "./lib/directories.js";

await script(async () => {
  await ensureDependencies();
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const names = process.argv.slice(2);
  const files = names.length === 0 ? ["test/scenarios"] : names.map((name) => `test/scenarios/${name}`);
  const { code } = await attempt(process.execPath, [vitest, "run", ...files], {
    cwd: root,
    seconds: 600,
    environment: plainEnvironment({ GOLDEN: "write" }),
  });
  process.exitCode = code;
});
