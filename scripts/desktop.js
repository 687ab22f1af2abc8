// npm run test:electron [-- <version>…]: the host suites in desktop VS Code, where it can be downloaded.
// Without versions: the least that package.json declares, and the newest.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root, sharedCache } from "./lib/directories.js";
import { isGood, summary, total } from "./lib/results.js";

await script(async () => {
  await ensureDependencies();
  const { runTests } = await import("@vscode/test-electron");
  const { buildOnce } = await import("./lib/bundle.js");
  const { leastVersion } = await import("./lib/demo.js");
  const { hostRunner, packHostSuites } = await import("./lib/host-suites.js");
  const { followResults, prepareHome } = await import("./lib/host-run.js");
  await buildOnce();
  await packHostSuites();
  // VS Code requires its tests; a bundle that is an ES module has to be imported.
  const testsPath = join(hostRunner, "desktop.cjs");
  await writeFile(testsPath, 'exports.run = async () => (await import("./desktop.js")).run();\n');

  const asked = process.argv.slice(2);
  const results = [];
  for (const version of asked.length > 0 ? asked : [await leastVersion(), "stable"]) {
    const suite = `host suites, desktop VS Code ${version}`;
    say(`\n${suite}`);
    const { home, workspace, results: file, environment } = await prepareHome(`desktop-${version}`);
    /** @type {{ reason: string | null }} */
    const trouble = { reason: null };
    const running = runTests({
      version,
      cachePath: join(sharedCache(), "vscode"),
      extensionDevelopmentPath: root,
      extensionTestsPath: testsPath,
      extensionTestsEnv: environment,
      launchArgs: [
        workspace,
        "--disable-extensions",
        "--disable-workspace-trust",
        ...["--user-data-dir", join(home, "user")],
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    }).catch((/** @type {unknown} */ error) => {
      trouble.reason = error instanceof Error ? error.message : String(error);
    });
    results.push(await followResults(suite, file, () => trouble.reason));
    await running;
  }
  const sum = total(results);
  console.log(summary(sum));
  if (!isGood(sum)) process.exitCode = 1;
});
