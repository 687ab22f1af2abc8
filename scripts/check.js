// npm run check: every check and every suite, as the CI runs them. The last line sums up checks and tests alike.
import { attempt, say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root } from "./lib/directories.js";
import { isGood, summary, total } from "./lib/results.js";

/** @typedef {import("./lib/results.js").Result} Result */

/** @param {string} name @returns {() => Promise<boolean>} */
function npmScript(name) {
  return async () => (await attempt("npm", ["run", "--silent", name], { cwd: root, seconds: 900 })).code === 0;
}

/** @type {readonly (readonly [string, () => Promise<boolean>])[]} */
const checks = [
  ["format", npmScript("format:check")],
  ["types", npmScript("typecheck")],
  ["lint", npmScript("eslint")],
  ["layers", npmScript("layers")],
  ["dead code", npmScript("dead-code")],
  ["generated files", npmScript("generate:check")],
  ["requests against Proxmox's API", npmScript("api-schema")],
  ["build and package", npmScript("package")],
  ["budgets", npmScript("budgets")],
  ["benchmarks run", npmScript("bench")],
];

/** `npm test`, and what its last line says. @returns {Promise<Result>} */
async function runTests() {
  const { code, output } = await attempt("npm", ["test", "--silent"], { cwd: root, seconds: 1500 });
  const counts = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  const [passed = 0, failed = 1, skipped = 0] = counts?.slice(1).map(Number) ?? [];
  return { suite: "tests", passed, failed: failed === 0 && skipped === 0 && code !== 0 ? 1 : failed, skipped };
}

await script(async () => {
  await ensureDependencies();
  /** @type {Result[]} */
  const results = [];
  for (const [suite, check] of checks) {
    const began = Date.now();
    say(`\n── ${suite}`);
    const passed = await check();
    say(`${passed ? "✓" : "✗"} ${suite} (${Math.round((Date.now() - began) / 1000)} s)`);
    results.push({ suite, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
  }
  say("\n── tests");
  results.push(await runTests());

  console.log("");
  for (const { suite, failed } of results) if (failed > 0) console.log(`✗ ${suite}`);
  const sum = total(results);
  if (!isGood(sum)) process.exitCode = 1;
  console.log(summary(sum));
});
