import type { App } from "../../app.js";

/** Shows what this extension has written to its log. */
export function showLog({ log }: App): Promise<void> {
  log.show();
  return Promise.resolve();
}
