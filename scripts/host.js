// npm run test:host [-- newest|oldest] [-- 07 10]: the host suites in real VS Code, as code-server carries it; of them only
// those whose file names begin like that.
import { script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { isGood, summary, total } from "./lib/results.js";

await script(async () => {
  await ensureDependencies();
  const { buildOnce } = await import("./lib/bundle.js");
  const { createPackage } = await import("./lib/package.js");
  const { packHostSuites } = await import("./lib/host-suites.js");
  const { runInCodeServer } = await import("./lib/host-run.js");
  const { editorVersions, ensureEditor } = await import("./lib/editor.js");
  await buildOnce();
  const asked = process.argv.slice(2).find((word) => word in editorVersions);
  const only = process.argv.slice(2).filter((word) => /^\d/.test(word));
  const extensions = [await createPackage(), await packHostSuites(only)];
  const results = [];
  for (const [name, version] of Object.entries(editorVersions)) {
    if (asked !== undefined && asked !== name) continue;
    results.push(await runInCodeServer(await ensureEditor(version), extensions));
  }
  const sum = total(results);
  console.log(summary(sum));
  if (!isGood(sum)) process.exitCode = 1;
});
