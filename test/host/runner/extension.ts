import { runSuites, type SuiteFile } from "./run.js";

/**
 * What activates the extension for tests, a neighbour of the one under test: it runs the suites once the editor
 * has started, if the environment names a file for the results.
 */
export function activateWith(files: readonly SuiteFile[]): void {
  const resultsFile = process.env["LXC_AUTOSCALER_HOST_RESULTS"];
  // Not waited for: the editor counts an extension that activates for minutes as one that hangs.
  if (resultsFile !== undefined) void runSuites(files, resultsFile);
}

/** What `extensionTestsPath` of a desktop VS Code comes to. */
export async function runWith(files: readonly SuiteFile[]): Promise<void> {
  const resultsFile = process.env["LXC_AUTOSCALER_HOST_RESULTS"];
  if (resultsFile === undefined) throw new Error("LXC_AUTOSCALER_HOST_RESULTS names no file for the results.");
  const { failed } = await runSuites(files, resultsFile);
  if (failed > 0) throw new Error(`${failed} tests failed; see ${resultsFile}.`);
}
