// npm run test:host [-- newest|oldest]: the host suites in real VS Code, as code-server carries it.
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
  const extensions = [await createPackage(), await packHostSuites()];
  const asked = process.argv[2];
  const results = [];
  for (const [name, version] of Object.entries(editorVersions)) {
    if (asked !== undefined && asked !== name) continue;
    results.push(await runInCodeServer(await ensureEditor(version), extensions));
  }
  const sum = total(results);
  console.log(summary(sum));
  if (!isGood(sum)) process.exitCode = 1;
});
