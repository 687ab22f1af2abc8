// npm test: every suite there is, with whatever set-up it needs. The last line sums all of them up.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { attempt, say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root, scratch } from "./lib/directories.js";
import { brokenSuite, isGood, readVitestReport, summary, total } from "./lib/results.js";

/** @typedef {import("./lib/results.js").Result} Result */

/**
 * @param {string} suite
 * @param {readonly string[]} args
 * @returns {Promise<Result>}
 */
async function runVitest(suite, args) {
  say(`\n${suite}`);
  const report = join(scratch, `results/${suite.replace(/\W+/g, "-")}.json`);
  await mkdir(join(scratch, "results"), { recursive: true });
  await rm(report, { force: true });
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await attempt(process.execPath, [vitest, "run", ...args, ...reporters], { cwd: root, seconds: 900 });
  return readVitestReport(suite, report, code);
}

/**
 * Set-up that fails is a suite that failed: the others still run.
 * @param {string} suite
 * @param {() => Promise<Result>} runSuite
 */
async function guarded(suite, runSuite) {
  const began = Date.now();
  try {
    const result = await runSuite();
    // A suite without a single test has not been run.
    return result.passed + result.failed + result.skipped === 0 ? brokenSuite(suite) : result;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return brokenSuite(suite);
  } finally {
    say(`  (${suite}: ${Math.round((Date.now() - began) / 1000)} s)`);
  }
}

/** @returns {Promise<Result[]>} */
async function runAll() {
  await ensureDependencies();
  const { buildOnce } = await import("./lib/bundle.js");
  const { createPackage } = await import("./lib/package.js");
  const { packHostSuites } = await import("./lib/host-suites.js");
  const { runInCodeServer } = await import("./lib/host-run.js");
  const { editorVersions, ensureEditor } = await import("./lib/editor.js");

  await buildOnce();
  const extension = await createPackage();

  const results = [await guarded("unit tests", () => runVitest("unit tests", []))];
  for (const version of Object.values(editorVersions)) {
    results.push(
      await guarded(`host suites, code-server ${version}`, async () => {
        const editor = await ensureEditor(version);
        return runInCodeServer(editor, [extension, await packHostSuites()]);
      }),
    );
  }
  results.push(
    await guarded("end to end", async () => {
      await ensureEditor(editorVersions.newest);
      return runVitest("end to end", ["--config", "test/e2e/vitest.config.ts"]);
    }),
  );
  return results;
}

await script(async () => {
  /** @type {Result[]} */
  let results;
  try {
    results = await runAll();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    results = [brokenSuite("set-up")];
  }
  console.log("");
  for (const failure of results.flatMap(({ failures }) => failures ?? [])) console.log(`✗ ${failure}`);
  for (const result of results) console.log(`${result.suite}: ${summary(result)}`);
  const sum = total(results);
  if (!isGood(sum)) process.exitCode = 1;
  console.log(summary(sum));
});
