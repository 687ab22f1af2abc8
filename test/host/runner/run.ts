import { appendFileSync } from "node:fs";
import Mocha from "mocha";

/** One test file: its path from test/host/suites, and what loads it. */
export interface SuiteFile {
  readonly file: string;
  readonly load: () => Promise<unknown>;
}

/** What a run came to. */
export interface RunTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Runs the suites one after the other in this process, and appends one JSON object a line to `resultsFile`:
 * `{ event: "pass" | "fail" | "skip", title, milliseconds, error? }` for each test, then `{ event: "end", … }`.
 */
export async function runSuites(files: readonly SuiteFile[], resultsFile: string): Promise<RunTotals> {
  const record = (line: object): void => appendFileSync(resultsFile, `${JSON.stringify(line)}\n`);
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, slow: 10_000, color: false, reporter: Silent });
  let unloadable = 0;
  for (const { file, load } of files) {
    mocha.suite.emit("pre-require", globalThis, file, mocha);
    try {
      await load();
    } catch (error) {
      unloadable += 1;
      record({ event: "fail", title: `${file} can be loaded`, milliseconds: 0, error: describeError(error) });
    }
  }
  const totals = { passed: 0, failed: unloadable, skipped: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on("pass", (test) => {
      totals.passed += 1;
      record({ event: "pass", title: test.fullTitle(), milliseconds: test.duration ?? 0 });
    });
    runner.on("fail", (test, error) => {
      totals.failed += 1;
      record({ event: "fail", title: test.fullTitle(), milliseconds: test.duration ?? 0, error: describeError(error) });
    });
    runner.on("pending", (test) => {
      totals.skipped += 1;
      record({ event: "skip", title: test.fullTitle(), milliseconds: 0 });
    });
  });
  record({ event: "end", ...totals });
  return totals;
}

/** The reporters of Mocha print to a console that nobody sees. */
class Silent extends Mocha.reporters.Base {}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
