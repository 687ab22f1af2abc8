import type { App } from "../../app.js";

/** Ends the language server if it runs, and starts it again. */
export function restartLanguageServer({ language }: App): Promise<void> {
  return language.restart();
}
