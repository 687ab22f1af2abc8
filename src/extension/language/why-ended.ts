import { l10n } from "../base/l10n.js";

/** Kept of what a server has said last: enough for a message and its stack. */
export const keptOfErrors = 8 * 1024;

/**
 * Why a process has ended, in a sentence: the error that it wrote last, else the signal or code it ended with. `errors` is
 * the end of its standard error.
 */
export function whyEnded(code: number | null, signal: string | null, errors: string): string {
  if (/heap out of memory|Allocation failed/u.test(errors)) return l10n.t("It ran out of memory.");
  const said = errors
    .split(/\r?\n/u)
    .findLast((line) => /^(?:Uncaught )?(?:[A-Za-z]*Error|Error \[\w+\]|FATAL ERROR): \S/u.test(line));
  if (said !== undefined) return l10n.t("It said: {0}", said.slice(0, 300));
  if (signal === "SIGKILL") return l10n.t("It was ended from outside (SIGKILL), perhaps for lack of memory.");
  if (signal !== null) return l10n.t("It was ended by the signal {0}.", signal);
  if (code !== null) return l10n.t("It ended with code {0}.", code);
  return l10n.t("It does not answer any more.");
}
