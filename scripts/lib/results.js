// What suites came to, whatever ran them, and the one line that sums it up.
import { readJson } from "./json.js";

/**
 * @typedef {object} Result
 * @property {string} suite
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} [failures] what failed, by its name and the first line of why
 */

/** A suite that could not be run, or not to its end, has failed. @param {string} suite @returns {Result} */
export function brokenSuite(suite) {
  return { suite, passed: 0, failed: 1, skipped: 0 };
}

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {readonly VitestFile[]} testResults
 */

/**
 * @typedef {object} VitestFile
 * @property {string} name
 * @property {string} status
 * @property {string} [message]
 * @property {readonly { status: string, fullName: string, failureMessages?: readonly string[] | null }[]} assertionResults
 */

/** Why tests failed, kept short: enough to know which and to begin with. @param {VitestFile} file @returns {string[]} */
function failuresOf({ name, status, message, assertionResults }) {
  const file = name.split(/[\\/]/).slice(-2).join("/");
  if (status === "failed" && assertionResults.length === 0) return [`${file}: ${shortened(message ?? "not loaded")}`];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${shortened(failureMessages?.[0] ?? "")}`);
}

/** The first lines of a message, those that fast-check puts its seed and counterexample into included. @param {string} message */
function shortened(message) {
  return message.split("\n").slice(0, 6).join("\n").slice(0, 900);
}

/**
 * Reads the JSON report of a Vitest run. A file that could not be loaded has no tests in it and counts as one that
 * failed, and so does a run that failed for a reason outside its tests.
 * @param {string} suite
 * @param {string} file
 * @param {number} exitCode of the run
 * @returns {Promise<Result>}
 */
export async function readVitestReport(suite, file, exitCode) {
  /** @type {VitestReport} */
  let report;
  try {
    report = /** @type {VitestReport} */ (await readJson(file));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return brokenSuite(suite);
  }
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloadable;
  return {
    suite,
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
}

/** @param {readonly Result[]} results @returns {Result} */
export function total(results) {
  const sum = { suite: "total", passed: 0, failed: 0, skipped: 0 };
  for (const result of results) {
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.skipped += result.skipped;
  }
  return sum;
}

/** A run is good if something ran, nothing failed, and nothing was left out. @param {Result} result */
export function isGood({ passed, failed, skipped }) {
  return passed > 0 && failed === 0 && skipped === 0;
}

/** `N passed, N failed, N skipped`. @param {Result} result */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
