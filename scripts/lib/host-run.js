// Runs the host suites in an editor and collects what they report.
import { appendFile, cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { say } from "./commands.js";
import { folderAddress, startCodeServer } from "./code-server.js";
import { root, scratch } from "./directories.js";
import { parseJson } from "./json.js";
import { brokenSuite } from "./results.js";

/** @typedef {import("./results.js").Result} Result */

/**
 * @typedef {{ event: "pass" | "fail" | "skip", title: string, milliseconds: number, error?: string }
 *   | { event: "end", passed: number, failed: number, skipped: number }} Line
 */

/** The lines of a stack that are about the tests. @param {string} stack */
function withoutRunner(stack) {
  return stack
    .split("\n")
    .filter((line) => !/^\s+at .*(\/chunk-[A-Z0-9]+\.js|node:internal)/.test(line))
    .join("\n");
}

/** All suites together, the editor's start included. */
const limitSeconds = 420;

/**
 * Makes a scratch home for a run: a copy of test/host/workspace, and folders for what the extension records.
 * @param {string} name
 */
export async function prepareHome(name) {
  const home = join(scratch, name);
  await rm(home, { recursive: true, force: true });
  const workspace = join(home, "workspace");
  await mkdir(home, { recursive: true });
  await cp(join(root, "test/host/workspace"), workspace, { recursive: true });
  const results = join(home, "results.jsonl");
  await appendFile(results, "");
  return {
    home,
    workspace,
    results,
    environment: {
      LXC_AUTOSCALER_HOST_RESULTS: results,
      LXC_AUTOSCALER_HOST_WORKSPACE: workspace,
      XDG_STATE_HOME: join(home, "state"),
      XDG_CONFIG_HOME: join(home, "config"),
    },
  };
}

/**
 * Shows results as they come, until the last line or the limit. Gives the totals.
 * @param {string} suite
 * @param {string} file
 * @param {() => string | null} trouble why waiting is of no use any more
 * @returns {Promise<Result>}
 */
export async function followResults(suite, file, trouble) {
  const deadline = Date.now() + limitSeconds * 1000;
  let shown = 0;
  /** @type {string[]} */
  const failures = [];
  while (Date.now() < deadline) {
    const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
    for (const text of lines.slice(shown)) {
      const line = /** @type {Line} */ (parseJson(text));
      if (line.event === "end") {
        return { suite, passed: line.passed, failed: line.failed, skipped: line.skipped, failures };
      }
      if (line.event === "fail") failures.push(`${suite}: ${line.title}: ${line.error?.split("\n")[0] ?? ""}`);
      const mark = { pass: "✓", fail: "✗", skip: "-" }[line.event];
      say(`  ${mark} ${line.title} (${line.milliseconds} ms)`);
      if (line.error !== undefined) say(withoutRunner(line.error).replace(/^/gm, "      "));
    }
    shown = lines.length;
    const reason = trouble();
    if (reason !== null) {
      say(`  ${reason}`);
      return brokenSuite(suite);
    }
    await wait(200);
  }
  say(`  The suites did not end within ${limitSeconds} seconds.`);
  return brokenSuite(suite);
}

/**
 * Runs the packed suites beside the packed extension in a code-server, with a browser that opens its page.
 * @param {import("./editor.js").Editor} editor
 * @param {readonly string[]} extensions .vsix files
 * @returns {Promise<Result>}
 */
export async function runInCodeServer(editor, extensions) {
  const suite = `host suites, VS Code ${editor.version}`;
  say(`\n${suite}`);
  const { startBrowser } = await import("./browser.js");
  const { home, workspace, results, environment } = await prepareHome(`host-${editor.version}`);
  const server = await startCodeServer({ editor, profile: join(home, "profile"), extensions, environment });
  /** @type {{ reason: string | null }} */
  const trouble = { reason: null };
  void server.ended.then(() => {
    trouble.reason ??= `code-server ended; see ${server.log}.`;
  });
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on("crash", () => {
      trouble.reason ??= "The page crashed.";
    });
    await page.goto(folderAddress(server.address, workspace));
    const result = await followResults(suite, results, () => trouble.reason);
    if (result.failed > 0 && trouble.reason === null) {
      const picture = join(root, `screenshots/host-${editor.version}-failed.png`);
      await page.screenshot({ path: picture });
      say(`  A picture of the editor at the end: ${picture}`);
    }
    return result;
  } finally {
    await browser.close();
    await server.close();
  }
}
